"""The sensors by subject: sessions, sums, and the sums of each user at each charger. `sensor.py` adds them."""
