"""Each entity alone, and all together, unavailable at every point of a session: no session ends because of that."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY, UNAVAILABLE
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.messages import Status
from custom_components.ev_charging_manager.domain.profile import CarStatus

from ..domain.household import ANNAS_SLOT, GO_E, STRANGERS_SLOT
from .driver import Charger
from .test_restart import SCRIPT

ROLES = sorted(GO_E)
# The numbers of script steps after which the plug is off, and up to which the cable is locked.
UNPLUGGED, UNLOCKED = 20, 21


@pytest.mark.parametrize("seconds", [0.5, 90.0])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("index", range(len(SCRIPT) + 1))
def test_an_entity_that_is_away_for_a_while_ends_nothing_and_loses_nothing(
    index: int, role: Role, seconds: float
) -> None:
    charger = Charger()
    for step in SCRIPT[:index]:
        step(charger)
    charger.lose(role)
    charger.advance(seconds)
    charger.find(role)
    _goes_on(charger, index)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("index", range(len(SCRIPT) + 1))
def test_what_happens_while_an_entity_is_away_is_found_when_it_is_back(index: int, role: Role) -> None:
    charger = Charger()
    for step in SCRIPT[:index]:
        step(charger)
    charger.lose(role)
    for step in SCRIPT[index : index + 2]:
        step(charger)
    charger.find(role)
    _goes_on(charger, index + 2)


@pytest.mark.parametrize("seconds", [0.5, 5.0, 3600.0])
@pytest.mark.parametrize("index", range(len(SCRIPT) + 1))
def test_a_charger_that_is_away_as_a_whole_ends_nothing_and_loses_nothing(index: int, seconds: float) -> None:
    charger = Charger()
    for step in SCRIPT[:index]:
        step(charger)
    charger.goes_away()
    charger.advance(seconds)
    if 1 <= index <= UNLOCKED:
        assert len(charger.running) == 1
    charger.come_back()
    # A car that was gone when the charger came back left unseen.
    _goes_on(charger, index, seen=not UNPLUGGED <= index <= UNLOCKED)


def _goes_on(charger: Charger, index: int, seen: bool = True) -> None:
    for step in SCRIPT[index:]:
        step(charger)
    charger.advance(700)
    record = charger.only()
    assert (record.energy_mwh, record.identity.user_id, record.data_gap) == (1_000_000, "anna", False)
    assert sum(part.energy_mwh for part in record.intervals) == 1_000_000
    assert record.reconstructed is not seen
    assert charger.names().count("session_completed") == 1


def _in_grace() -> Charger:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    with charger.push():
        charger.plug(False)
        charger.status(CarStatus.IDLE)
    charger.advance(30)
    assert charger.live is not None
    assert charger.live.status is Status.COMPLETING
    return charger


def test_a_lock_that_goes_away_in_grace_counts_as_no_lock_after_the_debounce() -> None:
    charger = _in_grace()
    unplugged = charger.clock.now().utc - 30
    charger.lose(Role.LOCK)
    charger.advance(1.0)
    assert len(charger.running) == 1
    charger.advance(10)
    record = charger.only()
    assert (record.ended_at, record.data_gap) == (unplugged, False)


def test_a_lock_that_comes_back_locked_within_the_debounce_leaves_grace_running() -> None:
    charger = _in_grace()
    charger.lose(Role.LOCK)
    charger.advance(1.0)
    charger.find(Role.LOCK)
    charger.advance(60)
    assert len(charger.running) == 1
    charger.plug(True)
    charger.status(CarStatus.CONNECTED)
    charger.advance(60)
    charger.charge(1.0)
    charger.leave()
    assert charger.only().energy_mwh == 2_000_000


def test_a_card_that_was_tapped_while_the_reader_was_unavailable_counts_later() -> None:
    charger = Charger()
    charger.plug_in()
    charger.lose(Role.CARD)
    charger.card(ANNAS_SLOT)
    charger.charge(1.0)
    charger.find(Role.CARD)
    charger.leave()
    assert charger.only().identity.user_id == "anna"


@pytest.mark.parametrize(
    ("card", "reason"),
    [(UNAVAILABLE, "reader_unavailable"), (NOBODY, "no_card"), (STRANGERS_SLOT, "card_unmapped")],
)
def test_the_readers_value_is_the_reason_for_an_unknown_session(card: object, reason: str) -> None:
    charger = Charger()
    charger.card(card)  # type: ignore[arg-type]
    charger.plug_in()
    if card == STRANGERS_SLOT:
        charger.card(NOBODY)
        charger.card(STRANGERS_SLOT)
    charger.charge(1.0)
    charger.leave()
    record = charger.only()
    assert str(record.identity.unknown_reason) == reason
    assert f"unknown_reason={reason}" in charger.lines()


def test_a_charger_that_goes_away_after_its_lock_in_grace_ends_nothing_until_it_is_back() -> None:
    charger = _in_grace()
    charger.lose(Role.LOCK)
    charger.advance(0.1)
    charger.goes_away()
    charger.advance(600)
    assert len(charger.running) == 1
    charger.lost.clear()
    charger.truth.locked, charger.truth.card = False, NOBODY
    charger.come_back()
    charger.advance(60)
    assert (charger.only().energy_mwh, charger.only().identity.user_id) == (1_000_000, "anna")
