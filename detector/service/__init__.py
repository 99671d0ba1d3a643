"""The check service: HTTP, CDS Hooks, FHIR, and the field for web pages (docs/service.md)."""
