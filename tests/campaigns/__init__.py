"""Bounded, seeded attempts to lose a session: crashes, chaos, internal faults, invalid input."""
