"""What is made each second: made as dataclasses make it, and copied as `replace` copies it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.evolving import evolution, evolve, quick
from custom_components.ev_charging_manager.domain.records import Identity, SessionRecord

RECORD = SessionRecord("id", "charger", "Garage", 1_748_858_400.0, Identity(), energy_mwh=1, max_power_w=11.0)


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    name: str
    parts: tuple[int, ...] = field(default_factory=lambda: (1, 2))
    last: bool = field(default=False, kw_only=True)


@quick
@dataclass(frozen=True, slots=True)
class Named:
    value: int
    kind: int


def test_a_copy_is_the_one_that_replace_makes_and_the_original_stays() -> None:
    changes: dict[str, Any] = {"energy_mwh": 2, "identity": Identity(user_id="anna"), "duration_s": 3.0}
    copy = evolve(RECORD, **changes)
    assert copy == replace(RECORD, **changes)
    assert hash(copy) == hash(replace(RECORD, **changes))
    assert RECORD.energy_mwh == 1


def test_a_quick_value_is_made_as_dataclasses_make_it() -> None:
    made = Quick("name", last=True)
    assert (made.name, made.parts, made.last) == ("name", (1, 2), True)
    assert repr(made).endswith("Quick(name='name', parts=(1, 2), last=True)")
    assert made == Quick("name", (1, 2), last=True)
    assert {made: 1}[Quick("name", last=True)] == 1


def test_a_quick_value_has_no_room_for_what_is_no_field_of_it() -> None:
    with pytest.raises(TypeError):
        Quick("name", colour="red")  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Quick("name").colour = "red"  # type: ignore[attr-defined]


def test_a_copying_function_takes_the_values_in_the_order_in_which_it_was_told_the_fields() -> None:
    copied = evolution(SessionRecord, "max_power_w", "energy_mwh")(RECORD, 7.0, 2)
    assert copied == replace(RECORD, max_power_w=7.0, energy_mwh=2)


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(AttributeError):
        evolve(RECORD, energy=2)
    with pytest.raises(AttributeError):
        evolution(SessionRecord, "energy")


def test_a_class_that_looks_at_its_fields_is_refused() -> None:
    with pytest.raises(TypeError, match="Careful wants to see"):

        @quick
        @dataclass(frozen=True, slots=True)
        class Careful:
            first: int
            second: int

            def __post_init__(self) -> None:
                if self.first > self.second:
                    raise ValueError


def test_a_value_that_is_guarded_at_run_time_is_not_copied_past_its_guard() -> None:
    with pytest.raises(FrozenInstanceError):
        evolve(Identity(), user_id="anna")


def test_a_field_may_have_any_name() -> None:
    assert evolve(Named(1, 2), value=3) == Named(3, 2)
