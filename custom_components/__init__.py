"""Makes the integration importable from the repository root, as it is from a configuration directory."""
