"""The cost of a session: prices over time and the bill."""
