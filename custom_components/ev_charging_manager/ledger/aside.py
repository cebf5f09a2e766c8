"""Values that the ledger cannot read or write, kept as text in `put_aside` for inspection."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from .schema import put_aside

_KEPT_ASIDE = 50


def keep(connection: Connection, what: str, reason: str, content: str, at: float) -> None:
    """Keep a value, put aside at the UTC epoch second `at`; only the newest few values are kept."""
    connection.execute(insert(put_aside).values(at=at, what=what, reason=reason, content=content))
    oldest_kept = select(put_aside.c.id).order_by(put_aside.c.id.desc()).offset(_KEPT_ASIDE - 1).limit(1)
    connection.execute(delete(put_aside).where(put_aside.c.id < oldest_kept.scalar_subquery()))


def keep_latest(connection: Connection, what: str, reason: str, value: object, at: float) -> None:
    """Keep a value in place of an earlier one of the same name, so that a repeated failure keeps one row."""
    what = _escaped(what)
    connection.execute(delete(put_aside).where(put_aside.c.what == what))
    keep(connection, what, _escaped(reason), _escaped(repr(value)), at)


def _escaped(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
