"""A charging session from the tap to the event, through the real chain."""

from __future__ import annotations

from dataclasses import replace

from custom_components.ev_charging_manager.domain.messages import Phase, Status
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.domain.records import IdentifiedBy
from custom_components.ev_charging_manager.domain.tariff import StaticTariff

from ..domain.household import ANNA, ANNAS_SLOT, BEN, BENS_SLOT, STRANGERS_SLOT, mapped
from .driver import Charger


def test_a_session_is_recorded_once_with_who_how_much_and_what_it_cost() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(11.0, seconds=3600)
    charger.advance(600)
    charger.leave()
    record = charger.only()
    assert (record.identity.user_id, record.identity.identified_by) == ("anna", IdentifiedBy.CARD)
    assert record.energy_mwh == 11_000_000
    assert record.cost_micro == 3_300_000
    assert record.duration_s == 5 + 3600 + 600
    assert record.charging_s == 3600
    assert [window.seconds for window in record.windows] == [3600]
    assert (record.data_gap, record.reconstructed, record.faulted) == (False, False, False)
    assert charger.names() == ["card_tapped", "session_started", "charging_finished", "session_completed"]


def test_the_live_view_follows_the_session() -> None:
    charger = Charger()
    assert charger.live is not None
    assert _shown(charger) == (Status.IDLE, Phase.IDLE)
    charger.plug_in()
    assert _shown(charger) == (Status.TRACKING, Phase.WAITING_FOR_CARD)
    charger.card(ANNAS_SLOT)
    assert _shown(charger) == (Status.TRACKING, Phase.STARTING)
    charger.charge(1.0, seconds=600)
    assert _shown(charger) == (Status.TRACKING, Phase.CHARGING)
    assert charger.live.record is not None
    assert (charger.live.record.energy_mwh, charger.live.record.cost_micro) == (1_000_000, 300_000)
    charger.advance(301)
    assert _shown(charger) == (Status.TRACKING, Phase.CHARGED)
    with charger.push():
        charger.plug(False)
        charger.status(CarStatus.IDLE)
    assert _shown(charger)[0] is Status.COMPLETING
    charger.leave()
    assert _shown(charger) == (Status.IDLE, Phase.IDLE)
    assert charger.lives[-1].record is None


def _shown(charger: Charger) -> tuple[Status, Phase]:
    assert charger.live is not None
    return charger.live.status, charger.live.phase


def test_a_card_that_comes_late_identifies_the_session_at_once() -> None:
    charger = Charger()
    charger.plug_in()
    charger.advance(7)
    charger.card(BENS_SLOT)
    assert [record.identity.user_name for record in charger.running] == ["Ben"]
    charger.charge(2.0)
    charger.leave()
    assert charger.only().identity.user_name == "Ben"
    assert charger.names()[:3] == ["session_started", "card_tapped", "session_identified"]


def test_an_announced_event_has_the_id_of_its_outbox_entry() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(2.0)
    charger.leave()
    durable = {announced.name: announced.entry_id for announced in charger.announced if announced.entry_id}
    assert durable == {"session_started": 1, "session_completed": 2}
    assert [record.session_id for record in charger.recorded] == [charger.only().session_id]


def test_a_micro_session_is_discarded_and_kept() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.leave()
    assert charger.completed == []
    assert len(charger.discarded) == 1
    assert "session_discarded" in charger.names()
    assert "Discarded micro-session" in charger.lines()


def test_the_log_has_the_reason_of_an_unknown_session() -> None:
    charger = Charger()
    charger.plug_in()
    charger.charge(1.0)
    charger.leave()
    assert charger.only().identity.user_name == "Unknown"
    assert "unknown_reason=no_card" in charger.lines()


def test_energy_that_the_total_counter_does_not_confirm_brings_a_warning() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    with charger.push():
        charger.status(CarStatus.CHARGING)
    for step in range(1, 11):
        charger.advance(60)
        charger.truth.session = step * 100_000
        charger.reset(step * 0.1)
    charger.truth.total = 500_500_000
    charger.come_back()
    charger.leave()
    assert charger.only().deviation_pct == 100.0
    assert "more than the total counter" in charger.lines()


def test_editing_the_household_changes_the_name_and_not_the_session() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    users = {**charger.settings.household.users, "anna": replace(ANNA, name="Anna Maria")}
    household = replace(charger.settings.household, users=users)
    charger.configure(replace(charger.settings, household=household))
    assert charger.live is not None
    assert charger.live.record is not None
    assert charger.live.record.identity.user_name == "Anna Maria"
    charger.leave()
    assert charger.only().identity.user_id == "anna"


def test_assigning_an_unknown_card_identifies_the_running_session_at_once() -> None:
    charger = Charger()
    charger.plug_in(card=STRANGERS_SLOT)
    charger.charge(1.0)
    charger.configure(mapped(charger.settings, STRANGERS_SLOT, BEN))
    assert [record.identity.user_name for record in charger.running] == ["Ben"]
    assert charger.names()[-1] == "session_identified"


def test_a_new_price_counts_from_when_it_was_set() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0, seconds=600)
    dearer = replace(charger.settings.charger, tariff=StaticTariff(600_000))
    charger.configure(replace(charger.settings, charger=dearer))
    charger.charge(1.0, seconds=600)
    charger.leave()
    assert charger.only().cost_micro == 300_000 + 600_000


def test_an_identification_is_not_announced_before_its_session() -> None:
    charger = Charger()
    charger.plug(True)
    charger.ledger.fail = 2
    charger.status(CarStatus.CHARGING)
    charger.advance(1)
    charger.card(ANNAS_SLOT)
    charger.advance(20)
    assert [name for name in charger.names() if name.startswith("session")] == ["session_started", "session_identified"]
