"""The example project is Django's to import, once its settings are known."""

collect_ignore_glob = ["clinic/*"]
