"""The protocol of a go-e: keys, cards, frames, authentication. It is independent of time and power."""
