"""The tables. Energy in whole milliwatt-hours, money in whole millionths, times in UTC epoch seconds.

Only portable types are used, so that PostgreSQL can hold the same tables later. `codec.py` writes and reads the JSON
columns. Each change here needs a step in `migrations.py`.
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

# Sessions as measured. `correction` refers to the newest correction, which never changes the measured columns.
# `effective_user_id` is the user with that correction; it is a column because queries filter by it.
# `more` holds the fields of a record without a column, as JSON.
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
    # One index for each kind of list: by outcome, newest first, of all sessions, of one charger or of one user.
    Index("sessions_by_time", "outcome", "started_at", "session_id"),
    Index("sessions_by_charger", "charger_id", "outcome", "started_at", "session_id"),
    Index("sessions_by_user", "effective_user_id", "outcome", "started_at", "session_id"),
)

# The key is the session's number: there are a dozen intervals in a session, and a session id has 26 letters.
# The key is not the quarter-hour: a price change within it makes two intervals.
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

# `before` and `after` are JSON objects with fields of the record. `after` of the newest correction replaces the
# measured values.
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

# The share of each completed session in each month. They are stored so that exactly the old shares can be subtracted
# when a session is recorded again. `payer` is a user or a user type, see `totals.Payer.key`.
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

# The sum of `shares` by these keys.
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

# The name in the newest session of each payer, for users that were deleted.
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
