"""The bill of a session: each part of its energy at the price in force when it was delivered."""

from __future__ import annotations

from dataclasses import field, replace

from ..household import Settings
from ..messages import Delivered, PriceKnown, Progress
from ..moment import Moment
from ..quarters import quarter_of, split
from ..records import SessionRecord
from ..tariff import SpotTariff
from ..value import value
from .former import FormerTariff, before_clock_step, edits_since, spot_tariffs_since, tariff_at, with_former
from .intervals import Bill, added, quote, repriced
from .prices import LATE_S, Prices, learn
from .terms import soc_added, terms


@value
class PricingState:
    """The bill of the running session, and the known prices and former tariffs, which are kept after the session."""

    bill: Bill = field(default_factory=Bill)
    prices: Prices = field(default_factory=Prices)
    former: tuple[FormerTariff, ...] = ()


def opened(state: PricingState, session_id: str | None = None) -> PricingState:
    """Return the state with an empty bill for a session that starts, or without a session."""
    return replace(state, bill=Bill(session_id))


def informed(state: PricingState, known: PriceKnown, settings: Settings) -> PricingState:
    """Take a price; if it applies from the quarter-hour's start, price the energy since then again."""
    quarter = quarter_of(known.at.utc)
    prices = learn(state.prices, known.at.utc, known.price_micro, known.watched)
    before = quote(settings.charger.tariff, state.prices, quarter)
    after = quote(settings.charger.tariff, prices, quarter)
    if before == after:
        return PricingState(state.bill, prices, state.former)
    bill = repriced(state.bill, quarter, before, after)
    if before.fallback and known.at.utc - quarter <= LATE_S:
        # A late price also replaces the fallback prices of tariffs that were edited since the boundary.
        for tariff in spot_tariffs_since(state.former, quarter):
            bill = repriced(bill, quarter, quote(tariff, state.prices, quarter), after)
    return PricingState(bill, prices, state.former)


def edited(state: PricingState, at: Moment, before: Settings, after: Settings) -> PricingState:
    """Keep the tariff that an edit replaces: it applies to energy from before the edit that is reported after it."""
    tariff = before.charger.tariff
    if tariff == after.charger.tariff:
        return state
    return replace(state, former=with_former(state.former, tariff, at.utc))


def charge(state: PricingState, delivered: Delivered, settings: Settings) -> PricingState:
    """Add delivered energy to the bill, split at the quarter-hours and at each change of the price."""
    if delivered.session_id != state.bill.session_id:
        state = opened(state, delivered.session_id)
    tariff = settings.charger.tariff
    prices = state.prices
    since = delivered.since.utc
    until = delivered.until.utc
    former = before_clock_step(state.former, until)
    cuts = edits_since(former, since)
    if cuts or isinstance(tariff, SpotTariff):
        cuts += prices.changes(since, until)
    bill = state.bill
    for begin, energy in split(since, until, delivered.energy_mwh, cuts):
        in_force = tariff_at(former, tariff, begin)
        bill = added(bill, quarter_of(begin), energy, quote(in_force, prices, begin))
    return PricingState(bill, prices, former)


def priced(state: PricingState, record: SessionRecord, settings: Settings) -> SessionRecord:
    """Return a finished session with its intervals and costs; `data_gap` if energy was missing on the bill."""
    bill, whole = _complete(state, record, settings)
    if not whole:
        record = replace(record, data_gap=True)
    return _billed(bill, record, settings)


def shown(state: PricingState, progress: Progress, settings: Settings) -> Progress:
    """Return the live view with the cost so far."""
    if progress.record is None:
        return progress
    # Done each second: naming each field takes 0.9 µs, `dataclasses.replace` 2.8 µs.
    return Progress(
        at=progress.at,
        status=progress.status,
        phase=progress.phase,
        record=so_far(state, progress.record, settings),
        started=progress.started,
        power_w=progress.power_w,
        flowing=progress.flowing,
        available=progress.available,
        chosen=progress.chosen,
    )


def so_far(state: PricingState, record: SessionRecord, settings: Settings) -> SessionRecord:
    """Return a running session with the cost so far."""
    if state.bill.session_id == record.session_id:
        return _billed(state.bill, record, settings)
    return _billed(Bill(), record, settings)


def _billed(bill: Bill, record: SessionRecord, settings: Settings) -> SessionRecord:
    """Return the record with the costs of a bill.

    Done each second: naming each field takes 2.5 µs, `dataclasses.replace` 6.2 µs.
    """
    household = settings.household
    charge_price_micro, charge_price_method = terms(record.identity, record.energy_mwh, bill.cost_micro, household)
    return SessionRecord(
        session_id=record.session_id,
        charger_id=record.charger_id,
        charger_name=record.charger_name,
        started_at=record.started_at,
        identity=record.identity,
        duration_s=record.duration_s,
        windows=record.windows,
        charging_s=record.charging_s,
        energy_mwh=record.energy_mwh,
        max_power_w=record.max_power_w,
        currency=record.currency,
        meter_start_mwh=record.meter_start_mwh,
        meter_end_mwh=record.meter_end_mwh,
        rejected_readings=record.rejected_readings,
        data_gap=record.data_gap,
        reconstructed=record.reconstructed,
        outcome=record.outcome,
        ended_at=record.ended_at,
        cost_micro=bill.cost_micro,
        cost_method=settings.charger.tariff.method,
        price_fallback_mwh=bill.fallback_mwh,
        charge_price_micro=charge_price_micro,
        charge_price_method=charge_price_method,
        soc_added_pct=soc_added(record, household),
        deviation_pct=record.deviation_pct,
        faulted=record.faulted,
        intervals=bill.intervals,
    )


def _complete(state: PricingState, record: SessionRecord, settings: Settings) -> tuple[Bill, bool]:
    """Return a bill with exactly the session's energy, and whether it was complete already.

    Energy is missing on the bill only after a fault lost a message; it gets the price in force at the session's end.
    With more energy on the bill than in the session, it is unknown which part is wrong, so the bill starts again.
    """
    bill = state.bill
    if bill.session_id != record.session_id:
        bill = Bill(record.session_id)
    missing = record.energy_mwh - sum(part.energy_mwh for part in bill.intervals)
    if missing == 0:
        return bill, True
    if missing < 0:
        bill = Bill(record.session_id)
        missing = record.energy_mwh
    ended_at = record.started_at
    if record.ended_at is not None:
        ended_at = record.ended_at
    tariff = tariff_at(state.former, settings.charger.tariff, ended_at)
    price = quote(tariff, state.prices, ended_at)
    return added(bill, quarter_of(ended_at), missing, price), False
