"""RFID cards: typed in, read from a go-e charger, or tapped at it."""
