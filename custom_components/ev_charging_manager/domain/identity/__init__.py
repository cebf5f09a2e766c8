"""Who charges with which car: cards, a person's choice, and the car's own plug."""
