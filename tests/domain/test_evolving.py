"""Copies with changes: what `dataclasses.replace` makes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, replace
from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.evolving import evolve
from custom_components.ev_charging_manager.domain.records import Identity, SessionRecord

RECORD = SessionRecord("id", "charger", "Garage", 1_748_858_400.0, Identity(), energy_mwh=1, max_power_w=11.0)


def test_a_copy_is_the_one_that_replace_makes_and_the_original_stays() -> None:
    changes: dict[str, Any] = {"energy_mwh": 2, "identity": Identity(user_id="anna"), "duration_s": 3.0}
    copy = evolve(RECORD, **changes)
    assert copy == replace(RECORD, **changes)
    assert hash(copy) == hash(replace(RECORD, **changes))
    assert RECORD.energy_mwh == 1


def test_a_copy_is_as_frozen_as_its_original() -> None:
    with pytest.raises(FrozenInstanceError):
        evolve(RECORD, energy_mwh=2).energy_mwh = 3  # type: ignore[misc]


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        evolve(RECORD, energy=2)


def test_a_class_that_looks_at_its_fields_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Careful:
        first: int
        second: int

        def __post_init__(self) -> None:
            if self.first > self.second:
                raise ValueError

    with pytest.raises(TypeError):
        evolve(Careful(1, 2), first=3)
