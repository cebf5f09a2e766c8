"""Bounded, seeded attempts to lose a session: crashes, chaos, faults inside, bad input."""
