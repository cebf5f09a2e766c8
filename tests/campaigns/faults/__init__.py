"""Faults inside the house: disks and clocks that fail while two chargers work."""
