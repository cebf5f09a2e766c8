"""Fixtures of the tests of repairs: a household in a real Home Assistant with repairs, in fast motion."""

from __future__ import annotations

import pytest
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from tests.support.garage import Garage
from tests.support.homes import _fast_motion, _own_configuration, garage as plain_garage

__all__ = ["_fast_motion", "_own_configuration", "plain_garage"]


@pytest.fixture
async def garage(hass: HomeAssistant, plain_garage: Garage) -> Garage:
    """Set up the household in a Home Assistant that shows repairs."""
    assert await async_setup_component(hass, REPAIRS, {})
    return plain_garage
