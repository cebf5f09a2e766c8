"""Counters and power: from single readings to the energy of a period."""
