"""Redaction of private data in texts: names, cards, serials, hosts. Faults are stored and downloaded as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from homeassistant.components.diagnostics import REDACTED
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback

from .. import const

type Redact = Callable[[str], str]

_CARDS = re.compile(r"(?P<what>uid:|slot:[^:\s]+:|card='|text='|slot )[^'\s,)]+")
_PRIVATE = (const.CONF_SERIAL, const.CONF_HOST, const.CONF_UID, const.CONF_PERSON)


def redactor(entry: ConfigEntry) -> Redact:
    """Return a function that redacts the private data that the entry holds when it is called."""

    @callback
    def redact(text: str) -> str:
        cards_gone = _CARDS.sub(lambda found: f"{found['what']}{REDACTED}", text)
        return _without(cards_gone, _names(entry))

    return redact


def _names(entry: ConfigEntry) -> Iterator[str]:
    for item in entry.subentries.values():
        yield item.title
        yield from (str(item.data[key]) for key in _PRIVATE if item.data.get(key))


def _without(text: str, names: Iterable[str]) -> str:
    # Longest first, so that a short name leaves no rest of a longer one behind.
    words = sorted({name for name in names if name.strip()}, key=len, reverse=True)
    if not words:
        return text
    return re.sub("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), REDACTED, text)
