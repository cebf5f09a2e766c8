"""Home Assistant restarts at every point of a session: the session is recorded once, with all its energy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.profile import CarStatus

from ..domain.household import ANNAS_SLOT, BENS_SLOT, NO_TOTAL, PLAIN_METER, PLUG_AND_TOTAL, card_of, settings
from .driver import Charger

type Step = Callable[[Charger], None]


def _push(charger: Charger, plug: bool, status: CarStatus, lock: bool | None = None) -> None:
    with charger.push():
        charger.plug(plug)
        charger.status(status)
        if lock is not None:
            charger.lock(lock)


def _draw(charger: Charger) -> None:
    charger.advance(60)
    charger.deliver(0.15)


# A session of 1.0 kWh: plugged in, card 7 s late, two windows, balancing, unlocked 2 s after the plug.
SCRIPT: tuple[Step, ...] = (
    lambda charger: _push(charger, True, CarStatus.CONNECTED, True),
    lambda charger: charger.reset(),
    lambda charger: charger.advance(7),
    lambda charger: charger.card(ANNAS_SLOT),
    lambda charger: charger.status(CarStatus.CHARGING),
    lambda charger: charger.power(9000.0),
    _draw,
    _draw,
    _draw,
    lambda charger: charger.status(CarStatus.COMPLETE),
    lambda charger: charger.power(0.0),
    lambda charger: charger.advance(400),
    lambda charger: charger.status(CarStatus.CHARGING),
    _draw,
    _draw,
    _draw,
    lambda charger: charger.status(CarStatus.COMPLETE),
    lambda charger: charger.advance(100),
    lambda charger: charger.deliver(0.1),
    lambda charger: _push(charger, False, CarStatus.IDLE),
    lambda charger: charger.advance(2),
    lambda charger: charger.lock(False),
    lambda charger: charger.advance(1),
    lambda charger: charger.card(NOBODY),
    lambda charger: charger.advance(60),
)


def _played(charger: Charger, script: tuple[Step, ...] = SCRIPT) -> Charger:
    for step in script:
        step(charger)
    charger.advance(700)
    return charger


def test_without_a_restart_the_script_is_one_session_of_one_kilowatt_hour() -> None:
    record = _played(Charger()).only()
    assert (record.energy_mwh, record.identity.user_id, record.reconstructed) == (1_000_000, "anna", False)
    assert record.duration_s == 7 + 360 + 400 + 100


@pytest.mark.parametrize("down_s", [5.0, 900.0])
@pytest.mark.parametrize("index", range(len(SCRIPT) + 1))
def test_a_crash_at_any_point_leaves_one_session_with_all_its_energy(index: int, down_s: float) -> None:
    charger = _played_until(Charger(), index)
    charger.crash()
    charger.advance(down_s)
    charger.start()
    _once_with_everything(_played(charger, SCRIPT[index:]))


@pytest.mark.parametrize("index", range(len(SCRIPT) + 1))
def test_what_happened_while_home_assistant_was_away_is_in_the_record(index: int) -> None:
    charger = _played_until(Charger(), index)
    charger.crash()
    for step in SCRIPT[index : index + 3]:
        step(charger)
    charger.advance(30)
    charger.start()
    _once_with_everything(_played(charger, SCRIPT[index + 3 :]))


@pytest.mark.parametrize("index", range(len(SCRIPT) + 1))
def test_a_reload_at_any_point_changes_nothing_and_leaves_no_mark(index: int) -> None:
    charger = _played_until(Charger(), index)
    charger.reload()
    charger = _played(charger, SCRIPT[index:])
    record = charger.only()
    assert (record.energy_mwh, record.identity.user_id) == (1_000_000, "anna")
    assert (record.reconstructed, record.data_gap) == (False, False)


@pytest.mark.parametrize("index", range(0, len(SCRIPT) + 1, 3))
def test_crashing_again_and_again_leaves_one_session(index: int) -> None:
    charger = _played_until(Charger(), index)
    for _ in range(3):
        charger.crash()
        charger.advance(10)
        charger.start()
        charger.advance(1)
    _once_with_everything(_played(charger, SCRIPT[index:]))


def test_a_checkpoint_older_than_the_crash_loses_no_energy() -> None:
    charger = _played_until(Charger(), 8)
    old = charger.ledger.kept
    for step in SCRIPT[8:14]:
        step(charger)
    charger.crash()
    charger.ledger.kept = old
    charger.start()
    record = _played(charger, SCRIPT[14:]).only()
    assert record.energy_mwh == 1_000_000


def test_entities_that_come_back_one_minute_later_decide_then() -> None:
    charger = _played_until(Charger(), 8)
    charger.crash()
    charger.advance(60)
    charger.start(back=False)
    charger.advance(45)
    charger.come_back()
    assert "Recovered session" in charger.lines()
    _once_with_everything(_played(charger, SCRIPT[8:]))


def test_a_counter_that_does_not_come_back_is_waited_for_a_minute_and_counted_later() -> None:
    charger = _played_until(Charger(), 8)
    charger.crash()
    charger.truth.session, session = None, charger.truth.session
    charger.start()
    charger.advance(30)
    assert "Recovered session" not in charger.lines()
    charger.advance(31)
    assert "Recovered session" in charger.lines()
    charger.truth.session = session
    charger.come_back()
    _once_with_everything(_played(charger, SCRIPT[8:]))


def _played_until(charger: Charger, index: int) -> Charger:
    for step in SCRIPT[:index]:
        step(charger)
    return charger


def _once_with_everything(charger: Charger) -> None:
    record = charger.only()
    assert (record.energy_mwh, record.identity.user_id) == (1_000_000, "anna")
    assert not record.data_gap
    assert sum(part.energy_mwh for part in record.intervals) == 1_000_000
    completed = [entry for entry in charger.ledger.events if entry.kind == "session_completed"]
    assert len(completed) == 1


class TestMismatch:
    """The car, card or counters after a restart differ from those before it."""

    def test_a_car_that_left_meanwhile_is_closed_with_what_the_total_shows(self) -> None:
        charger = self._charging()
        charger.crash()
        charger.advance(3600)
        charger.deliver(7.0)
        self._leave(charger)
        charger.start()
        charger.advance(10)
        record = charger.only()
        assert (record.energy_mwh, record.reconstructed, record.identity.user_id) == (8_000_000, True, "anna")
        assert record.duration_s <= 3605
        assert "Session continuity mismatch" in charger.lines()
        assert all(part.quarter <= (record.ended_at or 0) for part in record.intervals)

    def test_another_car_is_another_session_and_each_gets_its_own(self) -> None:
        charger = self._charging()
        charger.crash()
        charger.advance(3600)
        charger.deliver(7.0)
        charger.reset()
        charger.deliver(3.0)
        charger.card(BENS_SLOT)
        charger.start()
        charger.charge(1.0)
        charger.leave()
        told = [(record.identity.user_id, record.energy_mwh) for record in charger.completed]
        assert told == [("anna", 8_000_000), ("ben", 4_000_000)]
        assert charger.completed[0].deviation_pct == 0

    def test_another_card_is_another_session_even_if_no_counter_tells(self) -> None:
        charger = Charger(settings(PLUG_AND_TOTAL))
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        charger.crash()
        charger.advance(3600)
        charger.card(BENS_SLOT)
        charger.start()
        charger.advance(3600)
        charger.deliver(2.0)
        charger.advance(1)
        charger.plug(False)
        charger.advance(10)
        assert [(r.identity.user_id, r.energy_mwh) for r in charger.completed] == [
            ("anna", 1_000_000),
            ("ben", 2_000_000),
        ]

    @pytest.mark.parametrize("awake", [False, True])
    def test_an_unknown_session_is_not_billed_to_the_card_of_the_next_driver(self, awake: bool) -> None:
        charger = Charger()
        charger.plug_in()
        charger.charge(1.0)
        charger.crash()
        charger.advance(3600)
        charger.reset()
        charger.card(BENS_SLOT)
        charger.start(awake=awake)
        charger.charge(1.0)
        charger.leave()
        assert [record.identity.user_id for record in charger.completed] == [None, "ben"]

    def test_a_card_that_stands_there_since_the_session_before_bills_nobody(self) -> None:
        charger = self._charging()
        charger.crash()
        charger.advance(3600)
        charger.reset()
        charger.start()
        charger.charge(1.0)
        charger.leave()
        assert [record.identity.user_id for record in charger.completed] == ["anna", None]

    def test_a_card_that_stands_there_since_the_session_before_bills_nobody_after_a_reload_either(self) -> None:
        charger = self._charging()
        charger.crash()
        charger.advance(3600)
        charger.reset()
        charger.start()
        charger.charge(1.0)
        charger.reload()
        charger.charge(1.0)
        charger.leave()
        assert [record.identity.user_id for record in charger.completed] == ["anna", None]

    def test_a_card_that_stood_there_counts_once_it_is_tapped_again(self) -> None:
        charger = self._charging()
        charger.crash()
        charger.advance(3600)
        charger.reset()
        charger.start()
        charger.charge(1.0)
        charger.card(NOBODY)
        charger.card(ANNAS_SLOT)
        charger.leave()
        assert [record.identity.user_id for record in charger.completed] == ["anna", "anna"]

    def test_a_later_tap_that_changed_nothing_does_not_split_the_session(self) -> None:
        charger = self._charging()
        charger.card(BENS_SLOT)
        charger.crash()
        charger.advance(60)
        charger.start()
        charger.leave()
        assert charger.only().identity.user_id == "anna"

    def test_a_short_session_with_much_energy_from_the_absence_is_not_discarded(self) -> None:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.crash()
        charger.advance(3600)
        charger.deliver(7.0)
        self._leave(charger)
        charger.start()
        charger.advance(10)
        assert charger.only().energy_mwh == 7_000_000

    def test_a_car_that_came_meanwhile_gets_what_its_counter_shows(self) -> None:
        charger = Charger()
        charger.advance(60)
        charger.crash()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(3.0)
        charger.start()
        charger.charge(1.0)
        charger.leave()
        record = charger.only()
        assert (record.energy_mwh, record.identity.user_id, record.reconstructed) == (4_000_000, "anna", True)
        assert record.deviation_pct == 0

    def test_a_counter_that_begins_again_only_after_the_crash_is_no_other_car(self) -> None:
        charger = self._after_ben()
        charger.crash()
        charger.reset()
        charger.deliver(2.0)
        charger.advance(900)
        charger.start()
        charger.charge(1.0)
        charger.leave()
        told = [(record.identity.user_id, record.energy_mwh) for record in charger.completed]
        assert told == [("ben", 10_000_000), ("anna", 3_000_000)]
        assert charger.discarded == []
        assert charger.completed[1].deviation_pct == 0

    def test_a_car_that_left_before_its_counter_was_seen_to_begin_again_gets_no_other_cars_energy(self) -> None:
        charger = self._after_ben()
        charger.crash()
        charger.reset()
        charger.deliver(4.0)
        charger.reset()
        charger.deliver(2.0)
        charger.advance(3600)
        charger.start()
        charger.charge(1.0)
        charger.leave()
        assert [record.energy_mwh for record in charger.completed] == [10_000_000, 4_000_000, 3_000_000]

    @staticmethod
    def _after_ben() -> Charger:
        """Anna is plugged in after Ben's 10 kWh, and the counter still shows them."""
        charger = Charger()
        charger.plug_in(card=BENS_SLOT)
        charger.charge(10.0)
        charger.leave()
        with charger.push():
            charger.card(ANNAS_SLOT)
            charger.plug(True)
            charger.lock(True)
            charger.status(CarStatus.CONNECTED)
        charger.advance(5)
        return charger

    def test_a_car_that_came_meanwhile_gets_all_even_if_its_counter_passed_the_old_value_and_the_total_is_coarse(
        self,
    ) -> None:
        charger = self._charging()
        charger.leave()
        charger.crash()
        charger.reset()
        charger.deliver(3.0007)
        charger.truth.total = (charger.truth.total or 0) // 1_000_000 * 1_000_000
        charger.truth.plug = charger.truth.locked = True
        charger.truth.status, charger.truth.card = CarStatus.CHARGING, card_of(BENS_SLOT)
        charger.advance(3600)
        charger.start()
        charger.advance(60)
        charger.leave()
        assert [record.energy_mwh for record in charger.completed] == [1_000_000, 3_000_000]

    def test_garbage_read_first_after_a_restart_is_no_energy(self) -> None:
        charger = Charger(settings(NO_TOTAL))
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        charger.crash()
        charger.advance(60)
        charger.truth.session, session = 2**32 * 1000, charger.truth.session
        charger.start()
        charger.advance(60)
        charger.truth.session = session
        charger.come_back()
        charger.leave()
        record = charger.only()
        assert record.energy_mwh <= 1_000_000
        assert record.data_gap

    def test_a_total_that_was_away_before_the_crash_gives_nothing_twice(self) -> None:
        charger = self._charging()
        charger.lose(Role.TOTAL_ENERGY)
        charger.charge(2.0)
        charger.runner.marker()
        charger.crash()
        charger.advance(3600)
        charger.deliver(1.0)
        charger.lost.clear()
        charger.start()
        charger.advance(60)
        charger.leave()
        assert (charger.only().energy_mwh, charger.only().identity.user_id) == (4_000_000, "anna")

    def test_a_jump_that_was_left_out_is_not_on_the_bill_of_the_next_car(self) -> None:
        charger = Charger(settings(PLUG_AND_TOTAL))
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        charger.runner.marker()
        charger.crash()
        charger.advance(60)
        charger.deliver(9.0)
        charger.truth.plug, charger.truth.card = False, NOBODY
        charger.start()
        charger.advance(36_000)
        charger.plug_in(card=BENS_SLOT)
        charger.charge(1.0)
        charger.leave()
        told = [(record.identity.user_id, record.energy_mwh, record.data_gap) for record in charger.completed]
        assert told == [("anna", 1_000_000, True), ("ben", 1_000_000, False)]

    def test_a_pipeline_that_starts_over_soon_after_a_restart_knows_of_it(self) -> None:
        charger = self._charging()
        charger.runner.marker()
        charger.advance(10)
        charger.deliver(0.02)
        charger.crash()
        charger.start(back=False)
        charger.tell(Role.SESSION_ENERGY)
        self._leave(charger)
        charger.reset()
        charger.tell(Role.PLUG)
        charger.restart_pipeline()
        charger.come_back()
        charger.advance(120)
        assert (charger.only().energy_mwh, charger.only().reconstructed) == (1_020_000, True)

    def test_a_plain_meter_goes_on_where_it_stood(self) -> None:
        charger = Charger(settings(PLAIN_METER))
        charger.power(6000.0)
        charger.advance(600)
        charger.deliver(1.0)
        charger.crash()
        charger.advance(600)
        charger.deliver(1.0)
        charger.start()
        charger.advance(600)
        charger.deliver(1.0)
        charger.power(0.0)
        charger.advance(400)
        assert charger.only().energy_mwh == 3_000_000

    def test_grace_that_would_have_run_out_meanwhile_waits_for_the_evidence(self) -> None:
        charger = self._charging()
        _push(charger, False, CarStatus.IDLE)
        charger.advance(60)
        charger.crash()
        charger.advance(3600)
        charger.truth.plug, charger.truth.status = True, CarStatus.CONNECTED
        charger.start()
        charger.leave()
        assert not charger.only().data_gap

    def test_evidence_that_contradicts_itself_after_a_restart_is_settled_first(self) -> None:
        charger = self._charging()
        charger.crash()
        charger.advance(60)
        charger.truth.status = CarStatus.IDLE
        charger.start(back=False)
        with charger.push():
            for role in Role:
                charger.tell(role)
        charger.status(CarStatus.CONNECTED)
        charger.charge(1.0)
        charger.leave()
        assert charger.only().energy_mwh == 2_000_000

    @staticmethod
    def _charging() -> Charger:
        charger = Charger()
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(1.0)
        return charger

    @staticmethod
    def _leave(charger: Charger) -> None:
        charger.truth.plug = charger.truth.locked = False
        charger.truth.status, charger.truth.card = CarStatus.IDLE, NOBODY


def test_a_full_car_that_stood_silent_for_hours_is_dated_when_it_was_last_seen() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.power(0)
    charger.advance(4 * 3600)
    seen = charger.clock.now()
    charger.crash()
    charger.truth.plug = False
    charger.truth.status = CarStatus.IDLE
    charger.advance(60)
    charger.start()
    charger.advance(120)
    assert abs((charger.only().ended_at or 0.0) - seen.utc) <= charger.settings.options.checkpoint_s


def test_an_absence_while_power_alone_measures_a_flow_leaves_a_data_gap() -> None:
    charger = Charger(settings(frozenset({Role.PLUG, Role.POWER})))
    charger.plug(True)
    charger.power(11_000)
    charger.advance(600)
    charger.crash()
    charger.advance(600)
    charger.start()
    charger.advance(600)
    charger.power(0)
    charger.plug(False)
    charger.advance(60)
    assert charger.only().data_gap


def test_power_alone_that_rested_before_and_after_an_absence_leaves_no_mark() -> None:
    charger = Charger(settings(frozenset({Role.PLUG, Role.POWER})))
    charger.plug(True)
    charger.power(11_000)
    charger.advance(600)
    charger.power(0)
    charger.advance(60)
    charger.crash()
    charger.advance(600)
    charger.start()
    charger.advance(10)
    charger.plug(False)
    charger.advance(60)
    assert not charger.only().data_gap


def test_a_home_assistant_that_never_saw_the_charger_again_is_no_evidence_that_the_car_stayed() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    seen = charger.clock.now()
    charger.crash()
    charger.truth.plug = charger.truth.locked = False
    charger.truth.status = CarStatus.IDLE
    charger.advance(600)
    charger.start(back=False)
    charger.advance(300)
    charger.crash()
    charger.advance(600)
    charger.start()
    charger.advance(120)
    assert (charger.only().ended_at or 0.0) <= seen.utc


def test_a_charger_that_was_out_of_reach_before_a_crash_is_dated_when_it_was_last_seen() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.goes_away()
    gone = charger.clock.now()
    charger.advance(900)
    charger.crash()
    charger.truth.plug = charger.truth.locked = False
    charger.truth.status = CarStatus.IDLE
    charger.advance(60)
    charger.start()
    charger.advance(120)
    assert (charger.only().ended_at or 0.0) <= gone.utc + charger.settings.options.debounce_s
