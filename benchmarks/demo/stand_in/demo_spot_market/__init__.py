"""A stand-in for the integration of a spot market: one sensor, whose price changes every quarter-hour of the house."""
