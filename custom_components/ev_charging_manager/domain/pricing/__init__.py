"""What a session costs: prices over time and the bill."""
