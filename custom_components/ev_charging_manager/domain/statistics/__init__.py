"""Totals over sessions by user, charger and local month, running sessions included."""
