"""Identity: who charges with which car, by cards, a person's choice, and the car's own plug."""
