"""Access to the ledger from Home Assistant: its thread, commits, events, backups and deleted chargers."""
