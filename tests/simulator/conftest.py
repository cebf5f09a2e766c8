"""Loopback sockets for tests with a simulated charger."""

import pytest


@pytest.fixture(autouse=True)
def _loopback(request: pytest.FixtureRequest) -> None:
    """Home Assistant's test package blocks sockets unless a test enables them; without the package
    there is no block.
    """
    try:
        request.getfixturevalue("socket_enabled")
    except pytest.FixtureLookupError:
        return
