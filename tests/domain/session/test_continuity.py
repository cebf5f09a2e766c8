"""Whether one session continued over an absence, and how its energy is shared with the next session."""

from __future__ import annotations

from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.household import ChargerSettings
from custom_components.ev_charging_manager.domain.identity.identity import by_card
from custom_components.ev_charging_manager.domain.metering.meter import Meter
from custom_components.ev_charging_manager.domain.records import Identity
from custom_components.ev_charging_manager.domain.session.absence import Return, believable, growth
from custom_components.ev_charging_manager.domain.session.continuity import (
    Verdict,
    delivered_before_end,
    delivered_since_begin,
    verdict,
)

from ..household import ANNAS_SLOT, BENS_SLOT, NO_TOTAL, PLUG_AND_TOTAL, STRANGERS_SLOT, at, card_of, settings

GO_E = settings().charger
ANNA = by_card(card_of(ANNAS_SLOT), settings())
BEN = by_card(card_of(BENS_SLOT), settings())
STRANGER = by_card(card_of(STRANGERS_SLOT), settings())
NOBODY = Identity()
KWH = 1_000_000


def _return(
    session: tuple[int | None, int | None] = (KWH, KWH), total: tuple[int | None, int | None] = (9 * KWH, 9 * KWH),
    behind: int = 0, **more: Any,
) -> Return:  # fmt: skip
    before = Meter(session[0], total[0], session_at=at(0), total_at=at(0), seen_at=at(0), behind=behind)
    found: dict[str, Any] = {"connected": True, "tapped": ANNA, "candidate": ANNA} | more
    return Return(before=before, now=Meter(session[1], total[1]), **found)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (_return(), Verdict.SAME),
        (_return((KWH, 3 * KWH), (9 * KWH, 11 * KWH)), Verdict.SAME),
        (_return((KWH, 3 * KWH), (9 * KWH, 11 * KWH + 90_000)), Verdict.SAME),
        (_return((KWH, 3 * KWH), (9 * KWH, 12 * KWH)), Verdict.ANOTHER),
        (_return((KWH, 0)), Verdict.ANOTHER),
        (_return((KWH, KWH - 10)), Verdict.SAME),
        (_return((KWH, None), (9 * KWH, 11 * KWH)), Verdict.SAME),
        (_return((KWH, 2 * KWH), (9 * KWH, None)), Verdict.SAME),
        (_return(connected=False), Verdict.ENDED),
        (_return(candidate=BEN), Verdict.ANOTHER),
        (_return(candidate=STRANGER), Verdict.ANOTHER),
        (_return(candidate=NOBODY), Verdict.SAME),
        (_return(tapped=None, candidate=BEN), Verdict.SAME),
        (_return(tapped=STRANGER, candidate=BEN), Verdict.ANOTHER),
    ],
)
def test_the_verdict_separates_one_car_from_two(found: Return, expected: Verdict) -> None:
    assert verdict(found, GO_E) is expected


def _read(session_s: float, total_s: float, session: int, total: int, power_w: float | None = 11_000.0) -> Return:
    """Return the evidence with session counter and total read at these seconds; before: 1 kWh and 9 kWh at 0."""
    before = Meter(KWH, 9 * KWH, session_at=at(0), total_at=at(0), seen_at=at(0))
    now = Meter(session, total, session_at=at(session_s), total_at=at(total_s), seen_at=at(total_s), power_w=power_w)
    return Return(True, before, now, ANNA, ANNA)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (_read(600, 644, 3 * KWH, 11 * KWH + 240_000), Verdict.SAME),
        (_read(600, 644, 3 * KWH, 11 * KWH - 240_000), Verdict.ANOTHER),
        (_read(644, 600, 3 * KWH, 11 * KWH - 240_000), Verdict.SAME),
        (_read(600, 644, 3 * KWH, 12 * KWH), Verdict.ANOTHER),
        (_read(600, 7_200, 3 * KWH, 12 * KWH), Verdict.ANOTHER),
    ],
    ids=["total later", "total later but less", "total earlier", "more than can have flowed", "hours later"],
)
def test_counters_read_at_different_times_agree_within_the_energy_that_may_have_flowed_between(
    found: Return, expected: Verdict
) -> None:
    assert verdict(found, GO_E) is expected


@pytest.mark.parametrize(("power_w", "expected"), [(11_000.0, 890_000), (0.0, KWH), (None, 758_000)])
def test_the_former_session_is_not_charged_for_the_new_cars_part_of_the_total(
    power_w: float | None, expected: int
) -> None:
    found = _read(600, 636, 500_000, 10 * KWH + 500_000, power_w)
    assert delivered_before_end(found, GO_E, ended=False) == expected


def test_without_a_total_the_session_counter_decides() -> None:
    charger = settings(NO_TOTAL).charger
    assert verdict(_return((KWH, 2 * KWH), (None, None)), charger) is Verdict.SAME
    assert verdict(_return((KWH, 10), (None, None)), charger) is Verdict.ANOTHER


@pytest.mark.parametrize(
    ("before", "now", "grown"),
    [(1, 5, 4), (5, 5, 0), (None, 5, None), (5, None, None), (KWH, 0, None), (KWH, KWH - 1, 0)],
)
def test_growth_is_unknown_rather_than_negative(before: int | None, now: int | None, grown: int | None) -> None:
    assert growth(before, now) == grown


@pytest.mark.parametrize(
    ("charger", "found", "ended", "first", "second"),
    [
        (GO_E, _return((KWH, 3 * KWH), (0, 7 * KWH)), False, 4 * KWH, 3 * KWH),
        (GO_E, _return((5 * KWH, KWH), (0, 3 * KWH)), False, 2 * KWH, KWH),
        (GO_E, _return((KWH, 0), (0, 3 * KWH)), True, 3 * KWH, None),
        # The session counter has passed its old value, and the total counts whole Wh.
        (GO_E, _return((KWH, 3 * KWH + 700), (9 * KWH, 12 * KWH)), False, 0, 3 * KWH),
        (GO_E, _return((KWH, 3 * KWH + 700), (9 * KWH, 11 * KWH + 1_000)), True, 2 * KWH + 1_000, 0),
        (settings(NO_TOTAL).charger, _return((5 * KWH, KWH), (None, None)), False, 0, KWH),
        (settings(NO_TOTAL).charger, _return((KWH, 3 * KWH), (None, None)), True, 2 * KWH, None),
        # Only a card shows another car: the energy of the counter must not be lost for that.
        (settings(NO_TOTAL).charger, _return((KWH, 3 * KWH), (None, None), candidate=BEN), False, 2 * KWH, 0),
        (settings(PLUG_AND_TOTAL).charger, _return((None, None), (0, 3 * KWH)), False, 3 * KWH, 0),
    ],
)
def test_energy_of_an_absence_is_shared_between_former_and_new_session(
    charger: ChargerSettings, found: Return, ended: bool, first: int, second: int | None
) -> None:
    assert delivered_before_end(found, charger, ended) == first
    if second is not None:
        assert delivered_since_begin(found, charger) == second


def test_energy_counted_while_the_total_was_unavailable_is_not_counted_twice() -> None:
    counted = _return((5 * KWH, 6 * KWH), (9 * KWH, 14 * KWH), behind=4 * KWH)
    assert counted.total_grew == KWH
    assert verdict(counted, GO_E) is Verdict.SAME
    assert delivered_before_end(_return((5 * KWH, 0), (9 * KWH, 14 * KWH), behind=4 * KWH), GO_E, ended=True) == KWH
    assert _return(total=(9 * KWH, 9 * KWH), behind=KWH).total_grew == 0


def test_a_total_without_a_reading_falls_further_behind() -> None:
    assert _return(total=(9 * KWH, None), behind=KWH).gone_on(2 * KWH).behind == 3 * KWH
    assert _return(total=(9 * KWH, 12 * KWH), behind=KWH).gone_on(2 * KWH).behind == 0


def test_an_implausible_growth_is_left_out_and_marked_as_doubtful() -> None:
    found = believable(_return((KWH, 2**42), (9 * KWH, 10 * KWH)), at(600), GO_E)
    assert (found.now.session, found.now.total, found.doubtful) == (None, 10 * KWH, True)
    # Counting continues from the new level: the next session must not contain the jump either.
    assert found.filled.session == 2**42
    assert not believable(_return((KWH, 2 * KWH)), at(600), GO_E).doubtful
    assert not believable(_return((KWH, 9 * KWH)), at(3600), GO_E).doubtful


@pytest.mark.parametrize(
    ("session", "expected"),
    [((6 * KWH, KWH), 2 * KWH), ((6 * KWH, 0), 3 * KWH), ((6 * KWH, 9 * KWH), 3 * KWH), ((6 * KWH, None), 3 * KWH)],
    ids=["another car", "reset at the unplug", "the same car", "no reading"],
)
def test_the_former_session_is_not_charged_for_a_car_that_came_and_left_unseen(
    session: tuple[int | None, int | None], expected: int
) -> None:
    found = _return(session, (9 * KWH, 12 * KWH), connected=False)
    assert delivered_before_end(found, GO_E, ended=True) == expected
