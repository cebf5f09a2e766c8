"""Invalid values of sensors, chargers, disks and users, drawn from a seeded source."""

from __future__ import annotations

from random import Random
from typing import Any

# No charger uses these words. A word that a charger uses is not garbage.
TEXTS = (
    "", " ", "\x00", "\n", "nan", "NaN", "inf", "-inf", "Infinity", "1e400", "-1", "-0.5", "1e308", "9" * 200, "0x10",
    "1,5", "1.2.3", "12 kWh", "null ", "{}", "[]", "<b>7</b>", "=1+1", "'; DROP TABLE sessions; --", "🔌", "\uff11x",
    "\u202e7x", "%s%n", "x" * 255, "{{ 1/0 }}", "ON!", "plug", "Lock?", "../../etc/passwd", "\\", '"', "`",
    "\t7x",
)  # fmt: skip
UNITS = (
    None,
    "",
    "kWh",
    "Wh",
    "MWh",
    "W",
    "kW",
    "MW",
    "°C",
    "kVA",
    "€/kWh",
    7,
    ["kWh"],
    {"unit": "kWh"},
    "🔌",
    "k" * 300,
)
NUMBERS = (
    0, -0.0, -1, 1, 0.5, 7, 11, 1e-300, 5e-324, 1e6, 1e7, 1e15, 1e16, 1e300, 1.7e308, -1e300, 2**31, 2**63, 2**64,
    10**20, float("nan"), float("inf"), float("-inf"), 0.1 + 0.2,
)  # fmt: skip


def text(draw: Random) -> str:
    """Return a known problematic text, or any characters. No surrogates: they cannot occur in JSON or UTF-8."""
    if draw.random() < 0.5:
        return draw.choice(TEXTS)
    return "".join(_char(draw) for _ in range(draw.choice((1, 3, 10, 60))))


def _char(draw: Random) -> str:
    point = draw.choice((draw.randrange(0x80), draw.randrange(0x800), draw.randrange(0x11_0000)))
    if 0xD800 <= point <= 0xDFFF:
        return "?"
    return chr(point)


def number(draw: Random) -> float:
    """Return a number that is too large, too small, invalid or ordinary."""
    if draw.random() < 0.6:
        return draw.choice(NUMBERS)
    return draw.uniform(-10, 500)


def data(draw: Random, depth: int = 3) -> Any:
    """Return any JSON value."""
    kind = draw.randrange(7 if depth else 5)
    if kind < 5:
        return (None, draw.random() < 0.5, number(draw), text(draw), draw.randrange(-3, 20))[kind]
    size = range(draw.randrange(4))
    if kind == 5:
        return [data(draw, depth - 1) for _ in size]
    return {text(draw): data(draw, depth - 1) for _ in size}
