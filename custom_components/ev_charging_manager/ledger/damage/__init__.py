"""A damaged ledger: what can still be read of it, and the fresh file that replaces it."""
