"""Price entities of Home Assistant: their units and their changes."""
