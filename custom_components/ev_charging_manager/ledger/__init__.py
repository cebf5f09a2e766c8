"""The ledger: a database of all charging sessions, of events not yet fired, and of each pipeline's checkpoint."""

from __future__ import annotations

from .corrections import Correction
from .damage.replacement import Mended
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
