"""Home Assistant crashes during two sessions and restarts."""

import re
from dataclasses import dataclass

from ..garage import LEFT, RIGHT
from ..recorded import RecordedSession
from ..scene import Scene
from ..stage import Stage, Stay
from ..terminal import say
from ..verdict import Verdict

_DAY_S = 86_400
_COMPLETE = 4
# The energy that may flow between the last checkpoint and the crash.
_CHECKPOINT_KWH = 0.1
_RECOVERED = re.compile(r"Recovered session .*")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A session during the crash: the energy on the screen before and after (kWh), and its record."""

    stay: Stay
    before: float
    after: float
    record: RecordedSession

    def line(self) -> str:
        """Return a line such as `12.4 kWh before, 12.4 after, recorded once`."""
        recorded = f"{self.record.energy_mwh / 1e6:.1f} at the end, recorded once"
        return f"{self.stay.charger}: {self.before:.1f} kWh before, {self.after:.1f} after, {recorded}"


async def play(stage: Stage) -> Verdict:
    """Crash Home Assistant while one car charges and another one is full."""
    stays = await _two_cars(stage)
    before = [await _kwh(stage, stay) for stay in stays]
    lines = await _crash(stage, len(stays))
    least = [kwh + _came(lines, stay) for stay, kwh in zip(stays, before, strict=True)]
    after = [await _kwh(stage, stay, kwh) for stay, kwh in zip(stays, least, strict=True)]
    await stage.charged(stays[0], after[0] + 0.3)
    judged = [await stage.judged(await stage.leaves(stay)) for stay in stays]
    records = [record for record, _ in judged]
    survivors = [Survivor(*each) for each in zip(stays, before, after, records, strict=True)]
    differences = [each for _, found in judged for each in found]
    differences += [
        f"{each.stay.charger}: the record does not show that Home Assistant was not running"
        for each in survivors
        if not each.record.reconstructed
    ]
    return Verdict(
        "two sessions, each once, with all energy",
        " and ".join(f"{record.energy_mwh / 1e6:.2f} kWh for {record.user}" for record in records),
        differences,
        [*lines, *(survivor.line() for survivor in survivors)],
    )


async def _two_cars(stage: Stage) -> tuple[Stay, Stay]:
    anna = await stage.comes(LEFT, "Anna", after_s=30, stay_s=_DAY_S, soc=0.1, card_s=-9)
    ben = await stage.comes(RIGHT, "Ben", after_s=30, stay_s=_DAY_S, soc=0.98, card_s=-6)
    await stage.until(lambda: _full(stage, ben), "Ben's car to be full", 3600)
    await stage.charged(anna, 2.0)
    await stage.until(lambda: _written(stage), "Home Assistant to store its registry")
    return anna, ben


async def _full(stage: Stage, stay: Stay) -> bool:
    """Compare with the screen too, which follows the meter within seconds."""
    charger = await stage.charger(stay)
    return bool(charger["car"] == _COMPLETE and abs(await _kwh(stage, stay) - charger["wh"] / 1000) < 0.001)


async def _kwh(stage: Stage, stay: Stay, least: float = 0.0) -> float:
    """Return the shown energy of the running session as soon as it reaches `least`."""

    async def enough() -> str | None:
        shown = await stage.shown(stage.ids.chargers[stay.charger], "session_energy")
        if shown is not None and float(shown) >= least:
            return shown
        return None

    return float(await stage.until(enough, f"{stay.charger} to show at least {least:.2f} kWh"))


def _came(lines: list[str], stay: Stay) -> float:
    """Return the energy from the log that a session gained during the absence (kWh), since its last checkpoint."""
    came = (float(kwh) for line in lines for kwh in re.findall(rf"at {stay.charger}: (\d+\.\d+) kWh", line))
    return max(0.0, sum(came) - _CHECKPOINT_KWH)


async def _written(stage: Stage) -> bool:
    """Wait until Home Assistant has stored its registry. Without it, no entities of a charger would be known."""
    file = stage.config / ".storage" / "core.entity_registry"
    if not file.exists():
        return False
    registry = file.read_text()
    return all(charger_id in registry for charger_id in stage.ids.chargers.values())


async def _crash(stage: Stage, sessions: int) -> list[str]:
    """Return the log lines about the recovery of this number of sessions."""
    log = stage.home_assistant.process.log
    written = log.stat().st_size
    await stage.watch.look_away()
    pid = stage.home_assistant.process.pid
    await stage.home_assistant.kill()
    say(f"  kill -9 {pid}: Home Assistant is killed while the cars are connected.")
    await stage.home_assistant.come_back()
    await stage.watch.listen()

    async def recovered() -> list[str]:
        with log.open("rb") as file:
            file.seek(written)
            lines = _RECOVERED.findall(file.read().decode(errors="replace"))
            if len(lines) >= sessions:
                return lines
            return []

    return await stage.until(recovered, f"{sessions} lines “Recovered session” in the log")


SCENE = Scene(
    "crash", None, "Home Assistant is killed with kill -9 while one car charges and another one is full.", play
)
