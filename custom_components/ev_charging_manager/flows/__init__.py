"""What people fill in: the charger wizard, users, vehicles, cards and options."""
