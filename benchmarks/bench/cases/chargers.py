"""Whether each of many chargers in one Home Assistant costs more than a single charger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from homeassistant.core import HomeAssistant

from ..core import core, settle_memory
from ..crowd import ChargingCrowd, Crowd
from ..frame import measure
from ..listeners import listen_adding, listen_to_nothing
from ..memory import FEW as FEW_HELD, MANY as MANY_HELD, memory_per_charger
from ..result import NO_OP, OURS, Result, Target, cpu_of, wall_of

NAME = "chargers"
WHAT = "event-loop time per state change with 500 active chargers, 200 changes per second of house time from each"
LIMIT = 1.15
# The minimum of a listener that keeps a figure per entity. It shows whether that cost grows with the chargers too.
ADDING = "adding"
_LISTEN: Mapping[str, Callable[[HomeAssistant, Sequence[str]], object]] = {
    NO_OP: listen_to_nothing,
    ADDING: listen_adding,
}
FEW, MANY = 1, 500
SIZES = (FEW, 10, 100, MANY)
# A round has a quarter of a million changes.
MOST_ROUNDS = 12
BARE_KIB, WHOLE_KIB = 100.0, 160.0


async def run(rounds: int, sizes: Sequence[int] = SIZES, of_memory: tuple[int, int] = (FEW_HELD, MANY_HELD)) -> Result:
    """Measure all sizes in turns, then the memory of a charger."""
    many = max(sizes)
    async with AsyncExitStack() as stack:
        hass = await stack.enter_async_context(core())
        crowds = [ChargingCrowd(hass, _name(OURS, size, many), size, "ours") for size in sizes]
        for crowd in crowds:
            await crowd.open()
            stack.push_async_callback(crowd.close)
        ends = (min(sizes), many)
        others = [
            _others(hass, _name(variant, size, many), size, variant) for variant in (NO_OP, ADDING) for size in ends
        ]
        settle_memory()
        series = await measure([*crowds, *others], min(rounds, MOST_ROUNDS))
        for crowd in crowds:
            await crowd.finish()
        facts = {
            "wall": wall_of(series),
            "missing_kwh": {str(crowd.size): crowd.missing_kwh() for crowd in crowds},
            "tasks_per_charger": {str(crowd.size): crowd.tasks_per_charger for crowd in crowds},
        }
    return _result(cpu_of(series), sizes, facts | {"memory": await memory_per_charger(*of_memory)})


def _name(variant: str, size: int, many: int) -> str:
    if size == many:
        return variant
    return f"{variant}, {size}"


def _others(hass: HomeAssistant, name: str, size: int, variant: str) -> Crowd:
    crowd = Crowd(hass, name, size, variant.replace("-", "_"))
    for each in crowd.feeds:
        _LISTEN[variant](hass, [each.power, each.session, each.total])
    return crowd


def _result(series: Mapping[str, tuple[float, ...]], sizes: Sequence[int], facts: Mapping[str, Any]) -> Result:
    few, many = min(sizes), max(sizes)
    ours = {size: min(series[_name(OURS, size, many)]) for size in sizes}
    nothing, adding = (
        {size: min(series[_name(variant, size, many)]) for size in (few, many)} for variant in (NO_OP, ADDING)
    )
    over = {size: ours[size] - nothing[size] for size in nothing}
    adding_over = {size: adding[size] - nothing[size] for size in nothing}
    kib = facts["memory"]["kib_per_charger"]
    worst = max(
        over[many] / over[few] / LIMIT,
        kib["bare pipeline"] / BARE_KIB,
        kib["charger without entities"] / WHOLE_KIB,
    )
    words = f"over no-op: {many} ≤ {LIMIT} × {few}; ≤ {BARE_KIB:.0f} KiB bare, ≤ {WHOLE_KIB:.0f} KiB whole"
    return Result(
        case=NAME,
        what=WHAT,
        unit="µs/change",
        series=series,
        target=Target(f"{words} (worst, of its limit)", worst, 1.0),
        details={
            "least_by_chargers": {str(size): value for size, value in ours.items()},
            "over_no_op_by_chargers": {str(size): value for size, value in over.items()},
            "adding_over_no_op_by_chargers": {str(size): value for size, value in adding_over.items()},
            "many_to_few": {
                "over no-op": over[many] / over[few],
                "adding, over no-op": adding_over[many] / adding_over[few],
                OURS: ours[many] / ours[few],
                NO_OP: nothing[many] / nothing[few],
            },
            **facts,
        },
    )
