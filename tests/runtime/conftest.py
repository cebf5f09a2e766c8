"""Both event loops, for every test that runs a supervisor."""

import pytest


@pytest.fixture(params=["asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> str:
    """Return the name of an event loop that anyio knows."""
    name: str = request.param
    return name
