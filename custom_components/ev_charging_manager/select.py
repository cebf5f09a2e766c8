"""Driver: who is charging, as a person says. The sensors tell who it is when nobody said anything."""

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

# The chain takes one choice after the other by itself.
PARALLEL_UPDATES = 0

# States that mean something else; somebody with such a name is shown by another.
RESERVED = {*Driver, STATE_UNAVAILABLE, STATE_UNKNOWN}

type Choice = tuple[Driver, str | None]
"""The kind of driver, and the user's id where it is one."""


async def async_setup_entry(
    hass: HomeAssistant, entry: EvChargingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add one for each charger there is, and for those that come."""
    household = entry.runtime_data

    def add_charger(charger: ConfigSubentry) -> None:
        async_add_entities([DriverSelect(household, entry, charger)], config_subentry_id=charger.subentry_id)

    entry.async_on_unload(household.on_added(const.SUBENTRY_CHARGER, add_charger))


class DriverSelect(ChargerEntity, SelectEntity):
    """Shows what was chosen for the running session or, while idle, for the next; else Automatic."""

    def __init__(self, household: HouseholdRuntime, entry: EvChargingConfigEntry, charger: ConfigSubentry) -> None:
        """Belong to a charger."""
        super().__init__(household, charger, "driver")
        self._entry = entry
        self._choices = self._offered()

    async def async_added_to_hass(self) -> None:
        """Follow the household as well: users come, go and are renamed."""
        await super().async_added_to_hass()
        self.async_on_remove(self._household.on_changed(self._household_changed))

    @property
    def available(self) -> bool:
        """Whether there is a chain that would hear of a choice."""
        return self.progress is not None

    @property
    def options(self) -> list[str]:
        """Automatic, everybody who is active, and those who are no user."""
        chosen = self.current_option
        return [*self._choices, *([chosen] if chosen is not None and chosen not in self._choices else ())]

    @property
    def current_option(self) -> str | None:
        """What stands chosen. Somebody who was switched off or deleted meanwhile stays visible until it is over."""
        if self.progress is None:
            return None
        return self._option_of(self.progress.chosen)

    async def async_select_option(self, option: str) -> None:
        """Choose who charges. Somebody who cannot be chosen any more is offered only while they stand chosen."""
        if option not in self._choices:
            return
        driver, user_id = self._choices[option]
        await choose(self._household, self._charger_id, driver, user_id)

    def _option_of(self, chosen: Identity | None) -> str:
        wanted = driver_of(chosen), chosen.user_id if chosen else None
        found = next((option for option, choice in self._choices.items() if choice == wanted), None)
        return found or (chosen.user_name if chosen else Driver.AUTOMATIC)

    def _offered(self) -> dict[str, Choice]:
        words = {str(driver): (driver, None) for driver in (Driver.AUTOMATIC, Driver.GUEST, Driver.NOBODY)}
        users = [user for user in household_of(self._entry).users.values() if user.active]
        by_name = sorted(users, key=lambda user: user.name.casefold())
        named: dict[str, Choice] = {_option(user.name): (Driver.USER, user.user_id) for user in by_name}
        automatic, *others = words.items()
        return dict([automatic, *named.items(), *others])

    @callback
    def _household_changed(self) -> None:
        self._choices = self._offered()
        self.told()

    def _listen(self) -> CALLBACK_TYPE:
        return self._display.listen(self.told)

    def _shown(self) -> tuple[Any, ...]:
        return self.available, self.current_option, tuple(self.options)


def _option(name: str) -> str:
    return f"{name} (user)" if name.casefold() in RESERVED else name
