"""The session database: every charging session for ever, events that are owed, where each pipeline stood."""

from __future__ import annotations

from .corrections import Correction
from .damage.mending import Mended
from .errors import (
    CodecError,
    LedgerCorrupt,
    LedgerError,
    LedgerFull,
    LedgerLocked,
    LedgerReadOnly,
    LedgerTooNew,
    LedgerUnresponsive,
    SessionUnknown,
)
from .history import Cursor, Page
from .ledger import Ledger
from .totals import MonthShare

__all__ = [
    "CodecError",
    "Correction",
    "Cursor",
    "Ledger",
    "LedgerCorrupt",
    "LedgerError",
    "LedgerFull",
    "LedgerLocked",
    "LedgerReadOnly",
    "LedgerTooNew",
    "LedgerUnresponsive",
    "Mended",
    "MonthShare",
    "Page",
    "SessionUnknown",
]
