"""What a session, a window, a tariff, an identity and a household are: plain Python, no loop, no Home Assistant.

Every transition here is a pure function of state and message; time comes with the message.
Energy is whole milliwatt-hours, power is watts, money is whole millionths of the currency unit.
"""
