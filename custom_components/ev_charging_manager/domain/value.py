"""The decorator of values that are created every second."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import dataclass_transform


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value[T](kind: type[T]) -> type[T]:
    """Make a slotted, hashable dataclass that mypy treats as frozen.

    A frozen dataclass calls `object.__setattr__` for each field of each new value, which takes three times as long.
    A charger creates some thirty values a second; mypy refuses assignment to them, so no check is needed at run time.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)
