"""The charger wizard and the price of a charger."""
