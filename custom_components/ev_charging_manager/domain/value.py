"""The decorator for values that are created every second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, dataclass_transform


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value[T](kind: type[T]) -> type[T]:
    """Make a slotted, hashable dataclass that mypy treats as frozen.

    A frozen dataclass calls `object.__setattr__` for each field of each new value, which takes three times as long.
    A charger creates some thirty values a second; mypy refuses assignment to them, so no check is needed at run time.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)


def evolution[T](kind: type[T], *changed: str) -> Callable[..., T]:
    """What copies a value of this kind with other values for these fields, which it takes in this order."""
    hashable: Any = kind
    return _copier(hashable, *changed)


@cache
def _copier(kind: Any, *changed: str) -> Callable[..., Any]:
    names = [each.name for each in fields(kind)]
    if unknown := [name for name in changed if name not in names]:
        raise AttributeError(f"{kind.__name__} has no {', '.join(unknown)}")
    kept = [f"_copy.{name} = {name if name in changed else f'_value.{name}'}" for name in names]
    body = "\n    ".join(["_copy = _new(_kind)", *kept, "return _copy"])
    made: dict[str, Any] = {}
    exec(f"def evolved({', '.join(['_value', *changed])}):\n    {body}", {"_new": object.__new__, "_kind": kind}, made)
    evolved: Callable[..., Any] = made["evolved"]
    return evolved
