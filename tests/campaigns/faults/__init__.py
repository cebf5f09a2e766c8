"""Internal faults: disks and clocks that fail while two chargers work."""
