"""docs/sensors.md against the entities that a real household has: names, keys, units, classes, attributes."""

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
SUMS = PAGE.table("Sums", 1)
# What every entity's state has besides.
EVERYWHERE = {
    "friendly_name", "icon", "unit_of_measurement", "device_class", "state_class", "last_reset", "options",
}  # fmt: skip


def rows(table: list[list[str]]) -> Iterator[tuple[str, str, list[str]]]:
    """Name, key and the rest of each entity; a row may tell of two."""
    for names, keys, *rest in table:
        for name, key in zip(names.split(" (")[0].split(", "), ticked(keys), strict=True):
            yield name, key, rest


def classes(rest: list[str], currency: str) -> tuple[str | None, str | None, str | None]:
    """Unit, device class and state class as a row states them."""
    unit, device_class, state_class = (cell or None for cell in rest[1:])
    return (
        currency if unit == "currency" else unit,
        device_class and device_class.replace(" ", "_"),
        state_class and state_class.split(",")[0],
    )


def expected(garage: Garage) -> dict[str, tuple[str, list[str]]]:
    """What the page says there is in this household: name and row by unique id."""
    chargers, users = ([garage.id_of(name) for name in names] for names in (("left", "right"), ("Anna", "Ben")))
    titles = {garage.id_of(name): name for name in ("Anna", "Ben")}
    found = {f"{charger}_{key}": (name, rest) for charger in chargers for name, key, rest in rows(CHARGER)}
    for _, _, pattern, begins in PAGE.table("Sums"):
        for charger in chargers if "{charger id}" in pattern else [""]:
            for user in users if "{user id}" in pattern else [""]:
                whose = pattern.strip("`").replace("{charger id}", charger).replace("{user id}", user)
                prefix = titles[user] if begins == "the user's name" else begins
                for name, key, rest in rows(SUMS):
                    unique_id = whose.replace("{entry id}", garage.entry.entry_id).replace("{key}", key)
                    found[unique_id] = (f"{prefix} {name}".strip(), rest)
    return found


def present(garage: Garage) -> dict[str, er.RegistryEntry]:
    """What there is."""
    entries = er.async_entries_for_config_entry(er.async_get(garage.hass), garage.entry.entry_id)
    return {entry.unique_id: entry for entry in entries}


def test_the_readme_names_every_entity_of_a_charger_and_no_other() -> None:
    names = {name.casefold() for name, _, _ in rows(CHARGER)}
    cells = [name for row in page("README.md").table("What you see") for name in row[0].split(" (")[0].split(", ")]
    # "Session energy, power" stands for two sensors of the session.
    said = {name.casefold() if name.casefold() in names else f"session {name.casefold()}" for name in cells}

    assert said == names


async def test_every_entity_is_documented_and_every_documented_one_is_there(garage: Garage) -> None:
    assert expected(garage).keys() == present(garage).keys()


async def test_entities_are_called_and_classified_as_the_page_says(garage: Garage) -> None:
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


async def test_only_what_the_page_says_is_disabled_at_first(garage: Garage) -> None:
    (pattern,) = (row[2] for row in PAGE.table("Sums") if "**disabled by default**" in row[0])
    disabled = {unique_id for unique_id, entry in present(garage).items() if entry.disabled}

    assert pattern == "`{charger id}_{user id}_{key}`"
    assert len(disabled) == 2 * 2 * len(SUMS)
    assert all(re.match(rf"{garage.id_of('left')}_|{garage.id_of('right')}_", unique_id) for unique_id in disabled)


def documented_attributes() -> dict[str, set[str]]:
    """The attributes that the page names, by key."""
    by_key = {key: set(ticked(rest[0].partition("Attribute")[2])) for _, key, rest in rows(CHARGER)}
    keys = {name: key for name, key, _ in rows(SUMS)}
    for of, names, _ in PAGE.table("Attributes"):
        whose = {"Total energy of the household": "household_total_energy"}.get(of) or keys[of]
        by_key[whose] = by_key.get(whose, set()) | set(ticked(names))
    by_key["household_total_energy"] |= by_key["total_energy"]
    return {key: names for key, names in by_key.items() if names}


def test_every_attribute_that_has_a_name_is_documented_and_no_other() -> None:
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


async def test_the_states_of_a_household_that_charges_have_no_other_attributes(garage: Garage) -> None:
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


def test_every_state_that_stands_for_something_is_documented() -> None:
    said: dict[str, Any] = {key: set(ticked(rest[0])) for _, key, rest in rows(CHARGER)}

    assert said["status"] == set(Status)
    assert said["phase"] == set(Phase)
    # A user is shown by name.
    assert said["driver"] == set(Driver) - {Driver.USER}
