"""The feed of a charger's spot price: from its price entity into its ingestor."""

from __future__ import annotations

import asyncio
import logging
from fractions import Fraction

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, State, callback

from ...actors.ingestor import Ingestor
from ...domain.household import Settings
from ...domain.pricing.prices import LATE_S
from ...domain.quarters import QUARTER_S, quarter_of
from ...domain.tariff import SpotTariff, Tariff
from ..clock import HouseClock
from ..configuration import price_entity_of
from ..notices import ChargerNotices, PriceUnit
from ..sanitize import on_one_line
from ..state_parsers import is_missing
from .price_entity import PriceEntity
from .price_unit import price_factor, price_of

_LOGGER = logging.getLogger(__name__)


class PriceFeed:
    """Converts the states of a charger's price entity and passes them on, also once in each quarter-hour."""

    def __init__(self, hass: HomeAssistant, ingestor: Ingestor, clock: HouseClock, notices: ChargerNotices) -> None:
        """Prepare; `follow` begins to listen."""
        self._hass = hass
        self._ingestor = ingestor
        self._clock = clock
        self._notices = notices
        self._entity = PriceEntity(hass, self._receive)
        self._tariff: Tariff | None = None
        self._currency = ""
        self._charger_id = ""
        self._timer: asyncio.TimerHandle | None = None
        self._known = True
        self._stopped = False

    @callback
    def follow(self, charger: ConfigSubentry, settings: Settings) -> None:
        """Follow the price entity of the charger's pricing from now on; none at a fixed price."""
        reference = price_entity_of(charger)
        tariff = settings.charger.tariff
        same_entity = reference == self._entity.reference
        if self._stopped or (same_entity and tariff == self._tariff):
            return
        self._charger_id = charger.subentry_id
        self._currency = settings.charger.currency
        self._tariff = tariff
        if same_entity:
            # The same spot price with other additional cost or VAT.
            self._read()
        else:
            self._change_entity(reference)

    @callback
    def stop(self) -> None:
        """End listening for good; later calls of `follow` do nothing."""
        self._stopped = True
        self._leave_entity()

    def _change_entity(self, reference: str | None) -> None:
        self._leave_entity()
        self._ingestor.watch_price()
        if reference is None:
            self._ingestor.price(None)
            return
        self._entity.follow(reference)
        self._schedule()

    def _leave_entity(self) -> None:
        self._entity.stop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._notices.price_unit_known(self._charger_id)

    def _schedule(self) -> None:
        """Read the price again once it cannot be late any more in this quarter-hour."""
        utc = self._clock.now().utc
        due = quarter_of(utc - LATE_S) + QUARTER_S + LATE_S
        self._timer = self._hass.loop.call_later((due - utc) / self._clock.rate, self._confirm)

    @callback
    def _confirm(self) -> None:
        """Read the price again: an unchanged price raises no event, and a restart needs the price of each quarter."""
        self._read()
        self._schedule()

    def _read(self) -> None:
        if self._entity.reference is not None:
            self._receive(self._entity.state)

    @callback
    def _receive(self, state: State | None) -> None:
        spot = self._spot(state)
        if (spot is not None) is not self._known:
            self._known = spot is not None
            self._log(state)
        self._ingestor.price(self._price(spot))

    def _price(self, spot: Fraction | None) -> int | None:
        """Return the price with additional cost and VAT; None without a spot price."""
        if spot is None or not isinstance(self._tariff, SpotTariff):
            return None
        return self._tariff.price_of(spot)

    def _spot(self, state: State | None) -> Fraction | None:
        """Return the spot price in currency units per kWh; None if the state holds no price."""
        if state is None or is_missing(state.state):
            return None
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        factor = price_factor(unit, self._currency)
        if factor is None:
            price_unit = PriceUnit(self._entity.entity_id, str(unit), self._currency)
            self._notices.price_unit_unknown(self._charger_id, price_unit)
            return None
        self._notices.price_unit_known(self._charger_id)
        return price_of(state.state, factor)

    def _log(self, state: State | None) -> None:
        """Log once that the price went away, and once that it is back."""
        if self._known:
            _LOGGER.info("The price of %s is known again", self._entity.entity_id)
            return
        shown = "no state"
        if state is not None:
            shown = f"{state.state} {state.attributes.get(ATTR_UNIT_OF_MEASUREMENT, '')}"
        _LOGGER.info(
            "%s shows %s, which is no price: the fallback price applies until it shows one",
            self._entity.entity_id,
            on_one_line(shown),
        )
