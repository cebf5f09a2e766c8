"""A guest pays a fixed price."""

from ..garage import GUEST_PRICE, LEFT
from ..money import CENT_MICRO, euro
from ..scene import Scene
from ..stage import Stage
from ..verdict import Verdict


async def play(stage: Stage) -> Verdict:
    """Let Anna charge, and the guest within a minute after her."""
    anna = await stage.comes(LEFT, "Anna", after_s=30, stay_s=1200, soc=0.4, card_s=-9)
    first, before = await stage.judged(await stage.over(anna, 2000))
    gustav = await stage.comes(LEFT, "Gustav", after_s=15, stay_s=1200, soc=0.55, card_s=-6)
    truth = await stage.over(gustav, 2000)
    record, differences = await stage.judged(truth)
    bill = truth["counter_mwh"] * GUEST_PRICE
    if record.charge_price_micro is None or abs(record.charge_price_micro - bill) > CENT_MICRO:
        differences.append(f"the bill is {euro(record.charge_price_micro)} instead of {euro(bill)}")
    if first.charge_price_micro is not None:
        differences.append(f"{first.user} is not a guest but has a bill of {euro(first.charge_price_micro)}")
    return Verdict(
        f"{truth['counter_mwh'] / 1e6:.2f} kWh × {GUEST_PRICE} €/kWh = {euro(bill)}",
        f"{euro(record.charge_price_micro)} for {record.user} (the energy cost {euro(record.cost_micro)})",
        [*before, *differences],
    )


SCENE = Scene("guest", LEFT, f"Gustav is a guest and pays {GUEST_PRICE} €/kWh, regardless of the cost.", play)
