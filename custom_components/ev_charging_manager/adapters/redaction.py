"""Redaction of private data in texts: names, cards, serials, hosts. Faults are stored and downloaded as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from homeassistant.components.diagnostics import REDACTED
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback

from .. import const

type Redact = Callable[[str], str]

_CARDS = re.compile(r"(?P<what>uid:|slot:[^:\s]+:|card='|text='|slot )[^'\s,)]+")
# Fields of a `repr` that hold a name or a card. The entry does not hold the names of deleted users and cars any more.
_FIELDS = re.compile(
    r"""(?P<what>\b(?:card|text|user_name|vehicle_name|charger_name)'?[=:]\s?)"""
    r"""(?P<quote>['"])(?:\\.|(?!(?P=quote)).)*(?P=quote)"""
)
# What may separate the digits of a card number in the text of another integration.
_SEPARATOR = r"[\s:.-]?"
_PRIVATE = (const.CONF_SERIAL, const.CONF_HOST, const.CONF_UID, const.CONF_PERSON)


def redactor(entry: ConfigEntry) -> Redact:
    """Return a function that redacts the private data that the entry holds when it is called."""

    @callback
    def redact(text: str) -> str:
        fields_gone = _FIELDS.sub(lambda found: f"{found['what']}{found['quote']}{REDACTED}{found['quote']}", text)
        cards_gone = _CARDS.sub(lambda found: f"{found['what']}{REDACTED}", fields_gone)
        return _without(cards_gone, _patterns(entry))

    return redact


def _patterns(entry: ConfigEntry) -> set[str]:
    """Return regular expressions for the entry's private texts, also as a `repr` and a message show them."""
    patterns = {re.escape(word) for name in _names(entry) if name.strip() for word in (name, repr(name)[1:-1])}
    cards = (item.data.get(const.CONF_UID) for item in entry.subentries.values())
    return patterns | {_SEPARATOR.join(map(re.escape, card)) for card in cards if card}


def _names(entry: ConfigEntry) -> Iterator[str]:
    for item in entry.subentries.values():
        yield item.title
        yield from (str(item.data[key]) for key in _PRIVATE if item.data.get(key))


def _without(text: str, patterns: Collection[str]) -> str:
    if not patterns:
        return text
    # Longest first, so that a short name leaves no rest of a longer one behind.
    words = sorted(patterns, key=len, reverse=True)
    return re.sub("|".join(rf"(?<!\w){word}(?!\w)" for word in words), REDACTED, text, flags=re.IGNORECASE)
