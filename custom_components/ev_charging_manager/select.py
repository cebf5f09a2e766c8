"""The Driver select: a person chooses who is charging. The session sensors show the result."""

from __future__ import annotations

from typing import Any

from homeassistant.components.select import SelectEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import const
from .adapters.configuration import household_of
from .adapters.household.driver_choice import choose
from .adapters.household.household import EvChargingConfigEntry, HouseholdRuntime
from .domain.identity.choice import driver_of
from .domain.messages import Driver
from .domain.records import Identity
from .entity import ChargerEntity

# The charger's pipeline handles choices one after another.
PARALLEL_UPDATES = 0

# States with another meaning; a user with such a name is shown with a suffix.
RESERVED = {*Driver, STATE_UNAVAILABLE, STATE_UNKNOWN}

type Choice = tuple[Driver, str | None]
"""The kind of driver, and the user's id if it is a user."""


async def async_setup_entry(
    hass: HomeAssistant, entry: EvChargingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add a select for each charger, and for each one that is added later."""
    household = entry.runtime_data

    def add_charger(charger: ConfigSubentry) -> None:
        async_add_entities([DriverSelect(household, entry, charger)], config_subentry_id=charger.subentry_id)

    entry.async_on_unload(household.on_added(const.SUBENTRY_CHARGER, add_charger))


class DriverSelect(ChargerEntity, SelectEntity):
    """The choice for the running session or, while idle, for the next one; Automatic if there is none."""

    def __init__(self, household: HouseholdRuntime, entry: EvChargingConfigEntry, charger: ConfigSubentry) -> None:
        """Put the select on the charger's device."""
        super().__init__(household, charger, "driver")
        self._entry = entry
        self._choices = self._offered()

    async def async_added_to_hass(self) -> None:
        """Also follow the household, for users that are added, deleted and renamed."""
        await super().async_added_to_hass()
        self.async_on_remove(self._household.on_changed(self._household_changed))

    @property
    def available(self) -> bool:
        """Whether the charger's pipeline runs and can take a choice."""
        return self.progress is not None

    @property
    def options(self) -> list[str]:
        """`automatic`, the active users, `guest` and `nobody`, and the present choice if it is none of them."""
        chosen = self.current_option
        if chosen is None or chosen in self._choices:
            return list(self._choices)
        return [*self._choices, chosen]

    @property
    def current_option(self) -> str | None:
        """The present choice. A user who was deactivated or deleted meanwhile stays visible until the session ends."""
        if self.progress is None:
            return None
        return self._option_of(self.progress.chosen)

    async def async_select_option(self, option: str) -> None:
        """Choose who charges. A user who is offered only because of the present choice cannot be chosen again."""
        if option not in self._choices:
            return
        driver, user_id = self._choices[option]
        await choose(self._household, self._charger_id, driver, user_id)

    def _option_of(self, chosen: Identity | None) -> str:
        if chosen is None:
            return Driver.AUTOMATIC
        wanted = (driver_of(chosen), chosen.user_id)
        return next((option for option, choice in self._choices.items() if choice == wanted), chosen.user_name)

    def _offered(self) -> dict[str, Choice]:
        users = [user for user in household_of(self._entry).users.values() if user.active]
        by_name = sorted(users, key=lambda user: user.name.casefold())
        choices: dict[str, Choice] = {str(Driver.AUTOMATIC): (Driver.AUTOMATIC, None)}
        choices |= {_option(user.name): (Driver.USER, user.user_id) for user in by_name}
        choices |= {str(driver): (driver, None) for driver in (Driver.GUEST, Driver.NOBODY)}
        return choices

    @callback
    def _household_changed(self) -> None:
        self._choices = self._offered()
        self.write_if_changed()

    def _listen(self) -> CALLBACK_TYPE:
        return self._display.listen(self.write_if_changed)

    def _content(self) -> tuple[Any, ...]:
        return self.available, self.current_option, tuple(self.options)


def _option(name: str) -> str:
    if name.casefold() in RESERVED:
        return f"{name} (user)"
    return name
