"""Fields that several forms share, and the checks of typed values.

Limits are checked here and not by the selectors: Home Assistant shows a selector's refusal untranslated, while an
error key has a translated text. No form has sections: the front end of every release up to 2026.10 leaves out the
errors of fields inside a section.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
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

from .. import const
from ..adapters.configuration import subentries
from ..adapters.price.price_unit import LARGEST_PRICE

type HouseholdEntry = ConfigEntry[Any]
type Input = dict[str, Any] | None
"""The submitted values by field; None when the form is opened."""
type Values = Mapping[str, Any]
type Form = dict[Any, Any]
"""The selectors of a form by the markers of their fields."""
type Errors = dict[str, str]
"""The keys of error texts by field."""

TEXT: Final = TextSelector()

# More than any EV charger delivers; a larger number was meant as watts.
LARGEST_POWER_KW: Final = 400.0

# A name becomes part of a state, and Home Assistant limits a state to 255 characters.
LONGEST_NAME: Final = 100

# Control characters break log lines and InfluxDB points; lone surrogates cannot be stored.
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# These reverse the direction of the text after the name. The joiners inside an emoji are not among them.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def number(unit: str | None = None) -> NumberSelector:
    """Return a box for a number of any size and precision."""
    config = NumberSelectorConfig(mode=NumberSelectorMode.BOX, step="any")
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def choice(options: Iterable[str], translation_key: str) -> SelectSelector:
    """Return a list of options, all visible, with translated labels."""
    return SelectSelector(
        SelectSelectorConfig(options=list(options), translation_key=translation_key, mode=SelectSelectorMode.LIST)
    )


def one_of(items: Iterable[ConfigSubentry]) -> SelectSelector:
    """Return a dropdown of users, vehicles or chargers, sorted by name."""
    options = [SelectOptionDict(value=item.subentry_id, label=item.title) for item in by_name(items)]
    return SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))


def by_name(items: Iterable[ConfigSubentry]) -> list[ConfigSubentry]:
    """Sort subentries by title, without regard to case."""
    return sorted(items, key=lambda item: item.title.casefold())


def is_active(subentry: ConfigSubentry) -> bool:
    """Whether a user or a card is active; one without the key is."""
    return bool(subentry.data.get(const.CONF_ACTIVE, True))


def id_of(subentry: ConfigSubentry | None) -> str | None:
    """Return the id of a subentry; None for none, such as the edited one while one is being added."""
    if subentry is None:
        return None
    return subentry.subentry_id


def others_of(
    entry: HouseholdEntry | None, subentry_type: str, edited: ConfigSubentry | None
) -> Iterator[ConfigSubentry]:
    """Yield the subentries of a type without the edited one; none before there is a household."""
    if entry is None:
        return
    edited_id = id_of(edited)
    for item in subentries(entry, subentry_type):
        if item.subentry_id != edited_id:
            yield item


def error_if(wrong: bool, error: str) -> str | None:
    """Return the key of the error text if the value is wrong, and None otherwise."""
    if wrong:
        return error
    return None


def errors_of(found: Mapping[str, str | None]) -> Errors:
    """Keep the fields that have an error."""
    return {name: error for name, error in found.items() if error}


def given(values: Values) -> dict[str, Any]:
    """Keep the fields that have a value."""
    return {name: value for name, value in values.items() if value is not None}


def name_error(
    entry: HouseholdEntry | None, subentry_type: str, name: str, edited: ConfigSubentry | None
) -> str | None:
    """Check a stripped name: it must not be empty, unprintable or used by another subentry of the type."""
    if not name:
        return "name_required"
    taken = {other.title.casefold() for other in others_of(entry, subentry_type, edited)}
    return text_error(name) or error_if(name.casefold() in taken, "name_in_use")


def text_error(text: str) -> str | None:
    """Check that a text can be shown in states, logs and exports."""
    if len(text) > LONGEST_NAME:
        return "too_long"
    unprintable = any(unicodedata.category(char) in _UNPRINTABLE or char in _TURNING for char in text)
    return error_if(unprintable, "unprintable")


def positive_error(value: float) -> str | None:
    """Check that a number is finite and above zero."""
    return error_if(not isfinite(value) or value <= 0, "must_be_positive")


def power_error(kilowatts: float) -> str | None:
    """Check a charging power in kW."""
    return positive_error(kilowatts) or error_if(kilowatts > LARGEST_POWER_KW, "power_too_high")


def price_error(price: float | None) -> str | None:
    """Check a final price per kWh; zero is allowed."""
    if price is None or not isfinite(price):
        return "price_required"
    return error_if(price < 0, "negative_price") or amount_error(price)


def amount_error(price: float) -> str | None:
    """Check the size of a finite amount per kWh: the ledger counts millionths in 64 bits."""
    return error_if(abs(price) > LARGEST_PRICE, "price_too_high")


def stripped(user_input: Values, *names: str) -> dict[str, Any]:
    """Strip the named texts; the name, where none is given. A missing text becomes empty."""
    texts = {name: str(user_input.get(name, "")).strip() for name in names or (CONF_NAME,)}
    return {**user_input, **texts}
