"""The Driver select: shows the choice and changes it."""

from __future__ import annotations

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.const import DOMAIN
from tests.support.garage import Garage


async def select(garage: Garage, option: str, charger: str = "left") -> None:
    """Choose an option, as on a dashboard."""
    entity_id = garage.entity_id("select", charger, "driver")
    await garage.hass.services.async_call(
        "select", "select_option", {"entity_id": entity_id, "option": option}, blocking=True
    )


def options(garage: Garage) -> list[str]:
    """Return the options of the left charger's select."""
    state = garage.hass.states.get(garage.entity_id("select", "left", "driver"))
    assert state is not None
    offered: list[str] = state.attributes["options"]
    return offered


async def until_idle(garage: Garage) -> None:
    """End the session."""
    garage.chargers["left"].unplug()
    await garage.until_state("sensor", "left", "status", "idle")


async def test_it_offers_the_active_users_and_the_keywords(garage: Garage) -> None:
    garage.add("user", "Otto", {"user_type": "resident", "active": False})
    await garage.hass.async_block_till_done()
    assert options(garage) == ["automatic", "Anna", "Ben", "guest", "nobody"]
    assert garage.state("select", "left", "driver") == "automatic"


async def test_the_chosen_user_has_the_running_session_and_the_choice_ends_with_it(garage: Garage) -> None:
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    await select(garage, "Ben")
    assert garage.state("select", "left", "driver") == "Ben"
    assert garage.state("sensor", "left", "current_user") == "Ben"
    assert garage.state("select", "right", "driver") == "automatic"
    await until_idle(garage)
    assert garage.state("select", "left", "driver") == "automatic"


async def test_a_choice_while_idle_lasts_until_the_next_session_ends(garage: Garage) -> None:
    await select(garage, "guest")
    assert garage.state("select", "left", "driver") == "guest"
    garage.chargers["left"].plug_in()
    (started,) = await garage.events.wait("session_started")
    assert (started["user_type"], started["user_id"], started["user_name"]) == ("guest", None, "Guest")
    assert garage.state("select", "left", "driver") == "guest"
    for _ in range(4):
        garage.chargers["left"].charge(100)
        await garage.pass_house_seconds(20)
    await until_idle(garage)
    assert garage.state("select", "left", "driver") == "automatic"


async def test_a_card_does_not_change_the_choice(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    garage.chargers["left"].plug_in()
    garage.chargers["left"].card("1")
    await garage.until_state("sensor", "left", "current_user", "Anna")
    assert garage.state("select", "left", "driver") == "automatic"


async def test_its_options_follow_the_users(garage: Garage) -> None:
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    await select(garage, "Anna")
    await garage.add_user("Carl")
    garage.edit("Anna", title="Anna-Lena")
    await garage.until_state("select", "left", "driver", "Anna-Lena")
    assert options(garage) == ["automatic", "Anna-Lena", "Ben", "Carl", "guest", "nobody"]


async def test_a_user_deactivated_while_chosen_stays_visible_until_the_session_ends(garage: Garage) -> None:
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    await select(garage, "Ben")
    garage.edit("Ben", active=False)
    await garage.hass.async_block_till_done()
    assert garage.state("select", "left", "driver") == "Ben"
    await select(garage, "Ben")
    assert garage.state("sensor", "left", "current_user") == "Ben"
    await until_idle(garage)
    assert "Ben" not in options(garage)


@pytest.mark.parametrize("name", ["guest", "automatic", "unknown", "unavailable"])
async def test_a_user_named_like_a_reserved_state_can_be_chosen(garage: Garage, name: str) -> None:
    await garage.add_user(name)
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    await select(garage, f"{name} (user)")
    (identified,) = await garage.events.wait("session_identified")
    assert identified["user_id"] == garage.id_of(name)
    assert garage.state("select", "left", "driver") == f"{name} (user)"


async def test_an_unknown_option_is_refused(garage: Garage) -> None:
    with pytest.raises(ServiceValidationError):
        await select(garage, "Gita")


async def test_it_is_unavailable_while_the_charger_is_paused(hass: HomeAssistant, garage: Garage) -> None:
    garage.edit("left", paused=True)
    await hass.async_block_till_done()
    assert garage.state("select", "left", "driver") == "unavailable"


async def test_its_unique_id_is_stable(hass: HomeAssistant, garage: Garage) -> None:
    entity = er.async_get(hass).async_get(garage.entity_id("select", "left", "driver"))
    assert entity is not None
    assert (entity.platform, entity.unique_id) == (DOMAIN, f"{garage.id_of('left')}_driver")
    assert entity.config_subentry_id == garage.id_of("left")


async def test_a_user_named_like_a_keyword_is_not_confused_with_it(hass: HomeAssistant, garage: Garage) -> None:
    garage.add("user", "Guest", {"user_type": "guest", "active": True})
    await hass.async_block_till_done()
    offered = garage.attribute("select", "left", "driver", "options")
    assert [option for option in offered if "guest" in option.casefold()] == ["Guest (user)", "guest"]
