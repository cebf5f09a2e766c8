"""docs/sensors.md and the entities of a real household: names, keys, units, classes and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.domain.messages import Driver, Phase, Status
from tests.docs.pages import WORDS, page, ticked
from tests.support.garage import Garage
from tests.support.shown import charge, plug_in

PAGE = page("sensors.md")
CHARGER = PAGE.table("Each charger")
TOTALS = PAGE.table("Totals", 1)
# Attributes that Home Assistant adds to states.
EVERYWHERE = {
    "friendly_name", "icon", "unit_of_measurement", "device_class", "state_class", "last_reset", "options",
}  # fmt: skip


def rows(table: list[list[str]]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield name, key and the other cells of each entity. A row can describe two entities."""
    for names, keys, *rest in table:
        for name, key in zip(names.split(" (")[0].split(", "), ticked(keys), strict=True):
            yield name, key, rest


def classes(rest: list[str], currency: str) -> tuple[str | None, str | None, str | None]:
    """Return the documented unit, device class and state class of a row."""
    unit, device_class, state_class = (cell or None for cell in rest[1:])
    return (
        currency if unit == "currency" else unit,
        device_class and device_class.replace(" ", "_"),
        state_class and state_class.split(",")[0],
    )


def expected(garage: Garage) -> dict[str, tuple[str, list[str]]]:
    """Return the documented entities of this household: name and row by unique id."""
    chargers, users = ([garage.id_of(name) for name in names] for names in (("left", "right"), ("Anna", "Ben")))
    titles = {garage.id_of(name): name for name in ("Anna", "Ben")}
    found = {f"{charger}_{key}": (name, rest) for charger in chargers for name, key, rest in rows(CHARGER)}
    for _, _, pattern, beginning in PAGE.table("Totals"):
        for charger in chargers if "{charger id}" in pattern else [""]:
            for user in users if "{user id}" in pattern else [""]:
                template = pattern.strip("`").replace("{charger id}", charger).replace("{user id}", user)
                prefix = titles[user] if beginning == "the user's name" else beginning
                for name, key, rest in rows(TOTALS):
                    unique_id = template.replace("{entry id}", garage.entry.entry_id).replace("{key}", key)
                    found[unique_id] = (f"{prefix} {name}".strip(), rest)
    return found


def present(garage: Garage) -> dict[str, er.RegistryEntry]:
    """Return the registered entities of the integration by unique id."""
    entries = er.async_entries_for_config_entry(er.async_get(garage.hass), garage.entry.entry_id)
    return {entry.unique_id: entry for entry in entries}


def test_the_readme_names_every_entity_of_a_charger_and_no_other() -> None:
    names = {name.casefold() for name, _, _ in rows(CHARGER)}
    cells = [name for row in page("README.md").table("What you get") for name in row[0].split(" (")[0].split(", ")]
    # "Session energy, power" stands for two sensors of the session.
    named = {name.casefold() if name.casefold() in names else f"session {name.casefold()}" for name in cells}

    assert named == names


async def test_the_page_documents_every_entity_and_no_other(garage: Garage) -> None:
    assert expected(garage).keys() == present(garage).keys()


async def test_entities_have_the_documented_names_units_and_classes(garage: Garage) -> None:
    currency = garage.hass.config.currency
    for unique_id, (name, rest) in expected(garage).items():
        entry = present(garage)[unique_id]
        shown = (
            entry.unit_of_measurement,
            entry.original_device_class,
            (entry.capabilities or {}).get("state_class"),
        )
        assert entry.original_name is not None
        assert (entry.original_name.casefold(), shown) == (name.casefold(), classes(rest, currency)), unique_id


async def test_only_the_documented_entities_are_disabled_at_first(garage: Garage) -> None:
    (pattern,) = (row[2] for row in PAGE.table("Totals") if "**disabled by default**" in row[0])
    disabled = {unique_id for unique_id, entry in present(garage).items() if entry.disabled}

    assert pattern == "`{charger id}_{user id}_{key}`"
    assert len(disabled) == 2 * 2 * len(TOTALS)
    assert all(re.match(rf"{garage.id_of('left')}_|{garage.id_of('right')}_", unique_id) for unique_id in disabled)


def documented_attributes() -> dict[str, set[str]]:
    """Return the documented attributes by translation key."""
    by_key = {key: set(ticked(rest[0].partition("Attribute")[2])) for _, key, rest in rows(CHARGER)}
    keys = {name: key for name, key, _ in rows(TOTALS)}
    keys["Total energy of the household"] = "household_total_energy"
    for sensor, names, _ in PAGE.table("Attributes"):
        key = keys[sensor]
        by_key[key] = by_key.get(key, set()) | set(ticked(names))
    by_key["household_total_energy"] |= by_key["total_energy"]
    return {key: names for key, names in by_key.items() if names}


def test_the_page_documents_every_translated_attribute_and_no_other() -> None:
    named: dict[str, set[str]] = {}
    for platform in ("sensor", "binary_sensor", "select"):
        for key, words in WORDS["entity"][platform].items():
            if attributes := set(words.get("state_attributes", ())):
                named[key] = attributes
    documented = documented_attributes()

    assert {key: named[key] for key in documented} == documented
    for key, attributes in named.items():
        bare = re.sub(r"^(guest|unknown|user|household)_", "", key)
        assert attributes == documented.get(key, documented[bare]), key


async def test_states_during_charging_have_only_documented_attributes(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await charge(garage, "left", "1", 1000)
    await plug_in(garage, "right")
    documented = documented_attributes()

    seen: dict[str, set[str]] = {}
    for entry in present(garage).values():
        state = garage.hass.states.get(entry.entity_id)
        key = str(entry.translation_key)
        if state is not None and entry.domain != "event":
            seen[key] = seen.get(key, set()) | set(state.attributes)
    for key, attributes in seen.items():
        known = documented.get(key) or documented.get(re.sub(r"^(guest|unknown|household)_", "", key), set())
        assert attributes - EVERYWHERE <= known, key
    assert seen["current_user"] >= documented["current_user"]
    assert seen["last_session"] >= documented["last_session"]


def test_every_value_of_status_phase_and_driver_is_documented() -> None:
    documented: dict[str, Any] = {key: set(ticked(rest[0])) for _, key, rest in rows(CHARGER)}

    assert documented["status"] == set(Status)
    assert documented["phase"] == set(Phase)
    # A user appears by name.
    assert documented["driver"] == set(Driver) - {Driver.USER}
