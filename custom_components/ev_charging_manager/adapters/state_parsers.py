"""From a state's text to a value of the domain: units, words, cards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, UnitOfEnergy, UnitOfPower

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
)
from ..domain.profile import CardFormat, CarStatus, Profile

# To milliwatt-hours and watts. A state without a unit is put aside: guessing is wrong by a thousand, or right by luck.
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
SLOTS = 10

type StatusReader = Callable[[str], CarStatus | None]


def is_missing(text: str) -> bool:
    """Whether a state says that there is nothing to say."""
    return text in (STATE_UNAVAILABLE, STATE_UNKNOWN)


def status_reader(profile: Profile, charging_words: Iterable[str]) -> StatusReader:
    """What each status word means: the profile's words, and the user's own for charging."""
    words = dict(profile.status_words)
    words.update((word.strip().lower(), CarStatus.CHARGING) for word in charging_words)
    return lambda text: words.get(text.strip().lower())


def plug(text: str) -> bool | None:
    """A plug entity: on means plugged in. Sensors that spell it out are understood as well."""
    word = text.strip().lower()
    if word in (STATE_ON, "connected", "plugged", "plugged_in", "true"):
        return True
    if word in (STATE_OFF, "disconnected", "unplugged", "not_connected", "false"):
        return False
    return None


def lock_reader(profile: Profile, inverted: bool) -> Callable[[str], bool | None]:
    """A lock entity. Home Assistant's device class `lock` says on for *unlocked*: `inverted`."""

    def read(text: str) -> bool | None:
        word = text.strip().lower()
        if word in (STATE_ON, STATE_OFF):
            return (word == STATE_ON) is not inverted
        if word in profile.locked_words:
            return True
        return False if word in profile.unlocked_words else None

    return read


def card_reader(profile: Profile, charger_id: str) -> Callable[[str], CardReading]:
    """A card entity, in the words of its family."""

    def read(text: str) -> CardReading:
        word = text.strip().lower()
        if text == STATE_UNAVAILABLE:
            return UNAVAILABLE
        if text == STATE_UNKNOWN:
            return SILENT
        if word in profile.nobody_words:
            return NOBODY
        if word in profile.open_words:
            return OPEN_ACCESS
        return _card(profile, charger_id, text.strip())

    return read


def _card(profile: Profile, charger_id: str, text: str) -> CardReading:
    if profile.card_format is not CardFormat.SLOT:
        return uid_reading(reversed_bytes(text) if profile.card_bytes_reversed else text)
    if text.isdecimal() and 1 <= int(text) <= SLOTS:
        return slot_reading(charger_id, int(text))
    return CardReading(CardKind.UNREADABLE, text=text[:40])
