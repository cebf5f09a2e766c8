"""The sensors, by what they are about; `sensor.py` adds them."""
