"""Cards that are read from the charger while a session without a user runs."""

from __future__ import annotations

import pytest

from benchmarks.simulator import CardSlot
from custom_components.ev_charging_manager.adapters.configuration import subentries

from ...support.garage import Garage
from ...support.goe_host import goe_host


@pytest.mark.usefixtures("socket_enabled")
async def test_running_session_belongs_to_its_user_as_soon_as_all_cards_are_assigned(garage: Garage) -> None:
    left = garage.chargers["left"]
    left.plug_in()
    left.card("2")
    await garage.events.wait("card_tapped")
    await garage.until_state("sensor", "left", "current_user", "Unknown")

    async with goe_host(CardSlot(1, "Anna"), CardSlot(2, "Ben")) as goe:
        garage.edit("left", host=goe.host)
        flows = garage.hass.config_entries.subentries
        shown = await flows.async_init((garage.entry.entry_id, "rfid_mapping"), context={"source": "user"})
        await flows.async_configure(shown["flow_id"], {"kind": "read"})
        assigned = {"slot_1": garage.id_of("Anna"), "slot_2": garage.id_of("Ben")}
        await flows.async_configure(shown["flow_id"], assigned)

    (identified,) = await garage.events.wait("session_identified")
    assert identified["user_name"] == "Ben"
    await garage.until_state("sensor", "left", "current_user", "Ben")
    assert len(list(subentries(garage.entry, "rfid_mapping"))) == 2
