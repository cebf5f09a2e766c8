"""Reproducible noise by number: the k-th value does not depend on the values that were read before."""

import hashlib

_MASK = (1 << 64) - 1


def seed_number(text: str) -> int:
    """Return a 64-bit number of a text, the same in every process. Python's own hash differs between processes."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def unit(seed: int, k: int) -> float:
    """Return the k-th number of a seed, evenly distributed in [0, 1), by splitmix64."""
    z = (seed + (k + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) / (1 << 53)
