"""The spot price of one charger: its price entity, into the charger's ingestor."""

from __future__ import annotations

import asyncio
import logging
from fractions import Fraction

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.event import async_track_entity_registry_updated_event, async_track_state_change_event

from ...actors.ingestor import Ingestor
from ...const import DOMAIN
from ...domain.household import Settings
from ...domain.pricing.prices import LATE_S
from ...domain.quarters import QUARTER_S, quarter_of
from ...domain.tariff import SpotTariff, Tariff
from ..clock import HouseClock
from ..configuration import price_entity_of
from ..sanitize import on_one_line, without_markup
from ..state_parsers import is_missing
from .price_unit import per_kwh, price_factor, price_of

_LOGGER = logging.getLogger(__name__)


class PriceFeed:
    """Listens to a charger's price entity, by whatever name and in whatever unit it has at present."""

    def __init__(self, hass: HomeAssistant, ingestor: Ingestor, clock: HouseClock) -> None:
        """Prepare; `follow` begins to listen."""
        self._hass = hass
        self._ingestor = ingestor
        self._clock = clock
        self._reference: str | None = None
        self._entity_id = ""
        self._tariff: Tariff | None = None
        self._currency = ""
        self._charger_id = ""
        self._stops: list[CALLBACK_TYPE] = []
        self._beat: asyncio.TimerHandle | None = None
        self._known = True
        self._ended = False

    @callback
    def follow(self, charger: ConfigSubentry, settings: Settings) -> None:
        """Listen to what the charger's pricing names, which may be nothing; take another one from now on."""
        reference, tariff = price_entity_of(charger), settings.charger.tariff
        if self._ended or (reference == self._reference and tariff == self._tariff):
            return
        self._charger_id, self._currency, self._tariff = charger.subentry_id, settings.charger.currency, tariff
        if reference == self._reference:
            # The same price, with something else on top of it.
            self._look()
            return
        self._leave()
        self._reference = reference
        self._ingestor.watch_price()
        if reference is None:
            self._ingestor.price(None)
        else:
            self._listen(reference)

    @callback
    def stop(self) -> None:
        """Listen to nothing any more, whatever is edited later."""
        self._ended = True
        self._leave()

    def _leave(self) -> None:
        self._deafen()
        self._reference = None
        ir.async_delete_issue(self._hass, DOMAIN, self._issue)

    @property
    def _issue(self) -> str:
        return f"price_unit_{self._charger_id}"

    def _deafen(self) -> None:
        while self._stops:
            self._stops.pop()()
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None

    def _listen(self, reference: str) -> None:
        self._entity_id = er.async_resolve_entity_id(er.async_get(self._hass), reference) or reference
        self._stops = [
            async_track_state_change_event(self._hass, self._entity_id, self._changed),
            async_track_entity_registry_updated_event(self._hass, self._entity_id, self._renamed),
        ]
        self._look()
        self._wait()

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        self._take(event.data["new_state"])

    @callback
    def _renamed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Follow the entity to its new name."""
        renamed = event.data["action"] == "update" and "entity_id" in event.data["changes"]
        if renamed and self._reference is not None:
            self._deafen()
            self._listen(self._reference)

    @callback
    def _confirm(self) -> None:
        """Say again what the price is, once it cannot be late any more: a price that stays raises no event.

        What is said in a quarter-hour is known of it after a restart, too.
        """
        self._look()
        self._wait()

    def _wait(self) -> None:
        utc = self._clock.now().utc
        due = quarter_of(utc - LATE_S) + QUARTER_S + LATE_S
        self._beat = self._hass.loop.call_later((due - utc) / self._clock.rate, self._confirm)

    def _look(self) -> None:
        if self._reference is not None:
            self._take(self._hass.states.get(self._entity_id))

    def _take(self, state: State | None) -> None:
        spot = self._spot(state)
        if (spot is not None) is not self._known:
            self._known = spot is not None
            self._remark(state)
        tariff = self._tariff
        self._ingestor.price(tariff.price_of(spot) if spot is not None and isinstance(tariff, SpotTariff) else None)

    def _spot(self, state: State | None) -> Fraction | None:
        """The spot price in currency units per kWh; None: there is none at present."""
        if state is None or is_missing(state.state):
            return None
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        factor = price_factor(unit, self._currency)
        self._complain(None if factor else str(unit))
        return price_of(state.state, factor) if factor else None

    def _remark(self, state: State | None) -> None:
        """Say once that the price went away, and once that it is back."""
        if self._known:
            _LOGGER.info("The price of %s is known again", self._entity_id)
            return
        says = "nothing" if state is None else f"{state.state} {state.attributes.get(ATTR_UNIT_OF_MEASUREMENT, '')}"
        _LOGGER.info(
            "%s says %s, which is no price: the fallback price is used meanwhile", self._entity_id, on_one_line(says)
        )

    def _complain(self, unit: str | None) -> None:
        """Somebody has to do something about a unit that cannot be converted; it will not go away by itself."""
        if unit is None:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="price_unit",
            translation_placeholders={
                "entity": self._entity_id,
                "price_unit": without_markup(unit),
                "currency": per_kwh(self._currency),
            },
        )
