"""The tables. Energy in whole milliwatt-hours, money in whole millionths, times in UTC epoch seconds.

Portable types only: the same tables shall one day live in PostgreSQL. Text that is called JSON is written and
read by `codec.py`. A change here needs a step in `migrations.py`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# What was measured. `correction` points at the newest correction, which lies over the measured row and never
# in it; `effective_user_id` is who the session counts for with it, kept here because people ask by it.
# `more` holds, as JSON, the fields of a record that have no column of their own.
sessions = Table(
    "sessions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("session_id", Text, nullable=False, unique=True),
    Column("charger_id", Text, nullable=False),
    Column("charger_name", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("user_id", Text),
    Column("user_name", Text, nullable=False),
    Column("user_type", Text, nullable=False),
    Column("identified_by", Text),
    Column("vehicle_id", Text),
    Column("vehicle_name", Text),
    Column("card", Text),
    Column("unknown_reason", Text),
    Column("effective_user_id", Text),
    Column("correction", Integer),
    Column("duration_s", Double, nullable=False),
    Column("charging_s", Double, nullable=False),
    Column("energy_mwh", BigInteger, nullable=False),
    Column("max_power_w", Double, nullable=False),
    Column("currency", Text, nullable=False),
    Column("cost_micro", BigInteger),
    Column("cost_method", Text, nullable=False),
    Column("price_fallback_mwh", BigInteger, nullable=False),
    Column("charge_price_micro", BigInteger),
    Column("charge_price_method", Text),
    Column("soc_added_pct", Double),
    Column("meter_start_mwh", BigInteger),
    Column("meter_end_mwh", BigInteger),
    Column("deviation_pct", Double),
    Column("rejected_readings", Integer, nullable=False),
    Column("data_gap", Boolean, nullable=False),
    Column("reconstructed", Boolean, nullable=False),
    Column("faulted", Boolean, nullable=False),
    Column("windows", Text, nullable=False),
    Column("more", Text, nullable=False),
    # A list of sessions is "of one outcome, newest first, perhaps of one charger or user": an index each.
    Index("sessions_by_time", "outcome", "started_at", "session_id"),
    Index("sessions_by_charger", "charger_id", "outcome", "started_at", "session_id"),
    Index("sessions_by_user", "effective_user_id", "outcome", "started_at", "session_id"),
)

# By the session's number, not its id: there are a dozen of these to a session, and an id is 26 letters long.
# Not by quarter: a price that changes within a quarter-hour makes two intervals of it.
intervals = Table(
    "intervals",
    metadata,
    Column("session", ForeignKey(sessions.c.number, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("quarter", BigInteger, nullable=False),
    Column("energy_mwh", BigInteger, nullable=False),
    Column("price_micro", BigInteger),
    Column("cost_micro", BigInteger),
    Column("fallback", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# `before` and `after` are JSON objects of fields of the record, as they were and as they are from then on;
# all that is to lie over the measured row stands in `after` of the newest correction.
corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session", ForeignKey(sessions.c.number, ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Double, nullable=False),
    Column("by", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
)

# What each completed session puts into each month. Kept, so that a session that is recorded again takes out
# exactly what it once put in. `payer` is a user, or everyone of one type who is no user: see `totals.payer`.
shares = Table(
    "shares",
    metadata,
    Column("session", ForeignKey(sessions.c.number, ondelete="CASCADE"), primary_key=True),
    Column("month", Text, primary_key=True),
    Column("charger_id", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("energy_mwh", BigInteger, nullable=False),
    Column("cost_micro", BigInteger, nullable=False),
    Column("sessions", Integer, nullable=False),
    Index("shares_by_payer", "payer", "month"),
    sqlite_with_rowid=False,
)

# Always the sum of `shares` by these keys; its size is that of the household, not of its history.
month_totals = Table(
    "month_totals",
    metadata,
    Column("charger_id", Text, primary_key=True),
    Column("payer", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("energy_mwh", BigInteger, nullable=False),
    Column("cost_micro", BigInteger, nullable=False),
    Column("sessions", Integer, nullable=False),
)

# Names as of the newest session of each payer, for those whom the household no longer knows.
payers = Table(
    "payers",
    metadata,
    Column("payer", Text, primary_key=True),
    Column("user_id", Text),
    Column("user_name", Text, nullable=False),
    Column("user_type", Text, nullable=False),
    Column("as_of", Double, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("charger_id", Text, primary_key=True),
    Column("utc", Double, nullable=False),
    Column("mono", Double, nullable=False),
    Column("states", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("charger_id", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("fired_at", Double, index=True),
    UniqueConstraint("session_id", "kind"),
    sqlite_autoincrement=True,
)

put_aside = Table(
    "put_aside",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Double, nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", Text, nullable=False),
)
