"""A card reader still shows the card of the previous driver."""

from ..garage import LEFT
from ..scene import Scene
from ..stage import Stage
from ..verdict import Verdict


async def play(stage: Stage) -> Verdict:
    """Let Anna leave while her card stays in the display, and let a driver without a card plug in."""
    anna = await stage.comes(LEFT, "Anna", after_s=30, stay_s=720, soc=0.4, card_s=7, lags={"trx_clear_s": None})
    owner, before = await stage.judged(await stage.over(anna, 1500))
    stale = (await stage.charger(anna))["trx"]
    other = await stage.comes(LEFT, "Stranger", after_s=90, stay_s=900, soc=0.3, card=None, cardless_trx=None)
    record, differences = await stage.judged(await stage.over(other, 1500))
    return Verdict(
        f"the {record.energy_mwh / 1e6:.2f} kWh of the second car have no user",
        f"{record.user} ({record.unknown_reason}), and {owner.energy_mwh / 1e6:.2f} kWh for {owner.user}",
        [*before, *differences],
        [f"the reader showed slot {stale} throughout"],
    )


SCENE = Scene("stale", LEFT, "Anna has left, the card reader still shows her card, and another driver plugs in.", play)
