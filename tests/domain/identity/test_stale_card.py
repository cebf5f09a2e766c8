"""The rule for a stale card: what the resolver and the session actor decide by it."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY, SILENT, CardReading
from custom_components.ev_charging_manager.domain.household import Options
from custom_components.ev_charging_manager.domain.identity.identity import by_card, without_card
from custom_components.ev_charging_manager.domain.identity.stale_card import (
    applies,
    is_stale,
    left_after_identity,
    left_after_reading,
    left_at_end,
    left_by_session,
    left_by_unseen_car,
    with_stale_card,
)
from custom_components.ev_charging_manager.domain.records import IdentifiedBy, UnknownReason

from ..household import ANNAS_SLOT, BENS_SLOT, at, card_of, settings

ANNAS, BENS = card_of(ANNAS_SLOT), card_of(BENS_SLOT)


def test_a_stale_card_has_a_reason_of_its_own() -> None:
    assert with_stale_card(settings()).unknown_reason is UnknownReason.STALE_CARD


def test_a_stale_card_leaves_the_session_to_the_default_user() -> None:
    identity = with_stale_card(settings(default_user_id="ben"))
    assert (identity.user_id, identity.identified_by, identity.unknown_reason) == ("ben", IdentifiedBy.DEFAULT, None)


def test_a_default_user_who_is_inactive_does_not_get_the_session() -> None:
    assert with_stale_card(settings(default_user_id="otto")).unknown_reason is UnknownReason.STALE_CARD


def test_no_card_is_stale_where_the_charger_forgets_it_with_its_session() -> None:
    assert applies(settings().charger)
    assert not applies(settings(card_belongs_to_transaction=True).charger)


@pytest.mark.parametrize(("read_at", "stale"), [(None, True), (99.0, True), (100.0, True), (101.0, False)])
def test_a_card_that_was_read_before_the_end_is_stale(read_at: float | None, stale: bool) -> None:
    assert left_at_end(None if read_at is None else at(read_at), at(100)) is stale


@pytest.mark.parametrize(
    ("reading", "connected", "missed", "expected"),
    [
        (ANNAS, False, False, ANNAS),
        (ANNAS, True, False, ANNAS),
        (BENS, False, False, None),
        (NOBODY, False, False, None),
        (SILENT, True, False, ANNAS),
        (SILENT, False, False, None),
        (SILENT, None, False, None),
        (BENS, False, True, BENS),
        (BENS, True, True, None),
    ],
)
def test_the_stale_card_after_a_reading(
    reading: CardReading, connected: bool | None, missed: bool, expected: CardReading | None
) -> None:
    assert left_after_reading(ANNAS, reading, connected, missed) == expected


def test_nothing_is_stale_before_a_session_ended() -> None:
    assert not is_stale(None, ANNAS)
    assert is_stale(ANNAS, ANNAS)
    assert not is_stale(ANNAS, BENS)


def test_after_an_absence_the_card_of_the_session_that_ended_is_stale() -> None:
    house = settings()
    assert left_by_session(by_card(ANNAS, house), by_card(ANNAS, house))
    assert not left_by_session(by_card(ANNAS, house), by_card(BENS, house))
    assert not left_by_session(None, without_card(NOBODY, house))


def test_a_car_that_charged_unseen_leaves_its_card() -> None:
    options = Options(least_energy_mwh=50_000)
    assert left_by_unseen_car(50_000, options)
    assert not left_by_unseen_car(49_999, options)


@pytest.mark.parametrize(
    ("card", "tapped", "unseen", "expected"),
    [
        ("slot 1", False, False, "slot 1"),
        ("slot 1", True, False, None),
        ("slot 2", False, False, None),
        (None, False, False, "slot 1"),
        ("slot 2", False, True, "slot 2"),
        (None, False, True, None),
    ],
)
def test_the_stale_card_after_an_identity(card: str | None, tapped: bool, unseen: bool, expected: str | None) -> None:
    assert left_after_identity("slot 1", card, tapped, unseen) == expected
