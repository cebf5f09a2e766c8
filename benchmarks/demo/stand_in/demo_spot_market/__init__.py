"""A stand-in for the integration of a spot market: one sensor. Its price changes every quarter-hour of house time."""
