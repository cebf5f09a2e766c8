"""Loopback sockets: these tests speak to a Home Assistant that is a process of its own."""

import pytest


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """Home Assistant's test package blocks sockets unless a test asks for them."""
