"""Sums by payer, charger, local month and currency, kept beside the sessions in the same transaction.

Each completed session has its shares, one per month it delivered energy in, and the totals are the sum of all
shares. A session that is recorded again gives back its old shares first: no total can ever count it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, literal, select, update

from ..domain.household import UserType
from ..domain.records import Identity, Outcome, SessionRecord
from ..domain.statistics.totals import MonthTotal, Part, by_month
from .schema import month_totals, payers, shares

_LOGGER = logging.getLogger(__name__)

type Key = tuple[str, str, str, str]
"""Charger, payer, month, currency: the columns that tell one total from another."""
type Amounts = tuple[int, int, int]
"""Milliwatt-hours, millionths, sessions."""

NOTHING: Amounts = (0, 0, 0)
KEY = tuple(month_totals.primary_key.columns)
AMOUNTS = (month_totals.c.energy_mwh, month_totals.c.cost_micro, month_totals.c.sessions)
SHARE_KEY = tuple(shares.c[column.name] for column in KEY)
SHARE_AMOUNTS = tuple(shares.c[column.name] for column in AMOUNTS)

# Values come as parameters: a statement that holds them is taken apart anew at each call, to find it compiled.
_MINE = shares.c.session == bindparam("this")
_SHARES, _DELETE_SHARES = select(*SHARE_KEY, *SHARE_AMOUNTS).where(_MINE), delete(shares).where(_MINE)
_ADD_SHARES, _ADD_TOTAL, _ADD_PAYER = insert(shares), insert(month_totals), insert(payers)
_WHERE = ("this_charger", "this_payer", "this_month", "this_currency")
_HERE = and_(*(column == bindparam(name) for column, name in zip(KEY, _WHERE, strict=True)))
_TOTAL, _SET_TOTAL, _DELETE_TOTAL = (
    select(*AMOUNTS).where(_HERE),
    update(month_totals).where(_HERE),
    delete(month_totals).where(_HERE),
)
_SHARED_HERE = and_(*(column == bindparam(name) for column, name in zip(SHARE_KEY, _WHERE, strict=True)))
_CONTRIBUTED = select(shares.c.session).where(_SHARED_HERE).limit(1)
_THIS_PAYER = payers.c.payer == bindparam("whose")
_AS_OF, _NAME = select(payers.c.as_of).where(_THIS_PAYER), update(payers).where(_THIS_PAYER)


@dataclass(frozen=True, slots=True)
class MonthShare:
    """What one session put into one month: the shares of a month sum to its `MonthTotal`.

    `record` has no intervals. `counted` is whether the session began, and so counts, in this month.
    """

    record: SessionRecord
    energy_mwh: int
    cost_micro: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose sums a session belongs to."""

    user_id: str | None
    user_name: str
    user_type: str

    @property
    def key(self) -> str:
        """A user's id, or the type of those who are no user: Unknown stays apart from guests without a name."""
        return self.user_id if self.user_id is not None else _nobody(self.user_type)


@dataclass(frozen=True, slots=True)
class Countable:
    """What a completed session is to the totals."""

    charger_id: str
    currency: str
    started_at: float
    energy_mwh: int
    cost_micro: int | None
    payer: Payer


def _nobody(user_type: str) -> str:
    return f"?{user_type}"


def payers_of(user_id: str | None) -> tuple[str, ...]:
    """The key of every payer that has this user id; None is everyone who is no user."""
    return (user_id,) if user_id is not None else tuple(_nobody(user_type) for user_type in UserType)


def payer_of(identity: Identity) -> Payer:
    """Whom an identity counts for."""
    return Payer(identity.user_id, identity.user_name, identity.user_type.value)


def countable(record: SessionRecord, identity: Identity) -> Countable | None:
    """What this record counts for with this effective identity; None unless it is completed."""
    if record.outcome is not Outcome.COMPLETED:
        return None
    amounts = record.energy_mwh, record.cost_micro
    return Countable(record.charger_id, record.currency, record.started_at, *amounts, payer_of(identity))


def shares_of(session: Countable, parts: Iterable[Part], zone: ZoneInfo) -> dict[Key, Amounts]:
    """What a session puts where."""
    months = by_month(session.started_at, session.energy_mwh, session.cost_micro, parts, zone)
    return {
        (session.charger_id, session.payer.key, month, session.currency): (
            total.energy_mwh,
            total.cost_micro,
            total.sessions,
        )
        for month, total in months.items()
    }


def recount(connection: Connection, number: int, after: dict[Key, Amounts]) -> None:
    """Make these the shares of a session, and move the totals by the difference."""
    found = connection.execute(_SHARES, {"this": number})
    before: dict[Key, Amounts] = {(c, p, m, k): (e, v, n) for c, p, m, k, e, v, n in found}
    if before == after:
        return
    if before:
        connection.execute(_DELETE_SHARES, {"this": number})
    if after:
        connection.execute(_ADD_SHARES, share_rows(number, after))
    for key in before.keys() | after.keys():
        _move(connection, key, before.get(key, NOTHING), after.get(key, NOTHING))


def share_rows(number: int, amounts: dict[Key, Amounts]) -> list[dict[str, Any]]:
    """A session's shares as rows."""
    names = [column.name for column in (*KEY, *AMOUNTS)]
    return [{"session": number} | dict(zip(names, (*key, *values), strict=True)) for key, values in amounts.items()]


def _move(connection: Connection, key: Key, before: Amounts, after: Amounts) -> None:
    """Add a difference to one total; a total to which no session contributes any more goes."""
    here = dict(zip(_WHERE, key, strict=True))
    found = connection.execute(_TOTAL, here).one_or_none()
    amounts = [total - b + a for total, b, a in zip(found or NOTHING, before, after, strict=True)]
    values = {column.name: value for column, value in zip(AMOUNTS, amounts, strict=True)}
    if found is None:
        names = {column.name: value for column, value in zip(KEY, key, strict=True)}
        connection.execute(_ADD_TOTAL, names | values)
    elif connection.execute(_CONTRIBUTED, here).first() is not None:
        connection.execute(_SET_TOTAL, here | values)
    else:
        connection.execute(_DELETE_TOTAL, here)


def name_payer(connection: Connection, payer: Payer, as_of: float) -> None:
    """Keep a payer's name and type, unless a newer session already gave them."""
    values = {"user_name": payer.user_name, "user_type": payer.user_type, "as_of": as_of}
    known = connection.scalar(_AS_OF, {"whose": payer.key})
    if known is None:
        connection.execute(_ADD_PAYER, {"payer": payer.key, "user_id": payer.user_id} | values)
    elif known <= as_of:
        connection.execute(_NAME, {"whose": payer.key} | values)


_NAMED_TOTALS = (
    select(*((month_totals.c if f.name in month_totals.c else payers.c)[f.name] for f in fields(MonthTotal)))
    .select_from(month_totals.join(payers, payers.c.payer == month_totals.c.payer))
    .order_by(month_totals.c.month, *(column for column in KEY if column.name != "month"))
)


_AMOUNTS_OF_ALL_MONTHS = (func.sum(column).label(column.name) for column in AMOUNTS)
_ALL_MONTHS = (
    select(*(column for column in KEY if column.name != "month"), literal("").label("month"), *_AMOUNTS_OF_ALL_MONTHS)
    .group_by(*(column for column in KEY if column.name != "month"))
    .subquery()
)
_NAMED_ALL_MONTHS = (
    select(*((_ALL_MONTHS.c if f.name in _ALL_MONTHS.c else payers.c)[f.name] for f in fields(MonthTotal)))
    .select_from(_ALL_MONTHS.join(payers, payers.c.payer == _ALL_MONTHS.c.payer))
    .order_by(*(_ALL_MONTHS.c[column.name] for column in KEY if column.name != "month"))
)


def totals_of(connection: Connection) -> list[MonthTotal]:
    """The totals of all months together, in the order of charger and payer; their `month` is empty."""
    return [MonthTotal(*row) for row in connection.execute(_NAMED_ALL_MONTHS) if _is_total(row)]


def month_totals_of(connection: Connection, months: Collection[str] | None = None) -> list[MonthTotal]:
    """All totals, or those of some months, in the order of month, charger and payer."""
    statement = _NAMED_TOTALS
    if months is not None:
        statement = statement.where(month_totals.c.month.in_(months))
    return [MonthTotal(*row) for row in connection.execute(statement) if _is_total(row)]


def _is_total(row: Row[Any]) -> bool:
    """Whether a row can be summed up; one that a hand with an editor left behind must not stop the household."""
    words, amounts = row[: -len(AMOUNTS)], row[-len(AMOUNTS) :]
    good = all(type(amount) is int for amount in amounts) and all(word is None or type(word) is str for word in words)
    if not good:
        _LOGGER.warning("A total of charger %s cannot be read and is left out", row.charger_id)
    return good
