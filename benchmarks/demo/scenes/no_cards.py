"""A charger without a card reader has a default user."""

from ..garage import CARPORT, CARPORT_USER
from ..scene import Scene
from ..stage import Stage
from ..verdict import Verdict


async def play(stage: Stage) -> Verdict:
    """Charge there without any action but plugging in."""
    clara = await stage.comes(CARPORT, CARPORT_USER, after_s=30, stay_s=1200, soc=0.3)
    record, differences = await stage.judged(await stage.over(clara, 2000))
    if record.identified_by != "default":
        differences.append(f"identified by {record.identified_by}, not as the default user")
    energy = f"{record.energy_mwh / 1e6:.2f} kWh"
    return Verdict(
        f"{CARPORT_USER}, as default user", f"{record.user}, by {record.identified_by} ({energy})", differences
    )


SCENE = Scene(
    "no-cards",
    CARPORT,
    f"the charger in the carport has no card reader; its default user is {CARPORT_USER}.",
    play,
)
