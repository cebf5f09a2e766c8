"""Totals by payer, charger, local month and currency, updated in the transaction of each session.

Each completed session has one share for each month in which it delivered energy. The totals are the sums of all shares.
When a session is recorded again, its old shares are subtracted first, so that no total counts it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from ..domain.household import UserType
from ..domain.records import Identity, Outcome, SessionRecord
from ..domain.statistics.totals import MonthTotal, Part, by_month
from .schema import month_totals, payers, shares

_LOGGER = logging.getLogger(__name__)

type Key = tuple[str, str, str, str]
"""Charger, payer, month and currency identify a total."""
type Amounts = tuple[int, int, int]
"""Energy in mWh, cost in millionths of the currency, number of sessions."""

NOTHING: Amounts = (0, 0, 0)
KEY = tuple(month_totals.primary_key.columns)
AMOUNTS = (month_totals.c.energy_mwh, month_totals.c.cost_micro, month_totals.c.sessions)
SHARE_KEY = tuple(shares.c[column.name] for column in KEY)
SHARE_AMOUNTS = tuple(shares.c[column.name] for column in AMOUNTS)

# Hot path: with values as parameters, SQLAlchemy finds the compiled statement without analysing it again.
_MINE = shares.c.session == bindparam("this")
_SHARES = select(*SHARE_KEY, *SHARE_AMOUNTS).where(_MINE)
_DELETE_SHARES = delete(shares).where(_MINE)
_ADD_SHARES = insert(shares)
_ADD_TOTAL = insert(month_totals)
_ADD_PAYER = insert(payers)
_WHERE = ("this_charger", "this_payer", "this_month", "this_currency")
_HERE = and_(*(column == bindparam(name) for column, name in zip(KEY, _WHERE, strict=True)))
_TOTAL = select(*AMOUNTS).where(_HERE)
_SET_TOTAL = update(month_totals).where(_HERE)
_DELETE_TOTAL = delete(month_totals).where(_HERE)
_SHARED_HERE = and_(*(column == bindparam(name) for column, name in zip(SHARE_KEY, _WHERE, strict=True)))
_CONTRIBUTED = select(shares.c.session).where(_SHARED_HERE).limit(1)
_THIS_PAYER = payers.c.payer == bindparam("this_payer")
_AS_OF = select(payers.c.as_of).where(_THIS_PAYER)
_NAME = update(payers).where(_THIS_PAYER)


@dataclass(frozen=True, slots=True)
class MonthShare:
    """One session's share of one month. The shares of a month sum to its `MonthTotal`.

    `record` has no intervals. `counted` is true in the month in which the session began: it is counted there.
    """

    record: SessionRecord
    energy_mwh: int
    cost_micro: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Payer:
    """The user, or the kind of unknown user, that a session counts for."""

    user_id: str | None
    user_name: str
    user_type: str

    @property
    def key(self) -> str:
        """Return the user's id; without one the user type, so that unknown users and unnamed guests stay separate."""
        if self.user_id is None:
            return _without_user(self.user_type)
        return self.user_id


@dataclass(frozen=True, slots=True)
class Countable:
    """A completed session, as far as the totals need it."""

    charger_id: str
    currency: str
    started_at: float
    energy_mwh: int
    cost_micro: int | None
    payer: Payer


def _without_user(user_type: str) -> str:
    return f"?{user_type}"


def payers_of(user_id: str | None) -> tuple[str, ...]:
    """Return the keys of all payers with this user id; None selects the payers without a user."""
    if user_id is None:
        return tuple(_without_user(user_type) for user_type in UserType)
    return (user_id,)


def payer_of(identity: Identity) -> Payer:
    """Return the payer of an identity."""
    return Payer(identity.user_id, identity.user_name, identity.user_type.value)


def countable(record: SessionRecord, identity: Identity) -> Countable | None:
    """Return the record's part in the totals with this effective identity; None unless it is completed."""
    if record.outcome is not Outcome.COMPLETED:
        return None
    return Countable(
        charger_id=record.charger_id,
        currency=record.currency,
        started_at=record.started_at,
        energy_mwh=record.energy_mwh,
        cost_micro=record.cost_micro,
        payer=payer_of(identity),
    )


def shares_of(session: Countable, parts: Iterable[Part], zone: ZoneInfo) -> dict[Key, Amounts]:
    """Return a session's shares, by month."""
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
    """Replace the shares of a session, and change the totals by the difference."""
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
    """Return a session's shares as rows."""
    names = [column.name for column in (*KEY, *AMOUNTS)]
    return [{"session": number} | dict(zip(names, (*key, *values), strict=True)) for key, values in amounts.items()]


def _move(connection: Connection, key: Key, before: Amounts, after: Amounts) -> None:
    """Add a difference to one total; delete a total without shares."""
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
    """Store a payer's name and type, unless those of a newer session are stored."""
    values = {"user_name": payer.user_name, "user_type": payer.user_type, "as_of": as_of}
    known = connection.scalar(_AS_OF, {"this_payer": payer.key})
    if known is None:
        connection.execute(_ADD_PAYER, {"payer": payer.key, "user_id": payer.user_id} | values)
    elif known <= as_of:
        connection.execute(_NAME, {"this_payer": payer.key} | values)


def _named(columns: ReadOnlyColumnCollection[str, Any]) -> Select[Any]:
    """Return a statement for `MonthTotal`: these columns, and those of the payer for all other fields."""
    found = {column.name: column for column in (*payers.c, *columns)}
    return select(*(found[field.name] for field in fields(MonthTotal)))


_NAMED_TOTALS = (
    _named(month_totals.c)
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
    _named(_ALL_MONTHS.c)
    .select_from(_ALL_MONTHS.join(payers, payers.c.payer == _ALL_MONTHS.c.payer))
    .order_by(*(_ALL_MONTHS.c[column.name] for column in KEY if column.name != "month"))
)


def totals_of(connection: Connection) -> list[MonthTotal]:
    """Return the totals over all months, ordered by charger and payer; `month` is empty."""
    return [MonthTotal(*row) for row in connection.execute(_NAMED_ALL_MONTHS) if _is_total(row)]


def month_totals_of(connection: Connection, months: Collection[str] | None = None) -> list[MonthTotal]:
    """Return all monthly totals, or those of some months, ordered by month, charger and payer."""
    statement = _NAMED_TOTALS
    if months is not None:
        statement = statement.where(month_totals.c.month.in_(months))
    return [MonthTotal(*row) for row in connection.execute(statement) if _is_total(row)]


def _is_total(row: Row[Any]) -> bool:
    """Return whether the row is valid. A row that was edited by hand must not stop the integration."""
    words, amounts = row[: -len(AMOUNTS)], row[-len(AMOUNTS) :]
    good = all(type(amount) is int for amount in amounts) and all(word is None or type(word) is str for word in words)
    if not good:
        _LOGGER.warning("A monthly total of charger %s cannot be read and is left out", row.charger_id)
    return good
