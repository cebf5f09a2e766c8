"""RFID cards: typed in, read from a charger, tapped."""
