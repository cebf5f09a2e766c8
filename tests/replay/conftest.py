"""What a replay needs of Home Assistant."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant

# So that a failing comparison shows what differs.
pytest.register_assert_rewrite("tests.replay.golden")


@pytest.fixture(autouse=True)
def _own_configuration(hass: HomeAssistant, tmp_path: Any) -> None:
    """The ledger belongs to the test."""
    hass.config.config_dir = str(tmp_path)
