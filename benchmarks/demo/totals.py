"""The shown totals of the users, and the expected ones."""

from functools import partial
from pathlib import Path

from .comparison import MWH_PER_KWH
from .errors import DemoError
from .household import household_ids
from .recorded import recorded_sessions
from .stage import Stage

_NEAR_KWH = 0.002


def recorded_kwh(config: Path, user: str) -> float:
    """All completed sessions of a user together."""
    records = (each for each in recorded_sessions(config) if each.outcome == "completed" and each.user == user)
    return sum(each.energy_mwh for each in records) / MWH_PER_KWH


async def wrong_totals(stage: Stage) -> list[str]:
    """Return the users with a total that is not the sum of their sessions, while no car charges."""
    ids = await household_ids(stage.api)
    users = ids.users if ids else {}
    return [wrong for name, user_id in users.items() if (wrong := await _wrong_total(stage, name, user_id))]


async def _wrong_total(stage: Stage, name: str, user_id: str) -> str | None:
    try:
        await stage.until(partial(_agrees, stage, name, user_id), "a total", 60)
    except DemoError:
        shown = await stage.shown(user_id, "total_energy")
        return f"{name}'s total shows {shown} kWh, the sessions are {recorded_kwh(stage.config, name):.3f} kWh"
    return None


async def _agrees(stage: Stage, name: str, user_id: str) -> bool:
    shown = await stage.shown(user_id, "total_energy")
    return abs(float(shown or 0.0) - recorded_kwh(stage.config, name)) < _NEAR_KWH
