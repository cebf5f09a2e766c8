"""The values of a card entity, which depend on the charger's family."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.adapters.state_parsers import card_reader
from custom_components.ev_charging_manager.domain.card import NOBODY, OPEN_ACCESS, CardReading
from custom_components.ev_charging_manager.domain.profile import Profile
from custom_components.ev_charging_manager.profiles.generic import GENERIC


@pytest.mark.parametrize(("turned", "key"), [(True, "uid:4A1B2C3D4E5F6"), (False, "uid:F6E5D4C3B2A104")])
def test_the_profile_decides_the_byte_order_of_a_card(turned: bool, key: str) -> None:
    family = Profile(key="x", name="X", card_bytes_reversed=turned)
    assert card_reader(family, "garage")("F6E5D4C3B2A104").key == key


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("null", NOBODY),
        ('""', NOBODY),
        ('"null"', NOBODY),
        ("No Tag", NOBODY),
        ("No Transaction", NOBODY),
        ("No Chip", OPEN_ACCESS),
    ],
)
def test_a_generic_reader_without_a_card_is_understood(text: str, reading: CardReading) -> None:
    assert card_reader(GENERIC, "garage")(text) == reading


def test_a_card_in_quotation_marks_is_the_card() -> None:
    assert card_reader(GENERIC, "garage")('"04a1b2c3d4"').key == "uid:4A1B2C3D4"
