"""Tariffs that an edit replaced: they still apply to energy that flowed before the edit and is reported after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..quarters import quarter_of
from ..tariff import SpotTariff, Tariff
from .prices import KEPT_S

# A form can be saved as often as a person likes; more edits than this within a day are not kept apart.
MOST_FORMER = 20


@dataclass(frozen=True, slots=True)
class FormerTariff:
    """A tariff that was in force until an edit at `until` (UTC epoch seconds)."""

    tariff: Tariff
    until: float


def with_former(former: tuple[FormerTariff, ...], replaced: Tariff, until: float) -> tuple[FormerTariff, ...]:
    """Return the former tariffs with one more, without those too old for any energy that is still reported.

    If the clock was set back since an earlier edit, that edit counts from `until` too: a tariff must not return.
    """
    kept = [replace(each, until=min(each.until, until)) for each in former if each.until > until - KEPT_S]
    kept.append(FormerTariff(replaced, until))
    return tuple(kept[-MOST_FORMER:])


def before_clock_step(former: tuple[FormerTariff, ...], utc: float) -> tuple[FormerTariff, ...]:
    """Return the former tariffs without those that seem to end far after `utc` (UTC epoch seconds).

    They were edited while the clock was wrong by days, and would return until that time.
    """
    if not former or former[-1].until <= utc + KEPT_S:
        return former
    return tuple(each for each in former if each.until <= utc + KEPT_S)


def edits_since(former: tuple[FormerTariff, ...], since: float) -> tuple[float, ...]:
    """Return the times of the edits that divide energy delivered from `since` on, in UTC epoch seconds.

    Parts of energy begin at quarter-hours, so an edit counts from the start of the quarter-hour of `since`.
    """
    if not former:
        return ()
    return tuple(each.until for each in former if each.until >= quarter_of(since))


def spot_tariffs_since(former: tuple[FormerTariff, ...], since: float) -> tuple[SpotTariff, ...]:
    """Return the former spot tariffs that were in force at any time since `since` (UTC epoch seconds)."""
    tariffs = (each.tariff for each in former if each.until > since)
    return tuple(tariff for tariff in tariffs if isinstance(tariff, SpotTariff))


def tariff_at(former: tuple[FormerTariff, ...], current: Tariff, utc: float) -> Tariff:
    """Return the tariff in force at a time in UTC epoch seconds."""
    for each in former:
        if utc < each.until:
            return each.tariff
    return current
