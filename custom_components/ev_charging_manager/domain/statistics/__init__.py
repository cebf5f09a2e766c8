"""Totals over sessions: by user, charger and local month, including running sessions."""
