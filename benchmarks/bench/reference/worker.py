"""`python -m benchmarks.bench.reference.worker DIR FILE`: one integration in a separate Home Assistant.

It prints the states that the integration wrote while its first car charged, as a line of JSON. Then it runs one lap for
each input line: `ours` for the integration, `no-op` for a listener that does nothing. It ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from aiostream import pipe, stream
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, callback

import custom_components

from ..core import core, settle_memory
from ..deltas import CHANGES_PER_DELTA, Change, Charging, Delta, say, turns
from ..frame import Lap, Stopwatch
from ..listeners import listen_to_nothing
from ..result import NO_OP, OURS
from .configuration import Configuration, ConfigurationError, Fed, read

CHANGES_PER_SECOND = 1_000
LAP_S = 1
_CHUNKS_PER_SECOND = 20
_DELTAS_PER_SECOND = CHANGES_PER_SECOND // CHANGES_PER_DELTA
_WARM_LAPS = 3


class Feeding:
    """Entities that change a thousand times a second, and a listener."""

    def __init__(self, hass: HomeAssistant, slug: str, entities: Mapping[str, Fed]) -> None:
        """Changes of roles without an entity go to an unused entity with this slug, so that every lap has as many
        changes.
        """
        self._hass = hass
        self._charging = Charging(slug, CHANGES_PER_SECOND)
        own = self._charging
        roles = {"power": own.power, "session_energy": own.session, "total_energy": own.total}
        self._fed = {entity_id: entities[role] for role, entity_id in roles.items() if role in entities}
        self.entity_ids = tuple(self._renamed(change).entity_id for change in own.at_rest()[-3:])

    def begin(self) -> None:
        """Let a car charge with counters at some value."""
        say(self._hass, [self._renamed(change) for change in self._charging.at_rest()[-3:]])

    async def lap(self) -> Lap:
        """Play one second in chunks; the time between the chunks is not measured."""
        deltas = [self._named(delta) for delta in self._charging.deltas(LAP_S * _DELTAS_PER_SECOND)]
        with Stopwatch() as watch:
            async for chunk in timed(deltas):
                for delta in chunk:
                    say(self._hass, delta)
                    await asyncio.sleep(0)
            await turns()
        return watch.lap(len(deltas) * CHANGES_PER_DELTA)

    def _named(self, delta: Delta) -> Delta:
        return [self._renamed(change) for change in delta]

    def _renamed(self, change: Change) -> Change:
        fed = self._fed.get(change.entity_id)
        if fed is None:
            return change
        value = float(change.state) * fed.factor
        return Change(fed.entity_id, f"{value:.7f}", {**change.attributes, "unit_of_measurement": fed.unit})


async def timed(deltas: Sequence[Delta]) -> AsyncIterator[list[Delta]]:
    """Yield the deltas in chunks in real time. One timer per delta would cost more than the deltas."""
    chunks = stream.iterate(deltas) | pipe.chunks(_DELTAS_PER_SECOND // _CHUNKS_PER_SECOND)
    async with (chunks | pipe.spaceout(1 / _CHUNKS_PER_SECOND)).stream() as spaced:
        async for chunk in spaced:
            yield chunk


class Written:
    """Counts the writes of each state that the benchmark does not write."""

    def __init__(self, hass: HomeAssistant, fed: Sequence[str]) -> None:
        self.counts: dict[str, int] = {}
        self._fed = frozenset(fed)
        self._stop = hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)

    def stop(self) -> bool:
        """Stop counting; return whether any state was written."""
        self._stop()
        return bool(self.counts)

    @callback
    def _changed(self, event: Event[Any]) -> None:
        entity_id = event.data["entity_id"]
        if entity_id not in self._fed:
            self.counts[entity_id] = self.counts.get(entity_id, 0) + 1


class Guest:
    """The integration, set up by a config entry."""

    def __init__(self, hass: HomeAssistant, configuration: Configuration) -> None:
        self._hass = hass
        self._configuration = configuration
        self.feeding = Feeding(hass, "unlistened", configuration.entities)
        self.fed = 0

    async def set_up(self) -> None:
        """Let a car come and charge."""
        hass, configuration = self._hass, self._configuration
        for entity_id, state in configuration.states.items():
            hass.states.async_set(entity_id, state)
        self._discrete("idle")
        self.feeding.begin()
        entry = _entry(configuration)
        await hass.config_entries.async_add(entry)
        await hass.async_block_till_done()
        if entry.state is not ConfigEntryState.LOADED:
            raise ConfigurationError(f"{configuration.domain} is not set up: {entry.reason or entry.state}")
        self._discrete("charging")
        for _ in range(_WARM_LAPS):
            self.fed += (await self.feeding.lap()).units

    def _discrete(self, word: str) -> None:
        for fed in self._configuration.entities.values():
            if state := getattr(fed, word):
                self._hass.states.async_set(fed.entity_id, state)


async def main(folder: Path, file: Path) -> None:
    """Run laps until the input ends."""
    configuration = read(file)
    with tempfile.TemporaryDirectory(prefix="ev_charging_bench_reference_") as place:
        custom_components.__path__ = [str(_integrations(folder, configuration.domain, Path(place)))]
        async with core() as hass:
            await _serve(hass, configuration)


async def _serve(hass: HomeAssistant, configuration: Configuration) -> None:
    guest, nothing = Guest(hass, configuration), Feeding(hass, "no_op", {})
    nothing.begin()
    listen_to_nothing(hass, nothing.entity_ids)
    fed = [each.entity_id for each in configuration.entities.values()]
    written = Written(hass, [*fed, *nothing.entity_ids, *guest.feeding.entity_ids])
    await guest.set_up()
    if not written.stop():
        raise ConfigurationError(f"{configuration.domain} wrote no state: check the entities in the configuration file")
    settle_memory()
    _say({"ready": True, "fed": list(configuration.entities), "written": written.counts, "changes": guest.fed})
    feedings = {OURS: guest.feeding, NO_OP: nothing}
    while asked := (await hass.async_add_executor_job(sys.stdin.readline)).strip():
        lap = await feedings[asked].lap()
        _say({"cpu_s": lap.cpu_s, "wall_s": lap.wall_s, "units": lap.units})


def _integrations(folder: Path, domain: str, place: Path) -> Path:
    """Return the directory of the integration, named after its domain: DIR itself, a child, or a deeper directory."""
    for found in (folder / "custom_components", folder):
        if (found / domain / "manifest.json").is_file():
            return found
    if (folder / "manifest.json").is_file():
        (place / domain).symlink_to(folder, target_is_directory=True)
        return place
    raise ConfigurationError(f"no integration {domain} found in {folder}")


def _entry(configuration: Configuration) -> ConfigEntry[Any]:
    said = configuration.entry
    subentries: list[Any] = [
        {"subentry_id": f"subentry_{number}", "unique_id": None, "title": f"{number}", "data": {}} | dict(each)
        for number, each in enumerate(said.get("subentries") or ())
    ]
    return ConfigEntry(
        domain=configuration.domain,
        title=said.get("title", "Reference"),
        version=said.get("version", 1),
        minor_version=said.get("minor_version", 1),
        source=SOURCE_USER,
        data=said.get("data") or {},
        options=said.get("options") or {},
        unique_id=said.get("unique_id"),
        discovery_keys=MappingProxyType({}),
        subentries_data=subentries,
    )


def _say(message: Mapping[str, Any]) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2])))
    except ConfigurationError as error:
        sys.exit(str(error))
