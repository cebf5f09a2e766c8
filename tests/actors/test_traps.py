"""Known traps of charge tracking, played as they happen at a charger."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY
from custom_components.ev_charging_manager.domain.household import Options, Role
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.domain.records import IdentifiedBy, UnknownReason

from ..domain.household import (
    ANNAS_SLOT,
    BENS_SLOT,
    NO_TOTAL,
    OTTOS_SLOT,
    PLAIN_METER,
    PLUG_AND_TOTAL,
    POWER_ALONE,
    STRANGERS_SLOT,
    settings,
)
from .driver import Charger


def test_battery_balancing_after_the_charge_is_another_window_and_not_another_session() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(5.0)
    for _ in range(3):
        charger.advance(1200)
        charger.charge(0.02, seconds=60, steps=2)
    charger.advance(1200)
    charger.leave()
    record = charger.only()
    assert len(record.windows) == 4
    assert record.energy_mwh == 5_060_000
    assert charger.names().count("charging_finished") == 4


def test_a_pause_shorter_than_the_idle_timeout_keeps_the_window_open() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.advance(299)
    charger.charge(1.0)
    charger.leave()
    assert len(charger.only().windows) == 1


def test_an_unchanged_power_raises_no_event_and_still_flows() -> None:
    charger = Charger(settings(POWER_ALONE))
    charger.power(3600.0)
    charger.advance(3600)
    assert charger.live is not None
    assert charger.live.flowing
    charger.power(0.0)
    charger.advance(400)
    record = charger.only()
    assert (record.energy_mwh, record.duration_s, len(record.windows)) == (3_600_000, 3600, 1)


def test_a_stale_card_gives_the_session_no_user() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    with charger.push():
        charger.plug(False)
        charger.lock(False)
        charger.status(CarStatus.IDLE)
    charger.advance(600)
    charger.plug_in()
    charger.charge(2.0)
    charger.leave()
    first, second = charger.completed
    assert first.identity.user_id == "anna"
    assert (second.identity.user_id, second.identity.unknown_reason) == (None, UnknownReason.STALE_CARD)


def test_a_stale_card_stays_stale_over_a_restart() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    with charger.push():
        charger.plug(False)
        charger.lock(False)
        charger.status(CarStatus.IDLE)
    charger.advance(600)
    charger.crash()
    charger.advance(600)
    charger.start()
    charger.advance(60)
    charger.plug_in()
    charger.charge(2.0)
    charger.leave()
    assert charger.completed[1].identity.user_id is None


def test_a_card_that_is_tapped_again_after_it_was_stale_counts() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    with charger.push():
        charger.plug(False)
        charger.lock(False)
        charger.status(CarStatus.IDLE)
    charger.advance(60)
    charger.card(NOBODY)
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(2.0)
    charger.leave()
    assert [record.identity.user_id for record in charger.completed] == ["anna", "anna"]


def test_a_value_that_belongs_to_the_transaction_is_never_stale() -> None:
    charger = Charger(settings(card_belongs_to_transaction=True))
    for _ in range(2):
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        with charger.push():
            charger.plug(False)
            charger.lock(False)
            charger.status(CarStatus.IDLE)
        charger.advance(60)
    assert [record.identity.user_id for record in charger.completed] == ["anna", "anna"]


def test_a_card_tapped_between_two_cars_is_the_next_ones() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.leave()
    charger.card(BENS_SLOT)
    charger.advance(20)
    charger.plug_in()
    charger.charge(1.0)
    charger.leave()
    assert [record.identity.user_id for record in charger.completed] == ["anna", "ben"]


def test_later_taps_in_a_session_are_announced_and_change_nothing() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.card(BENS_SLOT)
    charger.charge(1.0)
    charger.leave()
    assert charger.only().identity.user_id == "anna"
    assert charger.names().count("card_tapped") == 2


@pytest.mark.parametrize(
    ("slot", "reason"),
    [(STRANGERS_SLOT, UnknownReason.CARD_UNMAPPED), (OTTOS_SLOT, UnknownReason.MAPPING_INACTIVE)],
)
def test_a_strangers_card_keeps_the_default_user_from_being_billed(slot: int, reason: UnknownReason) -> None:
    charger = Charger(settings(default_user_id="anna"))
    charger.plug_in()
    assert [record.identity.identified_by for record in charger.running] == [IdentifiedBy.DEFAULT]
    charger.card(slot)
    charger.charge(1.0)
    charger.card(NOBODY)
    charger.charge(1.0)
    charger.leave()
    assert (charger.only().identity.user_id, charger.only().identity.unknown_reason) == (None, reason)


def test_without_any_card_the_default_user_is_billed() -> None:
    charger = Charger(settings(default_user_id="anna"))
    charger.plug_in()
    charger.charge(1.0)
    charger.leave()
    assert charger.only().identity.identified_by is IdentifiedBy.DEFAULT


class TestSwap:
    """Two drivers swap cars within a minute."""

    def test_with_the_lock_seen_to_open(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(8.0)
        charger.leave(settle=20)
        charger.plug_in(card=BENS_SLOT)
        charger.charge(3.0)
        charger.leave()
        _anna_8_ben_3(charger)

    def test_quicker_than_the_debounce(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(8.0)
        charger.leave(settle=0.5)
        charger.plug_in(card=BENS_SLOT)
        charger.charge(3.0)
        charger.leave()
        _anna_8_ben_3(charger)

    def test_with_the_lock_locked_all_the_time_and_the_counter_reset_in_the_same_push(self) -> None:
        charger = _anna_gone_and_still_locked()
        with charger.push():
            charger.reset()
            charger.plug(True)
            charger.status(CarStatus.CONNECTED)
        charger.advance(7)
        charger.card(BENS_SLOT)
        charger.charge(3.0)
        charger.leave()
        _anna_8_ben_3(charger)

    def test_with_the_lock_locked_all_the_time_and_the_counter_reset_after_the_plug(self) -> None:
        charger = _anna_gone_and_still_locked()
        with charger.push():
            charger.plug(True)
            charger.status(CarStatus.CONNECTED)
        charger.advance(1)
        charger.reset()
        charger.advance(6)
        charger.card(BENS_SLOT)
        charger.charge(3.0)
        charger.leave()
        _anna_8_ben_3(charger)

    def test_with_the_lock_locked_all_the_time_and_the_counter_reset_before_the_plug(self) -> None:
        charger = _anna_gone_and_still_locked()
        charger.reset()
        charger.advance(5)
        with charger.push():
            charger.plug(True)
            charger.status(CarStatus.CONNECTED)
        charger.card(BENS_SLOT)
        charger.charge(3.0)
        charger.leave()
        _anna_8_ben_3(charger)

    def test_with_only_a_card_to_tell(self) -> None:
        charger = Charger(settings(PLUG_AND_TOTAL | {Role.LOCK}))
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(8.0)
        with charger.push():
            charger.plug(False)
            charger.card(NOBODY)
        charger.advance(20)
        charger.plug(True)
        charger.advance(7)
        charger.card(BENS_SLOT)
        charger.charge(3.0)
        charger.leave()
        _anna_8_ben_3(charger)

    def test_in_the_middle_of_one_fold(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(8.0)
        charger.deliver(0.01)
        charger.leave(settle=0.2)
        with charger.push():
            charger.reset(0.02)
            charger.plug(True)
            charger.status(CarStatus.CONNECTED)
        charger.advance(10)
        charger.charge(3.0)
        charger.leave()
        assert [record.energy_mwh for record in charger.completed] == [8_010_000, 3_020_000]


def _anna_gone_and_still_locked() -> Charger:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(8.0)
    with charger.push():
        charger.plug(False)
        charger.status(CarStatus.IDLE)
        charger.card(NOBODY)
    charger.advance(20)
    return charger


def _anna_8_ben_3(charger: Charger) -> None:
    told = [(record.identity.user_id, record.energy_mwh) for record in charger.completed]
    assert told == [("anna", 8_000_000), ("ben", 3_000_000)]
    first, second = charger.completed
    assert first.ended_at is not None
    assert first.ended_at <= second.started_at
    assert first.duration_s == 3605
    assert charger.discarded == []


class TestGrace:
    """The plug reads off while the lock reads locked."""

    def test_a_plug_that_only_flickered_continues_the_session(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        self._off(charger)
        charger.advance(120)
        with charger.push():
            charger.plug(True)
            charger.status(CarStatus.CONNECTED)
        charger.charge(1.0)
        charger.leave()
        assert (charger.only().energy_mwh, charger.only().data_gap) == (2_000_000, False)

    def test_grace_that_runs_out_ends_the_session_with_a_gap(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        self._off(charger)
        charger.advance(599)
        assert charger.completed == []
        charger.advance(2)
        assert (charger.only().data_gap, charger.only().duration_s) == (True, 3605)

    def test_unlocking_confirms_the_end_dated_when_the_plug_went_off(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        self._off(charger)
        charger.advance(100)
        charger.lock(False)
        charger.advance(3)
        assert (charger.only().data_gap, charger.only().duration_s) == (False, 3605)

    def test_a_lock_that_is_not_known_holds_no_session_open(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        with charger.push():
            charger.plug(False)
            charger.status(CarStatus.IDLE)
            charger.lock(None)
        charger.advance(5)
        assert (charger.only().data_gap, charger.only().duration_s) == (False, 3605)

    def test_a_charge_that_goes_on_after_a_long_grace_is_another_window(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        self._off(charger)
        charger.advance(400)
        with charger.push():
            charger.plug(True)
            charger.status(CarStatus.CHARGING)
        charger.charge(1.0)
        charger.leave()
        assert len(charger.only().windows) == 2

    @staticmethod
    def _off(charger: Charger) -> None:
        with charger.push():
            charger.plug(False)
            charger.status(CarStatus.IDLE)


class TestCounters:
    """Counters with implausible readings."""

    def test_a_reset_in_mid_session_keeps_what_was_counted(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        charger.reset()
        charger.charge(2.0)
        charger.leave()
        assert charger.only().energy_mwh == 6_000_000

    def test_a_counter_that_is_not_reset_gives_nobody_anothers_energy(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        charger.leave()
        with charger.push():
            charger.card(BENS_SLOT)
            charger.plug(True)
            charger.lock(True)
            charger.status(CarStatus.CONNECTED)
        charger.charge(2.0)
        charger.leave()
        assert [record.energy_mwh for record in charger.completed] == [4_000_000, 2_000_000]

    def test_a_counter_that_is_reset_after_the_plug_gives_nobody_anothers_energy(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        charger.leave()
        with charger.push():
            charger.card(BENS_SLOT)
            charger.plug(True)
            charger.lock(True)
            charger.status(CarStatus.CONNECTED)
        charger.advance(3)
        charger.reset()
        charger.charge(2.0)
        charger.leave()
        assert [record.energy_mwh for record in charger.completed] == [4_000_000, 2_000_000]

    def test_a_lifetime_register_with_garbage_in_between_is_counted_by_its_steps(self) -> None:
        charger = Charger(settings(NO_TOTAL))
        charger.plug_in(card=ANNAS_SLOT)
        charger.truth.session = 900_000_000
        charger.come_back()
        charger.come_back()
        charger.come_back()
        charger.reload()
        charger.charge(1.0)
        charger.read(Role.SESSION_ENERGY, 2**32 * 1000)
        charger.charge(1.0)
        charger.leave()
        record = charger.only()
        assert record.energy_mwh == 2_000_000
        assert record.rejected_readings >= 1

    def test_energy_that_is_said_before_its_plug_in_the_same_push_is_not_lost(self) -> None:
        charger = Charger(settings(PLUG_AND_TOTAL))
        with charger.push():
            charger.deliver(0.2)
            charger.plug(True)
        charger.advance(90)
        charger.deliver(0.3)
        charger.advance(1)
        charger.plug(False)
        charger.advance(5)
        assert charger.only().energy_mwh == 500_000

    def test_a_last_step_that_comes_just_after_the_plug_is_still_the_sessions(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        charger.leave(settle=0.5)
        charger.deliver(0.02)
        charger.advance(5)
        assert charger.only().energy_mwh == 4_020_000
        assert charger.only().duration_s == 3605

    def test_a_zero_that_is_read_for_a_moment_is_no_energy_and_loses_none(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(0.3)
        charger.read(Role.SESSION_ENERGY, 0)
        charger.advance(2)
        charger.deliver(0.001)
        charger.charge(0.3)
        charger.leave()
        assert charger.only().energy_mwh == 601_000

    def test_a_counter_that_goes_away_and_comes_back_loses_nothing(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        charger.truth.session = None
        charger.come_back()
        charger.advance(1800)
        charger.truth.session = 9_000_000
        charger.truth.total = (charger.truth.total or 0) + 5_000_000
        charger.come_back()
        charger.leave()
        assert (charger.only().energy_mwh, charger.only().data_gap) == (9_000_000, False)

    def test_a_meter_that_jumps_for_good_says_that_something_may_be_missing(self) -> None:
        charger = Charger(settings(PLAIN_METER))
        charger.power(5000.0)
        for _ in range(10):
            charger.advance(60)
            charger.deliver(0.08)
        charger.truth.total = 700_000_000
        for _ in range(10):
            charger.advance(60)
            charger.deliver(0.08)
        charger.power(0.0)
        charger.advance(400)
        assert charger.only().data_gap
        assert 1_200_000 <= charger.only().energy_mwh <= 1_600_000


class TestOutage:
    """All entities of the charger go away at once."""

    def test_an_outage_ends_nothing_and_loses_nothing(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        charger.goes_away()
        charger.advance(3600)
        charger.deliver(5.0)
        charger.come_back()
        charger.charge(1.0)
        charger.leave()
        record = charger.only()
        assert (record.energy_mwh, record.identity.user_id, record.reconstructed) == (10_000_000, "anna", False)

    def test_a_car_that_left_during_the_outage_ended_its_session_at_the_last_evidence(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        charger.goes_away()
        charger.advance(3600)
        _gone(charger)
        charger.come_back()
        charger.advance(10)
        assert charger.only().energy_mwh == 4_000_000
        assert charger.only().duration_s == 3605

    def test_another_car_after_the_outage_is_another_session(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        charger.goes_away()
        charger.advance(3600)
        charger.reset()
        charger.deliver(2.0)
        charger.come_back()
        charger.charge(1.0)
        charger.leave()
        assert [record.energy_mwh for record in charger.completed] == [4_000_000, 3_000_000]

    def test_grace_does_not_run_out_during_an_outage(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        with charger.push():
            charger.plug(False)
            charger.status(CarStatus.IDLE)
        charger.advance(60)
        charger.goes_away()
        charger.advance(3600)
        assert charger.completed == []
        charger.truth.plug, charger.truth.status = True, CarStatus.CONNECTED
        charger.come_back()
        charger.charge(1.0)
        charger.leave()
        assert (charger.only().energy_mwh, charger.only().data_gap) == (5_000_000, False)

    def test_a_session_whose_end_was_confirmed_before_the_outage_does_not_go_on_after_it(self) -> None:
        charger = Charger(settings(PLUG_AND_TOTAL))
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(4.0)
        charger.plug(False)
        charger.advance(1)
        charger.goes_away()
        charger.advance(0.5)
        charger.truth.plug = True
        charger.come_back()
        charger.charge(1.0)
        charger.plug(False)
        charger.advance(10)
        assert [record.energy_mwh for record in charger.completed] == [4_000_000, 1_000_000]


def _gone(charger: Charger) -> None:
    charger.truth.plug, charger.truth.locked = False, False
    charger.truth.status, charger.truth.card = CarStatus.IDLE, NOBODY


_ARRIVAL: dict[str, Callable[[Charger], None]] = {
    "plug": lambda charger: charger.plug(True),
    "lock": lambda charger: charger.lock(True),
    "status": lambda charger: charger.status(CarStatus.CHARGING),
    "card": lambda charger: charger.card(ANNAS_SLOT),
    "power": lambda charger: charger.power(3600.0),
}
_DEPARTURE: dict[str, Callable[[Charger], None]] = {
    "plug": lambda charger: charger.plug(False),
    "lock": lambda charger: charger.lock(False),
    "status": lambda charger: charger.status(CarStatus.IDLE),
    "card": lambda charger: charger.card(NOBODY),
    "energy": lambda charger: charger.deliver(0.01),
}


@pytest.mark.parametrize("order", list(permutations(_ARRIVAL)), ids="-".join)
def test_the_order_in_which_an_arrival_is_signalled_does_not_matter(order: tuple[str, ...]) -> None:
    charger = Charger()
    for signal in order:
        _ARRIVAL[signal](charger)
        charger.advance(0.4)
    charger.advance(600)
    charger.deliver(1.0)
    charger.leave()
    record = charger.only()
    assert (record.identity.user_id, record.energy_mwh) == ("anna", 1_000_000)
    assert record.started_at - charger_started(charger) <= 2.0


@pytest.mark.parametrize("order", list(permutations(_DEPARTURE)), ids="-".join)
def test_the_order_in_which_a_departure_is_signalled_does_not_matter(order: tuple[str, ...]) -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0, seconds=600, steps=5)
    for signal in order:
        _DEPARTURE[signal](charger)
        charger.advance(0.4)
    charger.advance(30)
    record = charger.only()
    assert (record.identity.user_id, record.energy_mwh) == ("anna", 1_010_000)
    assert 605 <= record.duration_s <= 607


def charger_started(charger: Charger) -> float:
    """Return the moment at which the test began."""
    return charger.clock.now().utc - (charger.clock.now().mono - 1_000_000.0)


def test_two_signals_that_end_a_session_complete_it_once() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.plug(False)
    charger.advance(0.5)
    charger.status(CarStatus.IDLE)
    charger.advance(0.5)
    charger.lock(False)
    charger.advance(0.5)
    charger.plug(False)
    charger.status(None)
    charger.advance(60)
    assert charger.names().count("session_completed") == 1
    assert len(charger.ledger.sessions) == 1


def test_the_minimum_duration_of_the_options_is_applied() -> None:
    charger = Charger(settings(options=Options(shortest_session_s=7200.0)))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.leave()
    assert len(charger.discarded) == 1


@pytest.mark.parametrize(("step_kwh", "power_kw"), [(0.1, 3.7), (1.0, 3.7), (1.0, 1.4)])
def test_charging_finished_is_announced_once_with_a_coarse_counter(step_kwh: float, power_kw: float) -> None:
    charger = Charger(settings(PLUG_AND_TOTAL))
    charger.plug(True)
    steps, seconds = 6, step_kwh / power_kw * 3600
    for step in range(steps):
        # Towards its end a car takes less.
        charger.advance(seconds * (1.3 if step == steps - 1 else 1.0))
        charger.deliver(step_kwh)
    assert charger.names().count("charging_finished") == 0
    charger.advance(3 * 3600)
    assert charger.names().count("charging_finished") == 1
    charger.plug(False)
    charger.advance(60)
    record = charger.only()
    assert (record.energy_mwh, len(record.windows)) == (round(steps * step_kwh * 1_000_000), 1)
    assert record.charging_s == pytest.approx(seconds * (steps + 0.3), abs=2)
