"""A household in a real Home Assistant: chargers with entities that the test sets, and waits for the consequences."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigSubentry, ConfigSubentryData
from homeassistant.core import Event, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_manager.adapters.household.household import LEDGER_FILE
from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.ledger.ledger import Ledger
from custom_components.ev_charging_manager.pipeline import CHECKPOINT_TYPES

# House seconds per wall second: the debounce of 2 s takes 10 ms.
SPEED = 200.0
PATIENCE_S = 10.0


def person(name: str, user_type: str = "resident", **data: Any) -> ConfigSubentryData:
    """Return a user as the form stores it."""
    return ConfigSubentryData(
        subentry_type="user", title=name, unique_id=None, data={"user_type": user_type, "active": True} | data
    )


def charger_data(name: str, price: float = 0.25, **data: Any) -> ConfigSubentryData:
    """Return a go-e charger as the wizard stores it; its entities carry its name."""
    entities = {
        "status": f"sensor.{name}_status",
        "plug": f"binary_sensor.{name}_plug",
        "lock": f"sensor.{name}_lock",
        "session_energy": f"sensor.{name}_wh",
        "total_energy": f"sensor.{name}_eto",
        "power": f"sensor.{name}_power",
        "card": f"select.{name}_trx",
    }
    stored = {
        "profile": "goe_api2",
        "serial": f"serial-{name}",
        "entities": entities,
        "pricing": {"method": "static", "price": price},
    }
    return ConfigSubentryData(subentry_type="charger", title=name, unique_id=f"serial-{name}", data=stored | data)


def registered(hass: HomeAssistant, charger: ConfigSubentryData, key: str) -> ConfigSubentryData:
    """Register one of the charger's sensors and map it by its registry id, as the wizard does."""
    name = charger["title"]
    entity = er.async_get(hass).async_get_or_create(
        "sensor", "test", f"{name}-{key}", suggested_object_id=f"{name}_{key}"
    )
    entities = {
        role: entity.id if reference == entity.entity_id else reference
        for role, reference in charger["data"]["entities"].items()
    }
    return ConfigSubentryData(**{**charger, "data": {**charger["data"], "entities": entities}})


class Charger:
    """The entities of one charger, and the actions of a driver that change them."""

    def __init__(self, hass: HomeAssistant, name: str) -> None:
        self._hass = hass
        self._name = name
        self._total_wh = 100_000.0
        self._names: dict[str, str] = {}
        self.session_wh = 0.0
        self.energy_unit = "kWh"

    def idle(self) -> None:
        """Show no car; keep the counters."""
        self._set("sensor", "status", "Idle")
        self._set("binary_sensor", "plug", "off")
        self._set("sensor", "lock", "Unlocked")
        self.card("null")
        self.power(0)
        self._counters()

    def plug_in(self) -> None:
        """Connect a car in one push of the charger; the session counter restarts after the plug changed."""
        self._set("binary_sensor", "plug", "on")
        self._set("sensor", "status", "Charging")
        self._set("sensor", "lock", "Locked")
        self.session_wh = 0.0
        self._counters()

    def plug_again(self) -> None:
        """Return from an outage with the same car."""
        self._set("binary_sensor", "plug", "on")
        self._set("sensor", "status", "Charging")
        self._set("sensor", "lock", "Locked")
        self.card("null")
        self.power(11_000)
        self._counters()

    def renamed(self, key: str, entity_id: str) -> None:
        """Use another id for one of the entities from now on."""
        self._names[key] = entity_id

    def charge(self, wh: float, elsewhere_wh: float = 0.0) -> None:
        """Deliver energy; `elsewhere_wh` is added to the total counter alone."""
        self.session_wh += wh
        self._total_wh += wh + elsewhere_wh
        self._counters()

    def rest(self) -> None:
        """Stop drawing power with the cable connected, as a full car does."""
        self._set("sensor", "status", "Complete")
        self.power(0)

    def unplug(self) -> None:
        """Disconnect the car and unlock the cable."""
        self.power(0)
        self._set("binary_sensor", "plug", "off")
        self._set("sensor", "status", "Idle")
        self._set("sensor", "lock", "Unlocked")

    def power(self, watts: float) -> None:
        """Set the power."""
        self._set("sensor", "power", str(watts), "W")

    def card(self, value: str) -> None:
        """Set the value of the card reader."""
        self._set("select", "trx", value)

    def vanish(self) -> None:
        """Make all entities unavailable."""
        for domain, key in _ENTITIES:
            self._set(domain, key, "unavailable")

    def _counters(self) -> None:
        factor = 1000 if self.energy_unit == "kWh" else 1
        self._set("sensor", "wh", str(self.session_wh / factor), self.energy_unit)
        self._set("sensor", "eto", str(self._total_wh / factor), self.energy_unit)

    def _set(self, domain: str, key: str, state: str, unit: str | None = None) -> None:
        attributes = {"unit_of_measurement": unit} if unit else {}
        entity_id = self._names.get(key, f"{domain}.{self._name}_{key}")
        self._hass.states.async_set(entity_id, state, attributes)


_ENTITIES = (
    ("sensor", "status"),
    ("binary_sensor", "plug"),
    ("sensor", "lock"),
    ("sensor", "wh"),
    ("sensor", "eto"),
    ("sensor", "power"),
    ("select", "trx"),
)


class Events:
    """The integration's events, in the order in which automations receive them."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.seen: list[Event] = []
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        for name in ("started", "identified", "completed", "discarded"):
            hass.bus.async_listen(f"{DOMAIN}_session_{name}", self._take)
        hass.bus.async_listen(f"{DOMAIN}_charging_finished", self._take)
        hass.bus.async_listen(f"{DOMAIN}_card_tapped", self._take)

    def named(self, name: str) -> list[dict[str, Any]]:
        """Return the payloads of all events of one name."""
        return [dict(event.data) for event in self.seen if event.event_type == f"{DOMAIN}_{name}"]

    async def wait(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until `count` events of a name were fired; return all payloads."""
        await self._until(lambda: len(self.named(name)) >= count)
        return self.named(name)

    async def _until(self, true: Callable[[], bool]) -> None:
        if true():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((true, future))
        async with asyncio.timeout(PATIENCE_S):
            await future

    async def _take(self, event: Event) -> None:
        self.seen.append(event)
        for true, future in self._waiting:
            if true() and not future.done():
                future.set_result(None)


class Garage:
    """The household's config entry, its chargers and its events."""

    def __init__(
        self,
        hass: HomeAssistant,
        names: Iterable[str],
        subentries: Iterable[ConfigSubentryData],
        registered_key: str | None = None,
    ) -> None:
        self.hass = hass
        self.events = Events(hass)
        self.chargers = {name: Charger(hass, name) for name in names}
        chargers = [charger_data(name) for name in self.chargers]
        if registered_key:
            chargers = [registered(hass, charger, registered_key) for charger in chargers]
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            title="Household",
            unique_id=DOMAIN,
            subentries_data=[*chargers, *subentries],
        )

    def know(self, name: str) -> None:
        """Simulate the entities of a charger that the test added itself."""
        self.chargers[name] = Charger(self.hass, name)

    async def set_up(self) -> None:
        """Set all chargers idle and set up the integration."""
        for charger in self.chargers.values():
            charger.idle()
        self.entry.add_to_hass(self.hass)
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()

    async def unload(self) -> None:
        """Unload the entry."""
        assert await self.hass.config_entries.async_unload(self.entry.entry_id)

    def add(self, subentry_type: str, title: str, data: Mapping[str, Any]) -> None:
        """Add a subentry as its form stores it."""
        self._add(ConfigSubentryData(subentry_type=subentry_type, title=title, unique_id=None, data=dict(data)))

    def add_charger(self, name: str) -> None:
        """Add a charger on the entry's page."""
        self.chargers[name] = Charger(self.hass, name)
        self._add(charger_data(name))

    def edit(self, owner: str, title: str | None = None, **data: Any) -> None:
        """Edit a subentry on the entry's page."""
        subentry = self.entry.subentries[self.id_of(owner)]
        self.hass.config_entries.async_update_subentry(
            self.entry, subentry, title=title or subentry.title, data={**subentry.data, **data}
        )

    async def add_user(self, name: str) -> None:
        """Add a user on the entry's page."""
        self._add(person(name))
        await self.hass.async_block_till_done()

    async def add_card(self, charger: str, slot: int, user: str) -> None:
        """Map a slot's card to a user."""
        data = {"kind": "slot", "charger_id": self.id_of(charger), "slot": slot, "user_id": self.id_of(user)}
        self._add(
            ConfigSubentryData(
                subentry_type="rfid_mapping", title=f"slot {slot}", unique_id=None, data=data | {"active": True}
            )
        )
        await self.hass.async_block_till_done()

    async def everything_happens(self, name: str) -> None:
        """Cause each event once: a session with slot 1's card and an unmapped one, then a session that is discarded."""
        charger = self.chargers[name]
        charger.plug_in()
        charger.power(11_000)
        await self.events.wait("session_started")
        for card, tap in (("1", 1), ("9", 2)):
            charger.card(card)
            await self.events.wait("card_tapped", tap)
        for _ in range(4):
            charger.charge(100)
            await self.pass_house_seconds(20)
        charger.rest()
        await self.events.wait("charging_finished")
        charger.unplug()
        await self.events.wait("session_completed")
        charger.plug_in()
        await self.events.wait("session_started", 2)
        charger.unplug()
        await self.events.wait("session_discarded")

    def watch_charger(self, name: str) -> list[State]:
        """Return a list that receives all later states of the charger's entities."""
        registry = er.async_get(self.hass)
        own = {
            item.entity_id
            for item in er.async_entries_for_config_entry(registry, self.entry.entry_id)
            if item.config_subentry_id == self.id_of(name)
        }
        seen: list[State] = []

        @callback
        def look(event: Event) -> None:
            if event.data["entity_id"] in own:
                seen.append(event.data["new_state"])

        self.hass.bus.async_listen("state_changed", look)
        return seen

    async def pass_house_seconds(self, seconds: float) -> None:
        """Let house time pass, as between two pushes of a charger."""
        await asyncio.sleep(seconds / self.entry.runtime_data.clock.rate)

    async def rename(self, charger: str, key: str, entity_id: str) -> None:
        """Rename one of the charger's sensors in the entity registry."""
        er.async_get(self.hass).async_update_entity(f"sensor.{charger}_{key}", new_entity_id=entity_id)
        self.chargers[charger].renamed(key, entity_id)
        await self.hass.async_block_till_done()

    def _add(self, data: ConfigSubentryData) -> None:
        subentry = ConfigSubentry(
            data=MappingProxyType(dict(data["data"])),
            subentry_type=data["subentry_type"],
            title=data["title"],
            unique_id=data["unique_id"],
        )
        self.hass.config_entries.async_add_subentry(self.entry, subentry)

    def reopen_ledger(self) -> Ledger:
        """Open the ledger's file as another process would."""
        return Ledger.open(self.hass.config.path(LEDGER_FILE), ZoneInfo(self.hass.config.time_zone))

    def checkpoint(self, ledger: Ledger, charger: str) -> Mapping[str, Any]:
        """Return the states of a charger's last checkpoint."""
        found = ledger.checkpoint(self.id_of(charger), CHECKPOINT_TYPES)
        assert found is not None
        return found.states

    def id_of(self, title: str) -> str:
        """Return the id of a subentry by its title."""
        return next(item.subentry_id for item in self.entry.subentries.values() if item.title == title)

    def entity_id(self, domain: str, owner: str, key: str) -> str:
        """Return the id of a charger's or user's entity by the key in its unique id."""
        registry = er.async_get(self.hass)
        found = registry.async_get_entity_id(domain, DOMAIN, f"{self.id_of(owner)}_{key}")
        assert found is not None, f"{owner} has no {domain} {key}"
        return found

    def state(self, domain: str, owner: str, key: str) -> str:
        """Return the state of an entity."""
        state = self.hass.states.get(self.entity_id(domain, owner, key))
        assert state is not None
        return state.state

    def attribute(self, domain: str, owner: str, key: str, name: str) -> Any:
        """Return an attribute of an entity."""
        state = self.hass.states.get(self.entity_id(domain, owner, key))
        assert state is not None
        return state.attributes[name]

    async def until_state(self, domain: str, owner: str, key: str, wanted: str) -> None:
        """Wait until an entity has this state."""
        entity_id = self.entity_id(domain, owner, key)
        reached = asyncio.Event()

        async def look(event: Event) -> None:
            if event.data["entity_id"] == entity_id and event.data["new_state"].state == wanted:
                reached.set()

        stop = self.hass.bus.async_listen("state_changed", look)
        try:
            if self.state(domain, owner, key) != wanted:
                async with asyncio.timeout(PATIENCE_S):
                    await reached.wait()
        finally:
            stop()
