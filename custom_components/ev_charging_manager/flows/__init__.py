"""The forms that people fill in: chargers with their prices, users, vehicles, cards and options."""
