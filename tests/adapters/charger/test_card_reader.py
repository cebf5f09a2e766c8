"""The values of a card entity, which depend on the charger's family."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.adapters.state_parsers import card_reader
from custom_components.ev_charging_manager.domain.profile import Profile


@pytest.mark.parametrize(("turned", "key"), [(True, "uid:4A1B2C3D4E5F6"), (False, "uid:F6E5D4C3B2A104")])
def test_the_profile_decides_the_byte_order_of_a_card(turned: bool, key: str) -> None:
    family = Profile(key="x", name="X", card_bytes_reversed=turned)
    assert card_reader(family, "garage")("F6E5D4C3B2A104").key == key
