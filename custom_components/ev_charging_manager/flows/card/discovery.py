"""Cards read from a go-e charger: all programmed cards in one form, or the card that is tapped while a form is open.

The charger is contacted only while one of these steps runs. If it does not answer, the flow returns to the choice of
the way, where a card can be typed in.
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

from ... import const
from ...adapters.charger.goe_cards import (
    AnswerNotUnderstoodError,
    ChargerUnreachableError,
    GoeApi,
    GoeError,
    Reader,
    ReportingRefusedError,
)
from ...adapters.configuration import card_key, profile_of, subentries
from ..cards import card_title
from ..fields import Errors, Form, Input, Values, one_of
from ..subentry import HouseholdSubentryFlow
from .found import NONE, FoundCards

# The ways to add a card other than typing it in.
READ: Final = "read"
TAP: Final = "tap"

ERRORS: Final[Mapping[type[GoeError], str]] = {
    ChargerUnreachableError: "charger_unreachable",
    AnswerNotUnderstoodError: "answer_not_understood",
}


class CardDiscoverySteps(HouseholdSubentryFlow):
    """The steps that read cards from a charger."""

    _way = READ
    _charger_id = ""
    _found: FoundCards | None = None
    _before = Reader(None, None, reports_numbers=False)
    # The values that the form for a slot opens with after a tap.
    tapped: Mapping[str, Any] = MappingProxyType({})

    @abstractmethod
    def ways(self, errors: Errors, number: str = "") -> SubentryFlowResult:
        """Show the ways to add a card, with the error of the last attempt."""

    @abstractmethod
    async def async_step_slot(self, user_input: Input = None) -> SubentryFlowResult:
        """A card by its slot."""

    async def discover(self, way: str) -> SubentryFlowResult:
        """Read from the only charger, or ask which charger to read from."""
        self._way = way
        chargers = self.askable()
        if not chargers:
            return self.async_abort(reason="charger_gone")
        if len(chargers) == 1:
            return await self._ask(chargers[0].subentry_id)
        return await self.async_step_source()

    async def async_step_source(self, user_input: Input = None) -> SubentryFlowResult:
        """The charger to read from."""
        if user_input is None:
            return self.form("source", {vol.Required(const.CONF_CHARGER): one_of(self.askable())}, {})
        return await self._ask(user_input[const.CONF_CHARGER])

    async def async_step_cards(self, user_input: Input = None) -> SubentryFlowResult:
        """A user for each programmed card."""
        found = self._found
        if found is None or self._charger is None:
            return self.async_abort(reason="charger_gone")
        if user_input is None:
            return self._cards_form(found, found.proposals())
        errors = found.errors(user_input)
        if errors:
            kept = {name: user for name, user in user_input.items() if name not in errors}
            return self._cards_form(found, kept, errors)
        return self._add_all(found.assigned(user_input))

    async def async_step_reporting(self, user_input: Input = None) -> SubentryFlowResult:
        """Whether the charger shall report the numbers of tapped cards; it is changed only on a yes."""
        if user_input is None:
            return self._reporting_form({})
        try:
            return await self._agreed(yes=user_input[const.CONF_REPORT_NUMBERS])
        except ReportingRefusedError:
            return self._reporting_form(user_input, {"base": "reporting_refused"})
        except GoeError as fault:
            return self.ways({"base": ERRORS[type(fault)]})

    async def async_step_tap(self, user_input: Input = None) -> SubentryFlowResult:
        """A tap while the form is open: the card is the difference between the reader before and after."""
        if user_input is None:
            return self.form("tap", {}, {}, None, self._words())
        if self._charger is None:
            return self.async_abort(reason="charger_gone")
        try:
            after = await self._api().reader()
        except GoeError as fault:
            return self.ways({"base": ERRORS[type(fault)]})
        return await self._compare(after)

    async def _ask(self, charger_id: str) -> SubentryFlowResult:
        self._charger_id = charger_id
        if self._charger is None:
            return self.async_abort(reason="charger_gone")
        try:
            return await self._first_answer(self._api())
        except GoeError as fault:
            return self.ways({"base": ERRORS[type(fault)]})

    async def _first_answer(self, api: GoeApi) -> SubentryFlowResult:
        self._before = await api.reader()
        if self._way == READ:
            return await self._read(api)
        if self._before.reports_numbers:
            return await self.async_step_tap()
        return await self.async_step_reporting()

    async def _read(self, api: GoeApi) -> SubentryFlowResult:
        self._found = FoundCards(self.entry, self._charger_id, await api.cards())
        if not self._found.cards:
            return self.ways({"base": "no_cards_programmed"})
        return await self.async_step_cards()

    async def _agreed(self, *, yes: bool) -> SubentryFlowResult:
        if self._charger is None:
            return self.async_abort(reason="charger_gone")
        api = self._api()
        if yes:
            await api.report_numbers()
        self._before = await api.reader()
        return await self.async_step_tap()

    async def _compare(self, after: Reader) -> SubentryFlowResult:
        before, self._before = self._before, after
        if after.slot is not None and after.slot != before.slot:
            self.tapped = {const.CONF_CHARGER: self._charger_id, const.CONF_SLOT: after.slot}
            return await self.async_step_slot()
        if after.last_number is not None and after.last_number != before.last_number:
            return self.ways({"base": "card_in_no_slot"}, after.last_number)
        return self.form("tap", {}, {}, {"base": "no_card_seen"}, self._words())

    def _cards_form(self, found: FoundCards, values: Values, errors: Errors | None = None) -> SubentryFlowResult:
        return self.form("cards", found.fields(), values, errors, self._words() | found.words())

    def _reporting_form(self, values: Values, errors: Errors | None = None) -> SubentryFlowResult:
        form: Form = {vol.Required(const.CONF_REPORT_NUMBERS, default=False): BooleanSelector()}
        return self.form("reporting", form, values, errors, self._words())

    def _add_all(self, mappings: list[dict[str, Any]]) -> SubentryFlowResult:
        """Add one subentry for each card. The flow itself adds the last one, so the others are added before."""
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

    def _words(self) -> dict[str, str]:
        """Return the placeholders of the forms: the charger and its last card."""
        charger = self._charger
        if charger is None:
            return {"charger": NONE, "last": self._last_card()}
        return {"charger": charger.title, "last": self._last_card()}

    def _last_card(self) -> str:
        if self._before.slot:
            return f"#{self._before.slot}"
        return self._before.last_number or NONE

    @property
    def _charger(self) -> ConfigSubentry | None:
        """The charger to read from; None if it was removed, or lost its address, while a form was open."""
        return next((item for item in self.askable() if item.subentry_id == self._charger_id), None)

    def askable(self) -> list[ConfigSubentry]:
        """Return the chargers that have an HTTP API and a stored address."""
        chargers = subentries(self.entry, const.SUBENTRY_CHARGER)
        return [item for item in chargers if profile_of(item).has_host and item.data.get(const.CONF_HOST)]

    def _api(self) -> GoeApi:
        host = self.entry.subentries[self._charger_id].data[const.CONF_HOST]
        return GoeApi(async_get_clientsession(self.hass), host)
