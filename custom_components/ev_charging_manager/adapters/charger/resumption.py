"""The state from which a charger's pipeline continues, and the end of sessions that no pipeline continues."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from ...domain.commits import Checkpoint
from ...domain.household import Settings
from ...domain.moment import Moment
from ...domain.session.retirement import given_up
from ...domain.session.state import SessionState
from ...ledger.errors import LedgerError
from ...ledger.ledger import Ledger
from ...pipeline import CHECKPOINT_TYPES
from ..recording.ledger_thread import LedgerThread
from ..recording.retirement import Retired, put_on_record

_LOGGER = logging.getLogger(__name__)
RETRY_S: Final = 5.0


async def resume_patiently(
    ledger: LedgerThread, charger_id: str, settings: Settings
) -> tuple[Checkpoint | None, Retired]:
    """Call `resume` on the ledger's thread, and repeat it until the disk answers."""
    logged = False
    while True:
        try:
            return await ledger.call(resume, ledger.ledger, charger_id, settings)
        except LedgerError as error:
            if not logged:
                _LOGGER.warning("%s waits for the ledger: %s", settings.charger.name, error)
            logged = True
        await asyncio.sleep(RETRY_S)


def resume(ledger: Ledger, charger_id: str, settings: Settings) -> tuple[Checkpoint | None, Retired]:
    """Return the last checkpoint, and the sessions that were ended because it does not contain them.

    A session and the checkpoint that contains it are written together. A damaged disk may keep only one of them, and
    an older release may not understand the checkpoint of a newer one. Such a session would otherwise never end.

    Runs on the ledger's thread and may be repeated.
    """
    checkpoint = ledger.checkpoint(charger_id, CHECKPOINT_TYPES)
    continued = _running_session(checkpoint)
    left = [running for running in ledger.running(charger_id) if running.session_id != continued]
    if not left:
        return checkpoint, Retired()
    ended = tuple(given_up(running, settings.options) for running in left)
    done = put_on_record(ledger, checkpoint or Checkpoint(charger_id, Moment(0.0, 0.0)), ended)
    if checkpoint is None:
        ledger.delete_checkpoint(charger_id)
    return checkpoint, done


def _running_session(checkpoint: Checkpoint | None) -> str | None:
    """Return the id of the session that runs in the checkpoint."""
    if checkpoint is None:
        return None
    state = checkpoint.states.get("session")
    if isinstance(state, SessionState) and state.running:
        return state.running.session_id
    return None
