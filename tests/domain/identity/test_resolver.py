"""The resolver: the user of a card, the strongest of several identities, and stale cards."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.card import (
    NOBODY,
    OPEN_ACCESS,
    SILENT,
    UNAVAILABLE,
    CardKind,
    CardReading,
    normalised,
    reversed_bytes,
    uid_reading,
)
from custom_components.ev_charging_manager.domain.household import Role, Settings
from custom_components.ev_charging_manager.domain.identity.identity import by_card, stronger, without_card
from custom_components.ev_charging_manager.domain.identity.resolver import (
    ResolvingState,
    configured,
    read_card,
    settled,
)
from custom_components.ev_charging_manager.domain.messages import CardRead, IdentityKnown, Settled, Tapped
from custom_components.ev_charging_manager.domain.records import IdentifiedBy, Identity, UnknownReason

from ..household import ANNAS_SLOT, BEN, BENS_SLOT, GO_E, OTTOS_SLOT, STRANGERS_SLOT, at, card_of, mapped, settings

HOUSE = settings()


class Reader:
    """A resolver that takes readings and plugs."""

    def __init__(self, house: Settings = HOUSE) -> None:
        self.house = house
        self.state = ResolvingState()
        self.now = 0.0
        self.said: list[Any] = []

    def says(self, reading: CardReading, repeated: bool = False) -> IdentityKnown:
        """Take a reading and return the identity."""
        self.now += 10
        self.state, said = read_card(self.state, CardRead(at(self.now), reading, repeated), self.house)
        self.said.extend(said)
        (known,) = (one for one in said if isinstance(one, IdentityKnown))
        return known

    def plug(self, connected: bool | None, since: float | None = None) -> list[Any]:
        """Take a connection and return the messages."""
        self.now += 10
        moment = at(self.now if since is None else since)
        self.state, said = settled(self.state, Settled(at(self.now), connected, moment), self.house)
        return list(said)

    def taps(self) -> list[str]:
        """Return the cards that were tapped."""
        return [one.card for one in self.said if isinstance(one, Tapped)]


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (NOBODY, UnknownReason.NO_CARD),
        (OPEN_ACCESS, UnknownReason.OPEN_ACCESS),
        (SILENT, UnknownReason.READER_SILENT),
        (UNAVAILABLE, UnknownReason.READER_UNAVAILABLE),
        (CardReading(CardKind.UNREADABLE, text="?"), UnknownReason.CARD_UNREADABLE),
        (card_of(STRANGERS_SLOT), UnknownReason.CARD_UNMAPPED),
        (card_of(OTTOS_SLOT), UnknownReason.MAPPING_INACTIVE),
    ],
)
def test_a_session_without_a_user_has_the_reason_from_its_reading(reading: CardReading, reason: UnknownReason) -> None:
    assert Reader().says(reading).identity.unknown_reason is reason


def test_the_reason_of_a_charger_without_a_reader_is_no_reader() -> None:
    house = settings(GO_E - {Role.CARD})
    assert without_card(UNAVAILABLE, house).unknown_reason is UnknownReason.NO_READER


def test_an_assigned_card_identifies_its_user_and_car() -> None:
    who = Reader().says(card_of(ANNAS_SLOT)).identity
    assert (who.user_id, who.vehicle_id, who.identified_by) == ("anna", "id4", IdentifiedBy.CARD)


def test_a_repetition_is_no_tap() -> None:
    reader = Reader()
    reader.says(card_of(ANNAS_SLOT))
    reader.says(card_of(ANNAS_SLOT), repeated=True)
    reader.says(UNAVAILABLE)
    reader.says(card_of(ANNAS_SLOT))
    assert reader.taps() == ["slot 1"]


def test_the_same_card_after_nothing_is_another_tap() -> None:
    reader = Reader()
    for _ in range(2):
        reader.says(card_of(ANNAS_SLOT))
        reader.says(NOBODY)
    assert reader.taps() == ["slot 1", "slot 1"]


def test_a_card_that_still_stands_there_after_its_session_is_stale() -> None:
    reader = Reader()
    reader.says(card_of(ANNAS_SLOT))
    reader.plug(True)
    after = reader.plug(False)
    assert [type(one) for one in after] == [Settled, IdentityKnown]
    assert (after[1].identity.user_id, after[1].identity.unknown_reason) == (None, UnknownReason.STALE_CARD)
    assert reader.says(card_of(ANNAS_SLOT), repeated=True).identity.unknown_reason is UnknownReason.STALE_CARD
    assert reader.says(UNAVAILABLE).identity.unknown_reason is UnknownReason.READER_UNAVAILABLE
    assert reader.says(card_of(ANNAS_SLOT)).identity.unknown_reason is UnknownReason.STALE_CARD
    assert reader.says(NOBODY).identity.unknown_reason is UnknownReason.NO_CARD
    assert reader.says(card_of(ANNAS_SLOT)).identity.user_id == "anna"


def test_a_card_that_the_reader_shows_after_a_car_left_unseen_by_it_is_stale() -> None:
    reader = Reader()
    reader.says(card_of(ANNAS_SLOT))
    reader.plug(True)
    reader.says(UNAVAILABLE)
    reader.plug(False)
    assert reader.says(card_of(BENS_SLOT)).identity.unknown_reason is UnknownReason.STALE_CARD
    assert reader.taps() == ["slot 1"]
    reader.says(NOBODY)
    assert reader.says(card_of(BENS_SLOT)).identity.user_id == "ben"


def test_a_reader_that_was_away_when_a_car_left_and_returns_when_the_next_is_there_names_its_driver() -> None:
    reader = Reader()
    reader.plug(True)
    reader.says(UNAVAILABLE)
    reader.plug(False)
    reader.plug(True)
    assert reader.says(card_of(BENS_SLOT)).identity.user_id == "ben"


def test_a_stale_card_stays_stale_over_a_moments_silence_while_a_car_charges() -> None:
    reader = Reader()
    reader.says(card_of(ANNAS_SLOT))
    reader.plug(True)
    reader.plug(False)
    reader.plug(True)
    reader.says(SILENT)
    back = reader.says(card_of(ANNAS_SLOT))
    assert (back.identity.user_id, back.tapped) == (None, False)
    assert reader.taps() == ["slot 1"]


def test_a_reader_that_is_silent_between_two_cars_takes_the_same_card_again() -> None:
    reader = Reader()
    reader.says(card_of(ANNAS_SLOT))
    reader.plug(True)
    reader.plug(False)
    reader.says(SILENT)
    reader.plug(True)
    assert reader.says(card_of(ANNAS_SLOT)).identity.user_id == "anna"
    assert reader.taps() == ["slot 1", "slot 1"]


def test_a_card_that_was_tapped_after_the_plug_went_off_is_not_stale() -> None:
    reader = Reader()
    reader.plug(True)
    reader.says(card_of(BENS_SLOT))
    assert [type(one) for one in reader.plug(False, since=15.0)] == [Settled]
    assert reader.says(card_of(BENS_SLOT), repeated=True).identity.user_id == "ben"


def test_an_outage_makes_no_card_stale() -> None:
    reader = Reader()
    reader.says(card_of(ANNAS_SLOT))
    reader.plug(True)
    reader.plug(None)
    reader.plug(True)
    assert reader.says(card_of(ANNAS_SLOT), repeated=True).identity.user_id == "anna"


def test_a_card_that_is_assigned_now_is_looked_up_again() -> None:
    reader = Reader()
    reader.says(card_of(STRANGERS_SLOT))
    _, (known,) = configured(reader.state, at(99), mapped(HOUSE, STRANGERS_SLOT, BEN))
    assert known.identity.user_id == "ben"


def test_the_identity_of_a_snapshot_is_marked_as_repeated() -> None:
    assert Reader().says(card_of(ANNAS_SLOT), repeated=True).repeated
    assert Reader().says(UNAVAILABLE, repeated=True).repeated
    assert not Reader().says(card_of(ANNAS_SLOT)).repeated


CHOSEN = Identity(user_id="ben", identified_by=IdentifiedBy.CHOICE, unknown_reason=None)
CARD = by_card(card_of(ANNAS_SLOT), HOUSE)
CAR = Identity(user_id="ben", identified_by=IdentifiedBy.VEHICLE, unknown_reason=None)
STRANGER = by_card(card_of(STRANGERS_SLOT), HOUSE)
DEFAULT = without_card(NOBODY, settings(default_user_id="ben"))
SILENCE = without_card(NOBODY, HOUSE)
STRONGEST_FIRST = [CHOSEN, CARD, CAR, STRANGER, DEFAULT, SILENCE]


@pytest.mark.parametrize(("one", "other"), product(range(6), range(6)))
def test_the_strongest_identity_counts_in_any_order(one: int, other: int) -> None:
    if one == other:
        return
    assert stronger(STRONGEST_FIRST[one], STRONGEST_FIRST[other]) is (one < other)


def test_the_first_card_stays_and_a_choice_may_be_corrected() -> None:
    assert not stronger(by_card(card_of(BENS_SLOT), HOUSE), CARD)
    assert stronger(CHOSEN, CHOSEN)


@pytest.mark.parametrize(
    "text",
    ["04A1B2C3D4E5F6", "04a1b2c3d4e5f6", "04:a1:b2:c3:d4:e5:f6", "nfc-04A1B2C3D4E5F6", "ISO14443:04A1B2C3D4E5F6",
     "0004A1B2C3D4E5F6", "00000004A1B2C3D4E5F6", " 04-A1-B2-C3-D4-E5-F6 ", "04a1b2c3d4e5f600", "04A1B2C3D4E5F6000000",
     '"04a1b2c3d4e5f6"', "'nfc-04a1b2c3d4e5f600'", "ISO14443:04A1B2C3D4E5F600"],
)  # fmt: skip
def test_all_written_forms_of_a_card_number_are_one_card(text: str) -> None:
    assert normalised(text) == "4A1B2C3D4E5F6"
    assert uid_reading(text) == uid_reading("04A1B2C3D4E5F6")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        # Readers with 8 bytes (KEBA) or 10 bytes: zeros behind a card of 4, 5 or 7 bytes are padding.
        ("e3f76b8d00000000", "E3F76B8D"),
        ("e3f76b8d000000000000", "E3F76B8D"),
        ("04a1b2c3d4000000", "4A1B2C3D4"),
        ("00b2c3d400000000", "B2C3D4"),
        # The last byte of the card is zero.
        ("e3f76b0000000000", "E3F76B00"),
        ("04a1b2c3d4e50000", "4A1B2C3D4E500"),
        ("04a1b2c3d4e500", "4A1B2C3D4E500"),
        ("0004a1b2c3d4e500", "4A1B2C3D4E500"),
        ("00000000e3f76b00", "E3F76B00"),
        ("000000000000e3f76b00", "E3F76B00"),
        # No padded width: all digits belong to the number.
        ("e3f76b00", "E3F76B00"),
        ("04a1b20000", "4A1B20000"),
        ("1000", "1000"),
        ("ANNA_0000", "ANNA_0000"),
        # Numbers of 8 and 10 bytes fill the width.
        ("e0040100112233ff", "E0040100112233FF"),
        ("04a1b2c3d4e5f6a7b800", "4A1B2C3D4E5F6A7B800"),
        # The random tag of a remote start, and a token of 32 digits.
        ("A1B2C3D4E5F6G000", "A1B2C3D4E5F6G000"),
        ("ble-0f8fad5b-d9cb-469f-a165-708677280000", "F8FAD5BD9CB469FA165708677280000"),
    ],
)
def test_zeros_behind_a_card_number_are_padding_only_at_a_padded_width(text: str, number: str) -> None:
    assert normalised(text) == number
    assert normalised(number) == number


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("04a1b2c3d4e5f600", "4A1B2C3D4E5F600"),
        ("e3f76b8d00000000", "E3F76B8D00000000"),
        ("00b2c3d400000000", "B2C3D400000000"),
        ("04a1b2c3d4e5f6000000", "4A1B2C3D4E5F6000000"),
    ],
)
def test_a_number_stored_with_its_zeros_behind_is_the_same_card(text: str, stored: str) -> None:
    assert normalised(stored) == normalised(text)


@pytest.mark.parametrize("text", ["", "0000000000000000", "ä", "x" * 60])
def test_a_text_that_is_no_card_number_is_unreadable(text: str) -> None:
    assert uid_reading(text).kind is CardKind.UNREADABLE


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("F6:E5:D4:C3:B2:A1:04", "04a1b2c3d4e5f6"),
        ("00000000d4c3b2a1", "a1b2c3d4"),
        ("nfc-D4C3B200", "00b2c3d4"),
        ("d4c3b2a100000000", "a1b2c3d4"),
        ('"f6e5d4c3b2a10400"', "04a1b2c3d4e5f6"),
        ("No card", "No card"),
        ("ABC", "ABC"),
    ],
)
def test_a_number_that_is_written_last_byte_first_is_the_card_that_is_printed(text: str, turned: str) -> None:
    assert reversed_bytes(text) == turned
