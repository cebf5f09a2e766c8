"""Fixtures of the replays."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant

# A failing comparison then shows the differences.
pytest.register_assert_rewrite("tests.replay.golden")


@pytest.fixture(autouse=True)
def _own_configuration(hass: HomeAssistant, tmp_path: Any) -> None:
    """Use a separate ledger for the test."""
    hass.config.config_dir = str(tmp_path)
