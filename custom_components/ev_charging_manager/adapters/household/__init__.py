"""The household in Home Assistant: its subentries, devices, actions and sums."""
