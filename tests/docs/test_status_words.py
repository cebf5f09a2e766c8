"""The status words in docs/charger-profiles/README.md have their documented meaning for a generic charger."""

from __future__ import annotations

import re

import pytest

from custom_components.ev_charging_manager.adapters.state_parsers import status_reader
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.profiles.generic import GENERIC
from tests.docs.pages import page, ticked

PAGE = page("charger-profiles/README.md")
CONNECTED = (CarStatus.CONNECTED, CarStatus.COMPLETE)
FAMILIES = {row[0]: row[1:] for row in PAGE.table("Status words")}
NO_EVIDENCE = [word for row in PAGE.table("Status words", 1) for word in ticked(row[0])]

read = status_reader(GENERIC, ())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_words_of_a_family_have_their_documented_meaning(family: str) -> None:
    idle, connected, charging = (ticked(cell) for cell in FAMILIES[family])
    assert idle or connected or charging
    assert {word: read(word) for word in idle} == dict.fromkeys(idle, CarStatus.IDLE)
    assert {word: read(word) for word in charging} == dict.fromkeys(charging, CarStatus.CHARGING)
    assert [word for word in connected if read(word) not in CONNECTED] == []


@pytest.mark.parametrize("word", NO_EVIDENCE)
def test_an_ambiguous_word_is_no_evidence(word: str) -> None:
    assert read(word) is None


def test_every_word_of_the_profile_is_documented() -> None:
    documented = {_folded(word) for cells in FAMILIES.values() for cell in cells for word in ticked(cell)}
    assert {word for word in GENERIC.status_words if _folded(word) not in documented} == set()


@pytest.mark.parametrize("word", ["SuspendedEV", "Suspended EV", "suspended_ev", "suspended-ev", " SUSPENDED_EV "])
def test_all_spellings_of_a_word_are_one_word(word: str) -> None:
    assert read(word) is CarStatus.CONNECTED


def test_a_word_that_the_user_selected_is_found_in_any_spelling() -> None:
    assert status_reader(GENERIC, ["Lädt gerade"])("lädt_gerade") is CarStatus.CHARGING


def _folded(word: str) -> str:
    return re.sub(r"[\s_-]", "", word).lower()
