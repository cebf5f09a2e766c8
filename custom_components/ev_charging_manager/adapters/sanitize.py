"""Texts of other integrations in places of ours where they could be taken for more than text."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]()<>#|~!])")


def on_one_line(text: str) -> str:
    """The text for a log: control characters become blanks, so that no state writes a log line of its own."""
    return "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)


def without_markup(text: str) -> str:
    """The text for a repair or a notification, which both show Markdown."""
    return _MARKUP.sub(r"\\\1", on_one_line(text))
