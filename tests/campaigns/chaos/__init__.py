"""Simulated days at simulated chargers, with every kind of failure that occurs in practice."""
