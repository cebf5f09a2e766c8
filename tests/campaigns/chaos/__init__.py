"""Simulated days at simulated chargers, in which everything goes wrong that goes wrong in this field."""
