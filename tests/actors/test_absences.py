"""Home Assistant is away: a minute, a day, over a month's end, over a change of price; at every point of a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC as ZONE, datetime

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.domain.records import SessionRecord
from custom_components.ev_charging_manager.domain.statistics.totals import by_month

from ..domain.household import ANNAS_SLOT
from .test_spot import FALLBACK, SpotCharger

BEFORE, AFTER = 100_000, 250_000
NOVEMBER_ENDS = datetime(2023, 12, 1, tzinfo=ZONE).timestamp()
MIDNIGHT, NOON = NOVEMBER_ENDS - 86_400, NOVEMBER_ENDS - 43_200


@dataclass(frozen=True, slots=True)
class Absence:
    """Home Assistant stops at `gone` and starts again after `seconds`."""

    gone: float
    seconds: float


ABSENCES = {
    "a minute": Absence(NOON + 100, 60.0),
    "a day": Absence(MIDNIGHT - 43_200, 86_400.0),
    "over a month's end": Absence(NOVEMBER_ENDS - 600, 1_200.0),
    "over a change of price": Absence(NOON + 850, 100.0),
}


def _before_card(charger: SpotCharger) -> None:
    charger.plug_in(settle=3)
    charger.status(CarStatus.CHARGING)
    charger.advance(57)


def _in_window(charger: SpotCharger) -> None:
    charger.plug_in(card=ANNAS_SLOT, settle=0)
    charger.draw(3)


def _between_windows(charger: SpotCharger) -> None:
    _in_window(charger)
    charger.status(CarStatus.COMPLETE)
    charger.advance(400)


def _in_grace(charger: SpotCharger) -> None:
    _between_windows(charger)
    with charger.push():
        charger.plug(False)
        charger.status(CarStatus.IDLE)
    charger.advance(60)


def _completing(charger: SpotCharger) -> None:
    _between_windows(charger)
    with charger.push():
        charger.plug(False)
        charger.lock(False)
        charger.status(CarStatus.IDLE)
    charger.advance(0.5)


type Point = Callable[[SpotCharger], None]
POINTS: dict[str, Point] = {
    "before the card": _before_card,
    "in a window": _in_window,
    "between windows": _between_windows,
    "in grace": _in_grace,
    "completing": _completing,
}
STAYS = ("before the card", "in a window", "between windows")


def told(point: str, absence: Absence, flows_kwh: float) -> tuple[SpotCharger, float]:
    """Play the session; return its charger and the time of the unplug.

    The car draws `flows_kwh` during the absence and 0.2 kWh after it.
    """
    charger = SpotCharger()
    _house_opens_at(charger, absence.gone - 1_000.0)
    POINTS[point](charger)
    unplugged = charger.clock.now().utc
    charger.advance(max(0.0, absence.gone - unplugged) if point in STAYS else 0.0)
    # The price feed repeats the price in each quarter-hour.
    charger.tell_price(charger.price)
    charger.runner.marker()
    charger.crash()
    charger.advance(absence.seconds)
    charger.price = AFTER
    if point in STAYS:
        charger.deliver(flows_kwh)
    else:
        charger.truth.locked, charger.truth.card = False, NOBODY
    charger.start()
    charger.advance(5)
    if point in STAYS:
        charger.card(ANNAS_SLOT)
        charger.draw(2)
        unplugged = charger.clock.now().utc
        charger.leave()
    charger.advance(700)
    return charger, unplugged


def _house_opens_at(charger: SpotCharger, utc: float) -> None:
    """No car charged before this many seconds ago."""
    charger.crash()
    charger.advance(utc - charger.clock.now().utc)
    charger.start()


def _sound(charger: SpotCharger, kwh: float) -> SessionRecord:
    record = charger.only()
    assert record.energy_mwh == sum(part.energy_mwh for part in record.intervals) == round(kwh * 1_000_000)
    assert record.cost_micro == sum(part.cost_micro or 0 for part in record.intervals)
    assert record.price_fallback_mwh == sum(part.energy_mwh for part in record.intervals if part.fallback)
    assert (record.identity.user_id, record.reconstructed, record.data_gap) == ("anna", True, False)
    assert charger.names().count("session_completed") == 1
    return record


@pytest.mark.parametrize("absence", ABSENCES)
@pytest.mark.parametrize("point", POINTS)
def test_a_session_over_an_absence_is_recorded_once_with_all_its_energy(point: str, absence: str) -> None:
    flows = min(1.0, ABSENCES[absence].seconds / 600)
    charger, unplugged = told(point, ABSENCES[absence], flows)
    before = 0.0 if point == "before the card" else 0.3
    record = _sound(charger, before + (flows + 0.2 if point in STAYS else 0.0))
    assert record.ended_at == pytest.approx(unplugged, abs=61)
    assert ("Recovered session" in charger.lines()) == (point in STAYS)


@pytest.mark.parametrize("point", STAYS)
def test_each_month_gets_what_was_delivered_in_it(point: str) -> None:
    charger, _ = told(point, ABSENCES["over a month's end"], 1.0)
    record = charger.only()
    parts = ((part.quarter, part.energy_mwh, part.cost_micro) for part in record.intervals)
    months = by_month(record.started_at, record.energy_mwh, record.cost_micro, parts, ZONE)
    assert list(months) == ["2023-11", "2023-12"]
    assert sum(month.energy_mwh for month in months.values()) == record.energy_mwh
    assert all(month.energy_mwh >= 200_000 for month in months.values())
    assert [month.sessions for month in months.values()] == [1, 0]


@pytest.mark.parametrize("point", STAYS)
def test_only_quarters_without_a_seen_price_have_the_fallback_price(point: str) -> None:
    minute = told(point, ABSENCES["a minute"], 0.1)[0].only()
    assert {part.price_micro for part in minute.intervals if not part.fallback} <= {BEFORE, AFTER}
    assert minute.price_fallback_mwh == 0

    change = told(point, ABSENCES["over a change of price"], 0.1)[0].only()
    by_quarter = {part.quarter: (part.price_micro, part.fallback) for part in change.intervals}
    assert by_quarter[int(NOON) + 900] == (AFTER, False)
    assert {price for quarter, price in by_quarter.items() if quarter <= NOON} <= {(BEFORE, False)}
    assert change.price_fallback_mwh == 0

    day = told(point, ABSENCES["a day"], 10.0)[0].only()
    assert {part.price_micro for part in day.intervals if part.fallback} == {FALLBACK}
    assert day.price_fallback_mwh > 0


def test_an_absence_over_a_months_end_without_a_car_records_nothing() -> None:
    charger = SpotCharger()
    _house_opens_at(charger, NOVEMBER_ENDS - 900)
    charger.crash()
    charger.advance(1_800)
    charger.start()
    charger.advance(60)
    assert charger.ledger.sessions == {}
