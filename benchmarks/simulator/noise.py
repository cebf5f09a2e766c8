"""Reproducible noise by number: the k-th value needs no generator whose state depends on who asked before."""

import hashlib

_MASK = (1 << 64) - 1


def seed_number(text: str) -> int:
    """A 64-bit number for a text, the same in every process (Python's own hash is not)."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def unit(seed: int, k: int) -> float:
    """The k-th number of a seed, evenly spread in [0, 1): splitmix64."""
    z = (seed + (k + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) / (1 << 53)
