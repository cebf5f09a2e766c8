"""A car came and left while the charger was away: its card and its energy go to no other driver."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.domain.records import UnknownReason

from ..domain.household import ANNAS_SLOT, BENS_SLOT, NO_TOTAL, PLUG_AND_TOTAL, card_of, settings
from .driver import Charger


def _after_anna() -> Charger:
    """Return a charger that is away while its reader still shows Anna's card."""
    charger = Charger(settings(PLUG_AND_TOTAL))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.plug(False)
    charger.advance(60)
    charger.goes_away()
    return charger


def _untapped(charger: Charger) -> None:
    """The charger is back, and later a car is plugged in without a card."""
    charger.advance(3600)
    charger.come_back()
    charger.advance(1800)
    charger.plug(True)
    charger.charge(1.0)
    charger.plug(False)
    charger.advance(60)


def _payers(charger: Charger) -> list[tuple[str | None, UnknownReason | None]]:
    return [(record.identity.user_id, record.identity.unknown_reason) for record in charger.completed]


def test_a_card_of_a_car_that_came_and_left_unseen_is_not_billed_for_the_next_one() -> None:
    charger = _after_anna()
    charger.truth.card = card_of(BENS_SLOT)
    charger.deliver(0.8)
    _untapped(charger)
    assert _payers(charger) == [("anna", None), (None, UnknownReason.STALE_CARD)]


def test_a_card_that_was_held_to_the_reader_unseen_where_no_car_was_counts_for_the_next_one() -> None:
    charger = _after_anna()
    charger.truth.card = card_of(BENS_SLOT)
    _untapped(charger)
    assert [record.identity.user_id for record in charger.completed] == ["anna", "ben"]


def test_a_car_that_left_unseen_is_dated_when_the_charger_went_away_and_not_when_it_last_said_something() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.advance(4 * 3600)
    gone = charger.clock.now()
    charger.goes_away()
    charger.advance(3600)
    charger.truth.plug = charger.truth.locked = False
    charger.truth.status = CarStatus.IDLE
    charger.come_back()
    charger.advance(60)
    assert charger.only().ended_at == gone.utc


def test_another_card_after_an_absence_leaves_what_the_counter_counted_to_the_car_before() -> None:
    charger = Charger(settings(NO_TOTAL))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.runner.marker()
    charger.crash()
    charger.advance(3600)
    charger.deliver(2.0)
    charger.card(BENS_SLOT)
    charger.start()
    charger.charge(0.5)
    charger.leave()
    told = [(record.identity.user_id, record.energy_mwh, record.reconstructed) for record in charger.completed]
    assert told == [("anna", 3_000_000, True), ("ben", 500_000, True)]


@pytest.mark.parametrize(("late", "seconds"), [(Role.PLUG, 20), (Role.CARD, 20), (Role.CARD, 90)])
def test_a_card_that_is_shown_once_a_session_ended_unseen_is_not_billed_for_the_next_one(
    late: Role, seconds: float
) -> None:
    charger = Charger(settings(PLUG_AND_TOTAL))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.goes_away()
    charger.deliver(0.8)
    charger.truth.card, charger.truth.plug = card_of(BENS_SLOT), False
    charger.advance(3600)
    charger.lost.add(late)
    charger.come_back()
    charger.advance(seconds)
    charger.find(late)
    charger.advance(1800)
    charger.plug(True)
    charger.charge(1.0)
    charger.plug(False)
    charger.advance(60)
    assert _payers(charger) == [("anna", None), (None, UnknownReason.STALE_CARD)]
