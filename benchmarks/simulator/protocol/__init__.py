"""How a go-e speaks: keys, cards, frames, authentication. Nothing here knows of time or power."""
