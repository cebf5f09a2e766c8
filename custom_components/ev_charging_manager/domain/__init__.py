"""The domain: sessions, prices, identities and the household, in plain Python without Home Assistant.

Every transition is a pure function of state and message; the time comes with the message. Energy is in whole
milliwatt-hours, power in watts, money in whole millionths of the currency unit.
"""
