"""Escapes for foreign text, such as states and card names, in log lines and Markdown."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_HALF_PAIRS: Final = re.compile("[\ud800-\udfff]")
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]()<>#|~!])")


def on_one_line(text: str) -> str:
    """Replace control characters and line breaks by blanks, so that a state cannot forge a log line."""
    return "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)


def storable(text: str) -> str:
    """Replace halves of surrogate pairs, which have no UTF-8 form: the ledger could not store them."""
    return _HALF_PAIRS.sub("\N{REPLACEMENT CHARACTER}", text)


def without_markup(text: str) -> str:
    """Escape Markdown and put the text on one line. Repairs, notifications and forms render Markdown."""
    return _MARKUP.sub(r"\\\1", on_one_line(text))
