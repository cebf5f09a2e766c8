"""Cards read from a go-e: all that are programmed in one form, or the one that is tapped at this moment.

Nothing is asked of the charger but while one of these steps runs. Whenever it cannot be reached, people are back at
the choice of the way, where a card can be typed in.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import BooleanSelector

from .. import const
from ..adapters.charger.goe_cards import (
    AnswerNotUnderstoodError,
    ChargerUnreachableError,
    GoeApi,
    GoeError,
    Reader,
    ReportingRefusedError,
)
from ..adapters.configuration import card_key, profile_of, subentries
from .base import HouseholdSubentryFlow
from .cards import card_title
from .fields import one_of
from .found_cards import NONE, FoundCards

# The ways to a card besides typing it in.
READ: Final = "read"
TAP: Final = "tap"

ERRORS: Final[Mapping[type[GoeError], str]] = {
    ChargerUnreachableError: "charger_unreachable",
    AnswerNotUnderstoodError: "answer_not_understood",
}


class CardDiscoverySteps(HouseholdSubentryFlow):
    """The steps that ask a charger for its cards."""

    _way = READ
    _charger_id = ""
    _found: FoundCards | None = None
    _before = Reader(None, None, reports_numbers=False)
    # What the form of a slot opens with.
    tapped: Mapping[str, Any] = MappingProxyType({})

    @abstractmethod
    def ways(self, errors: dict[str, str], number: str = "") -> SubentryFlowResult:
        """Show the choice of the way, with what went wrong on the last one."""

    @abstractmethod
    async def async_step_slot(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """A card by its slot."""

    async def discover(self, way: str) -> SubentryFlowResult:
        """Begin with the charger, if there is a choice of several."""
        self._way = way
        chargers = self.askable()
        if not chargers:
            return self.async_abort(reason="charger_gone")
        if len(chargers) == 1:
            return await self._ask(chargers[0].subentry_id)
        return await self.async_step_source()

    async def async_step_source(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Which charger is asked."""
        if user_input is not None:
            return await self._ask(user_input[const.CONF_CHARGER])
        return self.form("source", {vol.Required(const.CONF_CHARGER): one_of(self.askable())}, {}, {})

    async def async_step_cards(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """All programmed cards in one form."""
        found = self._found
        if found is None or self._charger is None:
            return self.async_abort(reason="charger_gone")
        errors = found.errors(user_input) if user_input is not None else {}
        if user_input is not None and not errors:
            return self._add_all(found.assigned(user_input))
        values = found.proposals() if user_input is None else user_input
        kept = {name: user for name, user in values.items() if errors.get(name) is None}
        return self.form("cards", found.fields(), kept, errors, self._words(found))

    async def async_step_reporting(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Whether the charger shall tell the numbers of tapped cards; only a yes changes it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                return await self._agreed(yes=user_input[const.CONF_REPORT_NUMBERS])
            except ReportingRefusedError:
                errors = {"base": "reporting_refused"}
            except GoeError as fault:
                return self.ways({"base": ERRORS[type(fault)]})
        form = {vol.Required(const.CONF_REPORT_NUMBERS, default=False): BooleanSelector()}
        return self.form("reporting", form, user_input or {}, errors, self._words())

    async def async_step_tap(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """A card is tapped while the form is open; what the reader says differently then is that card."""
        if user_input is None:
            return self.form("tap", {}, {}, {}, self._words())
        if self._charger is None:
            return self.async_abort(reason="charger_gone")
        try:
            after = await self._api().reader()
        except GoeError as fault:
            return self.ways({"base": ERRORS[type(fault)]})
        return await self._seen(after)

    async def _ask(self, charger_id: str) -> SubentryFlowResult:
        self._charger_id = charger_id
        if self._charger is None:
            return self.async_abort(reason="charger_gone")
        try:
            api = self._api()
            self._before = await api.reader()
            return await (self._read(api) if self._way == READ else self._wait())
        except GoeError as fault:
            return self.ways({"base": ERRORS[type(fault)]})

    async def _read(self, api: GoeApi) -> SubentryFlowResult:
        self._found = FoundCards(self.entry, self._charger_id, await api.cards())
        return await self.async_step_cards() if self._found.cards else self.ways({"base": "no_cards_programmed"})

    async def _wait(self) -> SubentryFlowResult:
        return await (self.async_step_tap() if self._before.reports_numbers else self.async_step_reporting())

    async def _agreed(self, *, yes: bool) -> SubentryFlowResult:
        if self._charger is None:
            return self.async_abort(reason="charger_gone")
        api = self._api()
        if yes:
            await api.report_numbers()
        self._before = await api.reader()
        return await self.async_step_tap()

    async def _seen(self, after: Reader) -> SubentryFlowResult:
        before, self._before = self._before, after
        if after.slot is not None and after.slot != before.slot:
            self.tapped = {const.CONF_CHARGER: self._charger_id, const.CONF_SLOT: after.slot}
            return await self.async_step_slot()
        if after.last_number is not None and after.last_number != before.last_number:
            return self.ways({"base": "card_in_no_slot"}, after.last_number)
        return self.form("tap", {}, {}, {"base": "no_card_seen"}, self._words())

    def _add_all(self, mappings: list[dict[str, Any]]) -> SubentryFlowResult:
        """One subentry a card: a flow makes one, the others are added before it ends."""
        if not mappings:
            return self.async_abort(reason="nothing_assigned")
        *others, last = mappings
        for data in others:
            card = ConfigSubentry(
                data=MappingProxyType(data),
                subentry_type=const.SUBENTRY_RFID,
                title=card_title(self.entry, data),
                unique_id=f"card_{card_key(data)}",
            )
            self.hass.config_entries.async_add_subentry(self.entry, card)
        return self.finish(card_title(self.entry, last), last, f"card_{card_key(last)}")

    def _words(self, found: FoundCards | None = None) -> dict[str, str]:
        charger, before = self._charger, self._before
        last = f"#{before.slot}" if before.slot else before.last_number
        name = charger.title if charger else NONE
        return {"charger": name, "last": last or NONE, **(found.words() if found else {})}

    @property
    def _charger(self) -> ConfigSubentry | None:
        """The charger that is asked; None when it was removed, or lost its host, while a form was open."""
        return next((item for item in self.askable() if item.subentry_id == self._charger_id), None)

    def askable(self) -> list[ConfigSubentry]:
        """The chargers with an interface of their own whose address is known."""
        chargers = subentries(self.entry, const.SUBENTRY_CHARGER)
        return [item for item in chargers if profile_of(item).has_host and item.data.get(const.CONF_HOST)]

    def _api(self) -> GoeApi:
        host = self.entry.subentries[self._charger_id].data[const.CONF_HOST]
        return GoeApi(async_get_clientsession(self.hass), host)
