"""The price changes every quarter-hour."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ..garage import DRIVEWAY
from ..money import euro
from ..prices import SpotPrice, cost_micro, quarters
from ..recorded import recorded_prices
from ..scene import Scene
from ..stage import Stage
from ..verdict import Verdict


async def play(stage: Stage) -> Verdict:
    """Let Dora charge over at least three quarter-hour boundaries."""
    dora = await stage.comes(DRIVEWAY, "Dora", after_s=30, stay_s=2800, soc=0.2, card_s=-7)
    truth = await stage.over(dora, 4000)
    record, differences = await stage.judged(truth)
    price = stage.yardstick.prices[dora.charger]
    assert isinstance(price, SpotPrice), "this charger is the one with a spot price"
    billed = recorded_prices(stage.config, record.session_id)
    differences += _wrong_prices(billed, price, stage.yardstick.zone)
    if (record.cost_method, record.price_fallback_mwh) != ("spot", 0):
        differences.append(f"{record.cost_method} price, {record.price_fallback_mwh / 1e6:.2f} kWh by fallback")
    if {quarter for quarter, _, _ in billed} != set(quarters(truth)):
        differences.append("the quarter-hours of the bill and of the session differ")
    return Verdict(
        euro(cost_micro(price, truth)),
        f"{euro(record.cost_micro)} for {record.user}{_remark(record.cost_micro, cost_micro(price, truth))}",
        differences,
        [_bill(billed, stage.yardstick.zone)],
    )


def _remark(recorded: int | None, true: float) -> str:
    """Home Assistant gets each reading some milliseconds late, which may move a cent across a boundary."""
    if euro(recorded) == euro(true):
        return ""
    return " (equal within the accuracy of two clocks)"


def _wrong_prices(billed: list[tuple[int, int, int | None]], price: SpotPrice, zone: ZoneInfo) -> list[str]:
    return [
        f"{_clock(quarter, zone)} is billed at {(told or 0) / 1e6:.4f}; the price was {price.at(quarter):.4f}"
        for quarter, _, told in billed
        if told is None or abs(told - price.at(quarter) * 1e6) > 1
    ]


def _bill(billed: list[tuple[int, int, int | None]], zone: ZoneInfo) -> str:
    parts = (
        f"{_clock(quarter, zone)} {energy / 1e6:.2f} kWh at {(told or 0) / 1e6:.3f}" for quarter, energy, told in billed
    )
    return "the bill by quarter-hour: " + ", ".join(parts)


def _clock(utc: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(utc, zone).strftime("%H:%M")


SCENE = Scene("spot", DRIVEWAY, "a spot price that changes every quarter-hour, with surcharge and VAT.", play)
