"""What every test that starts Home Assistant needs; tests of plain rooms never start it."""

import logging

import pytest

# Before Home Assistant looks for custom integrations: the configuration its test package brings has a package of the
# same name, and whichever is imported first is the one that is searched.
import custom_components  # noqa: F401

# Home Assistant's test package has every SQL statement logged; a failing test would show nothing else.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--long`, with which the campaigns in tests/campaigns run in full length."""
    parser.addoption("--long", action="store_true", help="run the campaigns in full length, not some seconds each")


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the campaigns run in full length."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load this integration, in tests that ask for `hass`.

    The recorder has to be there before Home Assistant, so it goes first where a test asks for both.
    """
    if "hass" not in request.fixturenames:
        return
    if "recorder_mock" in request.fixturenames:
        request.getfixturevalue("recorder_mock")
    request.getfixturevalue("enable_custom_integrations")
