"""The charger wizard: its steps, the forms of each step, the draft that they fill, and the price."""
