"""Sums of recorded sessions by month, and the scope of a sum: a user, a user type, a charger, or all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product

from ..household import UserType
from ..records import SessionRecord
from .totals import Total


@dataclass(frozen=True, slots=True)
class Scope:
    """The sessions that a sum covers: those that match each field that is not None."""

    user_id: str | None = None
    user_type: UserType | None = None
    charger_id: str | None = None
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compute the hash once: sums are looked up by scope at each change."""
        object.__setattr__(self, "_hash", hash((self.user_id, self.user_type, self.charger_id)))

    def __hash__(self) -> int:
        return self._hash

    def covers(self, charger_id: str, user_id: str | None, user_type: UserType) -> bool:
        """Return whether the sum covers this user's sessions at this charger."""
        return (
            (self.charger_id is None or self.charger_id == charger_id)
            and (self.user_id is None or self.user_id == user_id)
            and (self.user_type is None or self.user_type is user_type)
        )


@lru_cache(1024)
def scopes_of(charger_id: str, user_id: str | None, user_type: UserType) -> tuple[Scope, ...]:
    """Return all scopes that cover this user's sessions at this charger: eight at most.

    Cached, because each change needs them and a household has few users and chargers.
    """
    wholes = product({None, user_id}, {None, user_type}, {None, charger_id})
    return tuple(Scope(*fields) for fields in wholes)


HOUSEHOLD = Scope()
GUESTS = Scope(user_type=UserType.GUEST)
UNKNOWN = Scope(user_type=UserType.UNKNOWN)


@dataclass(slots=True)
class Sum:
    """The recorded sessions of a scope. `elsewhere`: costs in other currencies by currency, which no total contains."""

    total: Total = field(default_factory=Total)
    months: dict[str, Total] = field(default_factory=dict)
    elsewhere: dict[str, int] = field(default_factory=dict)
    last: SessionRecord | None = None

    def add(self, months: Mapping[str, Total], currency: str, own_currency: str) -> None:
        """Add amounts by month. Costs in another currency than `own_currency` are added to `elsewhere` instead."""
        for month, amounts in months.items():
            kept = amounts
            if currency != own_currency:
                self.elsewhere[currency] = self.elsewhere.get(currency, 0) + amounts.cost_micro
                kept = replace(amounts, cost_micro=0)
            self.total += kept
            self._put(month, kept)

    def see(self, record: SessionRecord) -> None:
        """Remember a recorded session if it is the one that ended last."""
        if self.last is None or (record.ended_at or 0.0) >= (self.last.ended_at or 0.0):
            self.last = record

    def merge(self, other: Sum) -> None:
        """Add another sum."""
        self.total += other.total
        if not self.months:
            # Most views have one cell, with years of months at each start: copying is faster than adding.
            self.months = dict(other.months)
        else:
            for month, amounts in other.months.items():
                self._put(month, amounts)
        for currency, cost in other.elsewhere.items():
            self.elsewhere[currency] = self.elsewhere.get(currency, 0) + cost
        if other.last is not None:
            self.see(other.last)

    def _put(self, month: str, amounts: Total) -> None:
        known = self.months.get(month)
        self.months[month] = amounts if known is None else known + amounts
