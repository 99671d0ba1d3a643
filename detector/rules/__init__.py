"""What packs say: rules, read and validated."""
