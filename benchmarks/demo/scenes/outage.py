"""A charger is unreachable during a session."""

from ..garage import CARPORT, CARPORT_USER
from ..scene import Scene
from ..stage import Stage, Stay
from ..verdict import Verdict

_AWAY_HOUSE_S = 600.0
# Its integration needs a moment to detect the outage.
_AWAY_AT_LEAST_S = 1.5
_DAY_S = 86_400


async def play(stage: Stage) -> Verdict:
    """Let the car charge during the outage, while the meter cannot be read."""
    clara = await stage.comes(CARPORT, CARPORT_USER, after_s=30, stay_s=_DAY_S, soc=0.1)
    await stage.charged(clara, 1.0)
    before = (await stage.charger(clara))["wh"]
    await stage.simulator.outage(CARPORT, max(_AWAY_AT_LEAST_S, _AWAY_HOUSE_S / stage.motion.rate))
    await stage.until(lambda: _reachable(stage, clara, False), "the charger to become unreachable")
    await stage.until(lambda: _reachable(stage, clara, True), "the charger to be reachable again", _AWAY_HOUSE_S)
    after = (await stage.charger(clara))["wh"]
    await stage.charged(clara, after / 1000 + 0.3)
    truth = await stage.leaves(clara)
    record, differences = await stage.judged(truth)
    return Verdict(
        f"one session of {truth['counter_mwh'] / 1e6:.2f} kWh",
        f"one of {record.energy_mwh / 1e6:.2f} kWh",
        differences,
        [f"unreachable at {before / 1000:.2f} kWh, reachable again at {after / 1000:.2f} kWh"],
    )


async def _reachable(stage: Stage, stay: Stay, wanted: bool) -> bool:
    state = await stage.api.get(f"states/sensor.goe_{stay.serial}_wh")
    return (state["state"] != "unavailable") is wanted


SCENE = Scene("outage", CARPORT, "the charger is unreachable for ten minutes while a car charges.", play)
