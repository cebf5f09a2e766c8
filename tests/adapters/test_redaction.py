"""Redaction: names, cards and hosts do not get into the diagnostics or the debug log, however a text shows them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from custom_components.ev_charging_manager.adapters.redaction import redactor

ODD_NAME = """O'Neil "X\""""


def _redacted(text: str) -> str:
    house = {
        "odd": SimpleNamespace(title=ODD_NAME, data={}),
        "anna": SimpleNamespace(title="Anna", data={}),
        "card": SimpleNamespace(title="04A1B2C3D4E5F6 · Anna", data={"uid": "04A1B2C3D4E5F6"}),
        "charger": SimpleNamespace(title="Garage", data={"host": "Charger.local", "serial": "409787"}),
    }
    return redactor(cast("Any", SimpleNamespace(subentries=house)))(text)


@pytest.mark.parametrize(
    ("text", "private"),
    [
        (repr({"driver": ODD_NAME}), "Neil"),
        ("ANNA is unknown", "ANNA"),
        ("invalid literal for int(): '04:a1:b2:c3:d4:e5:f6'", "a1"),
        ("no card 04 A1 B2 C3 D4 E5 F6", "A1"),
        ("cannot connect to charger.LOCAL:80", "charger"),
        ("Identity(user_id='u1', user_name='Deleted Bob')", "Bob"),
        ("""Identity(user_id='u1', vehicle_name="Bob's car", card='AB CD')""", 'car"'),
        ("{'user_name': 'Deleted Bob', 'card': 'AB CD'}", "CD"),
    ],
)
def test_a_private_text_is_redacted_in_each_form(text: str, private: str) -> None:
    assert private not in _redacted(text)


def test_the_rest_of_a_text_is_kept() -> None:
    text = "Identity(user_id='u1', user_name='Deleted Bob', identified_by=None)"
    assert _redacted(text) == "Identity(user_id='u1', user_name='**REDACTED**', identified_by=None)"
