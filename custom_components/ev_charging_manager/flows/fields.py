"""Fields that several forms share, and the checks of what is typed into them.

Limits are checked here and not by the selectors: Home Assistant shows a selector's refusal untranslated, while an
error of our own says in people's language what is wrong. No form has sections, because the front end of every
release up to 2026.10 leaves out the errors of fields inside one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from ..adapters.configuration import subentries
from ..adapters.price.price_unit import LARGEST_PRICE

TEXT: Final = TextSelector()

# More than any charger for cars delivers; a larger number was meant as watts.
LARGEST_POWER_KW: Final = 400.0

# A name becomes a state, of which Home Assistant takes 255 characters, with words beside it.
LONGEST_NAME: Final = 100

# Line breaks and control characters tear log lines and points apart, halves of characters cannot be stored.
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# They turn the direction of whatever is written behind the name. What joins an emoji's parts is no such character.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def number(unit: str | None = None) -> NumberSelector:
    """A box for a number of any size and precision."""
    config = NumberSelectorConfig(mode=NumberSelectorMode.BOX, step="any")
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def choice(options: Iterable[str], translation_key: str) -> SelectSelector:
    """One of a few, all visible, in the words of the translations."""
    return SelectSelector(
        SelectSelectorConfig(options=list(options), translation_key=translation_key, mode=SelectSelectorMode.LIST)
    )


def one_of(items: Iterable[ConfigSubentry]) -> SelectSelector:
    """One of the household's users, vehicles or chargers, by name."""
    options = [SelectOptionDict(value=item.subentry_id, label=item.title) for item in by_name(items)]
    return SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))


def by_name(items: Iterable[ConfigSubentry]) -> list[ConfigSubentry]:
    """Subentries in the order in which people look for them."""
    return sorted(items, key=lambda item: item.title.casefold())


def name_error(
    entry: ConfigEntry[Any] | None, subentry_type: str, name: str, edited: ConfigSubentry | None
) -> str | None:
    """Why a stripped name cannot be taken: it is empty, no text for people, or another one of that type has it."""
    if not name:
        return "name_required"
    if wrong := text_error(name):
        return wrong
    others = subentries(entry, subentry_type) if entry else ()
    own_id = edited.subentry_id if edited else None
    taken = {other.title.casefold() for other in others if other.subentry_id != own_id}
    return "name_in_use" if name.casefold() in taken else None


def text_error(text: str) -> str | None:
    """Why a text cannot be shown everywhere where names are shown."""
    if len(text) > LONGEST_NAME:
        return "too_long"
    unprintable = any(unicodedata.category(char) in _UNPRINTABLE or char in _TURNING for char in text)
    return "unprintable" if unprintable else None


def positive_error(value: float) -> str | None:
    """Why a number is no size of anything."""
    return None if isfinite(value) and value > 0 else "must_be_positive"


def power_error(kilowatts: float) -> str | None:
    """Why a number is no charging power in kW."""
    return positive_error(kilowatts) or ("power_too_high" if kilowatts > LARGEST_POWER_KW else None)


def price_error(price: float | None) -> str | None:
    """Why a number is no final price per kWh; zero is one."""
    if price is None or not isfinite(price):
        return "price_required"
    return "negative_price" if price < 0 else amount_error(price)


def amount_error(price: float) -> str | None:
    """Why a finite number per kWh is no money: the ledger counts millionths in 64 bits."""
    return "price_too_high" if abs(price) > LARGEST_PRICE else None


def errors_of(found: Mapping[str, str | None]) -> dict[str, str]:
    """Only the fields that have an error."""
    return {name: error for name, error in found.items() if error}


def stripped(user_input: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What was typed, with the named texts (the name, where none are given) free of surrounding blanks."""
    return {**user_input, **{name: str(user_input.get(name, "")).strip() for name in names or (CONF_NAME,)}}
