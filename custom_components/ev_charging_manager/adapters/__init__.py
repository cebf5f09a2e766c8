"""The connection to Home Assistant: configuration, states, price entities, the ledger's thread and events."""
