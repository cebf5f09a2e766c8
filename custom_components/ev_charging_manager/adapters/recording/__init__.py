"""The ledger in Home Assistant: its thread, commits, outbox and backup."""
