"""Conversion of values to JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.household import (
    Billing,
    ChargerSettings,
    Household,
    Settings,
    User,
    Vehicle,
)
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.pricing.bill import PricingState
from custom_components.ev_charging_manager.domain.pricing.former import FormerTariff
from custom_components.ev_charging_manager.domain.records import SessionRecord
from custom_components.ev_charging_manager.domain.tariff import SpotTariff, StaticTariff
from custom_components.ev_charging_manager.ledger import CodecError
from custom_components.ev_charging_manager.ledger.codec import decode, encode

from .making import records


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


@dataclass(frozen=True, slots=True)
class Resting:
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Walking:
    since: float
    speed: float | None = None
    inner: Resting | Walking | None = None


type Gait = Resting | Walking


@dataclass(frozen=True, slots=True)
class State:
    name: str
    count: int = 0
    on: bool = False
    ratio: float = 0.0
    gait: Gait = Resting()
    maybe: Gait | None = None
    either: int | str | None = None
    coloured: Colour | int = Colour.RED
    level: Level = Level.LOW
    walks: tuple[Walking, ...] = ()
    pair: tuple[int, str] = (0, "")
    colours: frozenset[Colour] = frozenset()
    by_name: Mapping[str, Gait] = field(default_factory=dict)
    by_colour: Mapping[Colour, tuple[float, ...]] = field(default_factory=dict)
    by_number: Mapping[int, str] = field(default_factory=dict)
    by_place: Mapping[tuple[int, int], Resting] = field(default_factory=dict)
    anything: Mapping[str, Any] = field(default_factory=dict)


floats = st.floats(allow_nan=False)
gaits = st.recursive(
    st.builds(Resting, floats),
    lambda inner: st.builds(Walking, floats, floats | st.none(), st.none() | inner),
    max_leaves=4,
)
places = st.tuples(st.integers(), st.integers())
json_values = st.none() | st.booleans() | st.integers() | floats | st.text()
states = st.builds(
    State,
    name=st.text(),
    count=st.integers(),
    on=st.booleans(),
    ratio=floats,
    gait=gaits,
    maybe=st.none() | gaits,
    either=st.none() | st.integers() | st.text(),
    coloured=st.sampled_from(Colour) | st.integers(),
    level=st.sampled_from(Level),
    walks=st.lists(st.builds(Walking, floats), max_size=3).map(tuple),
    pair=st.tuples(st.integers(), st.text()),
    colours=st.frozensets(st.sampled_from(Colour)),
    by_name=st.dictionaries(st.text(), gaits, max_size=3).map(MappingProxyType),
    by_colour=st.dictionaries(st.sampled_from(Colour), st.lists(floats, max_size=3).map(tuple)),
    by_number=st.dictionaries(st.integers(), st.text(), max_size=3),
    by_place=st.dictionaries(places, st.builds(Resting, floats), max_size=3),
    anything=st.dictionaries(st.text(), json_values, max_size=3),
)


@given(states)
def test_a_state_comes_back_equal(state: State) -> None:
    assert decode(encode(state), State) == state


@given(gaits)
def test_a_member_of_a_union_comes_back_as_itself(gait: Gait) -> None:
    back = decode(encode(gait), Gait)
    assert back == gait
    assert type(back) is type(gait)


@given(states)
def test_the_text_is_json_and_equal_values_give_equal_text(state: State) -> None:
    again = decode(encode(state), State)
    assert encode(again) == encode(state)
    assert json.loads(encode(state))["name"] == state.name


vehicles = st.builds(Vehicle, st.text(), st.text(), st.none() | floats)
users = st.builds(User, st.text(), st.text(), person=st.none() | st.text(), billing=st.builds(Billing))
households = st.builds(
    Household,
    users=st.dictionaries(st.text(), users, max_size=2).map(MappingProxyType),
    vehicles=st.dictionaries(st.text(), vehicles, max_size=2),
)


@given(st.builds(Settings, st.builds(ChargerSettings, st.text(), st.text()), households))
def test_settings_with_their_aliases_and_mappings_come_back_equal(settings: Settings) -> None:
    assert decode(encode(settings), Settings) == settings


@given(records)
def test_any_session_record_comes_back_equal(record: SessionRecord) -> None:
    assert decode(encode(record), SessionRecord) == record


def test_what_a_newer_release_added_is_ignored() -> None:
    assert decode('{"utc": 1.5, "mono": 2, "zone": "x"}', Moment) == Moment(1.5, 2.0)


def test_what_an_older_release_lacked_takes_its_default() -> None:
    assert decode('{"name": "x"}', State) == State("x")


def test_a_missing_field_without_a_default_is_named() -> None:
    with pytest.raises(CodecError, match=r"mono"):
        decode('{"utc": 1}', Moment)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"count": "5"}, "count"),
        ({"count": True}, "count"),
        ({"count": 1.5}, "count"),
        ({"on": 1}, "on"),
        ({"ratio": "1"}, "ratio"),
        ({"ratio": None}, "ratio"),
        ({"name": 5}, "name"),
        ({"level": 7}, "level"),
        ({"gait": {"since": 1}}, "gait"),
        ({"gait": {"$type": "Flying", "since": 1}}, "gait"),
        ({"maybe": [1]}, "maybe"),
        ({"either": 1.5}, "either"),
        ({"walks": "abc"}, "walks"),
        ({"walks": [{"since": 1}, {"since": "x"}]}, r"walks\[1\].since"),
        ({"pair": [1]}, "pair"),
        ({"colours": ["green"]}, "colours"),
        ({"by_name": "abc"}, "by_name"),
        ({"by_number": [["x", "y"]]}, "by_number"),
        ({"by_number": [1]}, "by_number"),
    ],
)
def test_a_value_that_is_not_of_its_type_is_an_error_that_names_the_field(change: dict[str, Any], path: str) -> None:
    with pytest.raises(CodecError, match=path):
        decode(json.dumps({"name": "x"} | change), State)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"x"', "[" * 100_000])
def test_other_text_is_an_error(text: str) -> None:
    with pytest.raises(CodecError):
        decode(text, State)


@given(st.recursive(json_values, lambda j: st.lists(j) | st.dictionaries(st.text(), j), max_leaves=8))
def test_reading_any_json_raises_only_codec_errors(data: Any) -> None:
    for wanted in (State, Gait, SessionRecord, Mapping[str, int], tuple[int, ...]):
        try:
            decode(json.dumps(data), wanted)
        except CodecError:
            continue


@pytest.mark.parametrize("value", [object(), b"x", State, Resting(object())])  # type: ignore[arg-type]
def test_a_value_without_a_json_shape_is_refused(value: object) -> None:
    with pytest.raises(CodecError):
        encode(value)


def test_a_string_of_a_subclass_is_a_string() -> None:
    class Scribbled(str):
        """Like the class of strings that Home Assistant reads from YAML."""

        __slots__ = ()

    assert decode(encode(Scribbled("EUR")), str) == "EUR"


def test_former_tariffs_of_both_kinds_are_read_as_they_were_written() -> None:
    former = (FormerTariff(StaticTariff(300_000), 1.5), FormerTariff(SpotTariff(-5, Fraction(5, 4), 400_000), 2.5))
    state = PricingState(former=former)
    assert decode(encode(state), PricingState) == state
