"""Loopback sockets: these tests connect to a Home Assistant in a separate process."""

import pytest


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """Home Assistant's test package blocks sockets unless a test enables them."""
