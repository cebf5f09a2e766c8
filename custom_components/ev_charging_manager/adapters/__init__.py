"""Everything that touches Home Assistant: states in, entities, events and repairs out."""
