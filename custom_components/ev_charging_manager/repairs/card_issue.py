"""An unmapped card becomes a repair whose form maps it; the repair goes when the card is mapped, however that came."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const
from ..adapters.configuration import household_of, options_of
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.card import reading_of
from ..domain.events import CARD_TAPPED

CARD_UNMAPPED: Final = "card_unmapped"


class CardIssues:
    """Hears the taps of all chargers."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
        """Prepare; `start` begins to listen."""
        self._hass = hass
        self._entry = entry
        self._stops: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; returns what ends it. A repair outlives a restart, and the card may have been mapped meanwhile."""
        household = self._entry.runtime_data
        self._settle()
        self._stops += (
            household.on_changed(self._settle),
            household.on_added(const.SUBENTRY_CHARGER, self._listen),
        )
        return self._stop

    @callback
    def _stop(self) -> None:
        for stop in self._stops:
            stop()

    @callback
    def _listen(self, charger: ConfigSubentry) -> None:
        heard = partial(self._heard, charger.subentry_id)
        self._stops.append(self._entry.runtime_data.outbox.listen(charger.subentry_id, heard))

    @callback
    def _heard(self, charger_id: str, name: str, payload: dict[str, Any]) -> None:
        if name != CARD_TAPPED or payload["known"] or not options_of(self._entry).notify_unmapped:
            return
        key = reading_of(payload["card"], charger_id).key
        if key is not None and key not in household_of(self._entry).cards:
            self._raise(charger_id, payload["card"], key)

    def _raise(self, charger_id: str, card: str, key: str) -> None:
        charger = self._entry.subentries.get(charger_id)
        if charger is None:
            return
        ir.async_create_issue(
            self._hass,
            const.DOMAIN,
            f"{CARD_UNMAPPED}_{key}",
            data={"entry_id": self._entry.entry_id, "charger_id": charger_id, "card": card},
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=CARD_UNMAPPED,
            translation_placeholders={"charger": charger.title, "card": card},
        )

    @callback
    def _settle(self) -> None:
        """Take back the repairs of cards that are mapped, of chargers that are gone, and all if nobody wants them."""
        mapped, wanted = household_of(self._entry).cards, options_of(self._entry).notify_unmapped
        for issue in issues_of(self._hass, CARD_UNMAPPED):
            data = issue.data or {}
            charger_id = str(data.get("charger_id"))
            key = reading_of(str(data.get("card")), charger_id).key
            if not wanted or key in mapped or charger_id not in self._entry.subentries:
                ir.async_delete_issue(self._hass, const.DOMAIN, issue.issue_id)


@callback
def issues_of(hass: HomeAssistant, key: str) -> list[ir.IssueEntry]:
    """Our repairs of one kind."""
    found = ir.async_get(hass).issues.values()
    return [issue for issue in found if issue.domain == const.DOMAIN and issue.translation_key == key]
