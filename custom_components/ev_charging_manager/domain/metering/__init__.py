"""Counters and power: from single readings to the energy of a stretch of time."""
