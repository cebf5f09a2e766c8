"""Where a charger's pipeline goes on from. What else ran there has nobody any more, and is put on record."""

from __future__ import annotations

from ...domain.commits import Checkpoint
from ...domain.household import Settings
from ...domain.moment import Moment
from ...domain.session.retirement import given_up
from ...domain.session.state import SessionState
from ...ledger.ledger import Ledger
from ...pipeline import CHECKPOINT_TYPES
from ..recording.retirement import Retired, put_on_record


def resume(ledger: Ledger, charger_id: str, settings: Settings) -> tuple[Checkpoint | None, Retired]:
    """The last checkpoint, and what was given up; on the ledger's thread. Repeating it is safe.

    A session and the checkpoint that knows of it are written together, but a disk may tear one and leave the other,
    and a release may not understand the checkpoint of a later one. Without this such a session would run for ever.
    """
    checkpoint = ledger.checkpoint(charger_id, CHECKPOINT_TYPES)
    mine = _running(checkpoint)
    left = [running for running in ledger.running(charger_id) if running.session_id != mine]
    if not left:
        return checkpoint, Retired()
    ended = tuple(given_up(running, settings.options) for running in left)
    done = put_on_record(ledger, checkpoint or Checkpoint(charger_id, Moment(0.0, 0.0)), ended)
    if checkpoint is None:
        ledger.delete_checkpoint(charger_id)
    return checkpoint, done


def _running(checkpoint: Checkpoint | None) -> str | None:
    state = checkpoint.states.get("session") if checkpoint else None
    return state.running.session_id if isinstance(state, SessionState) and state.running else None
