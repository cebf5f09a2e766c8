"""Converters from the text of a state to a value of the domain: units, words, cards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, UnitOfEnergy, UnitOfPower

from ..const import CARD_SLOTS
from ..domain.card import (
    NOBODY,
    OPEN_ACCESS,
    SILENT,
    UNAVAILABLE,
    CardKind,
    CardReading,
    reversed_bytes,
    slot_reading,
    uid_reading,
    unquoted,
)
from ..domain.profile import CardFormat, CarStatus, Profile
from .sanitize import storable

# Factors to milliwatt-hours and watts, by unit; the forms offer these units. A state without a unit is ignored: a
# wrong guess would be wrong by a factor of a thousand.
ENERGY_FACTORS: Mapping[str | None, float] = {
    UnitOfEnergy.WATT_HOUR: 1_000.0,
    UnitOfEnergy.KILO_WATT_HOUR: 1_000_000.0,
    UnitOfEnergy.MEGA_WATT_HOUR: 1_000_000_000.0,
}
POWER_FACTORS: Mapping[str | None, float] = {
    UnitOfPower.WATT: 1.0,
    UnitOfPower.KILO_WATT: 1_000.0,
    UnitOfPower.MEGA_WATT: 1_000_000.0,
}

# Of a text that is no card, so much is shown to people.
_LONGEST_SHOWN = 40

_GAPS = re.compile(r"[\s_-]")

type StatusReader = Callable[[str], CarStatus | None]


def is_missing(text: str) -> bool:
    """Return whether the state means that there is no value."""
    return text in (STATE_UNAVAILABLE, STATE_UNKNOWN)


def status_reader(profile: Profile, charging_words: Iterable[str]) -> StatusReader:
    """Return a reader of the status entity. `charging_words` are the user's own words for charging."""
    words = {_folded(word): meaning for word, meaning in profile.status_words.items()}
    words.update((_folded(word), CarStatus.CHARGING) for word in charging_words)
    return lambda text: words.get(_folded(text))


def _folded(word: str) -> str:
    """Return a word without case, spaces, underscores and hyphens.

    Integrations write the same word as `SuspendedEV`, `Suspended EV`, `suspended_ev` and `suspended-ev`.
    """
    return _GAPS.sub("", word).casefold()


def plug(text: str) -> bool | None:
    """Read a plug entity: `on` or a word such as `connected` means plugged in; None for any other text."""
    word = text.strip().lower()
    if word in (STATE_ON, "connected", "plugged", "plugged_in", "true"):
        return True
    if word in (STATE_OFF, "disconnected", "unplugged", "not_connected", "false"):
        return False
    return None


def lock_reader(profile: Profile, inverted: bool) -> Callable[[str], bool | None]:
    """Return a reader of the lock entity: True for locked, None for any other text.

    `inverted`: the entity has the device class `lock`, for which `on` means unlocked.
    """

    def read(text: str) -> bool | None:
        word = text.strip().lower()
        if word in (STATE_ON, STATE_OFF):
            return (word == STATE_ON) is not inverted
        if word in profile.locked_words:
            return True
        if word in profile.unlocked_words:
            return False
        return None

    return read


def card_reader(profile: Profile, charger_id: str) -> Callable[[str], CardReading]:
    """Return a reader of the card entity, which knows the words of the charger's family."""

    def read(text: str) -> CardReading:
        word = unquoted(text).lower()
        if text == STATE_UNAVAILABLE:
            return UNAVAILABLE
        if text == STATE_UNKNOWN:
            return SILENT
        if word in profile.no_card_words:
            return NOBODY
        if word in profile.open_words:
            return OPEN_ACCESS
        return _card(profile, charger_id, unquoted(storable(text)).strip())

    return read


def _card(profile: Profile, charger_id: str, text: str) -> CardReading:
    if profile.card_format is CardFormat.SLOT:
        return _slot(charger_id, text)
    if profile.card_bytes_reversed:
        return uid_reading(reversed_bytes(text))
    return uid_reading(text)


def _slot(charger_id: str, text: str) -> CardReading:
    if text.isdecimal() and int(text) in CARD_SLOTS:
        return slot_reading(charger_id, int(text))
    return CardReading(CardKind.UNREADABLE, text=text[:_LONGEST_SHOWN])
