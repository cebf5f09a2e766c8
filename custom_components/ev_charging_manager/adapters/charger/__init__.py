"""One charger in Home Assistant: its entities, pipeline inputs and live display."""
