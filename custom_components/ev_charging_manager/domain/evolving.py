"""Values that are made each second: quick to make, and quick to copy with changes.

Freezing a dataclass costs a call for each field of each new value, and copying it with `dataclasses.replace` another
one. A charger's second makes some thirty values; the record alone has twenty-seven fields. mypy sees frozen dataclasses
and lets nobody change one, so at run time they need not be guarded once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields, make_dataclass
from functools import cache
from typing import Any


def quick[T](kind: type[T]) -> type[T]:
    """Take from a frozen, slotted dataclass what freezing costs at run time; it is made three times as fast."""
    frozen: Any = kind
    if hasattr(frozen, "__post_init__"):
        raise TypeError(f"{kind.__name__} wants to see what it is made of")
    specified = [
        (each.name, each.type, field(default=each.default, default_factory=each.default_factory, kw_only=each.kw_only))
        for each in fields(frozen)
    ]
    unguarded: Any = make_dataclass(kind.__name__, specified)
    frozen.__init__ = unguarded.__init__
    del frozen.__setattr__, frozen.__delattr__
    return kind


def evolve[T](value: T, /, **changes: Any) -> T:
    """A copy of a `quick` value, some of its fields changed; AttributeError for a field it has not."""
    kind: Any = type(value)
    copy: T = _copier(kind, *changes)(value, *changes.values())
    return copy


def evolution[T](kind: type[T], *changed: str) -> Callable[..., T]:
    """What copies a value of this kind with other values for these fields, which it takes in this order.

    To look it up, as `evolve` does, takes as long as a copy.
    """
    hashable: Any = kind
    return _copier(hashable, *changed)


@cache
def _copier(kind: Any, *changed: str) -> Callable[..., Any]:
    """Straight code, written as dataclasses write their own: a loop over the fields takes four times as long."""
    names = [each.name for each in fields(kind)]
    if unknown := [name for name in changed if name not in names]:
        raise AttributeError(f"{kind.__name__} has no {', '.join(unknown)}")
    kept = [f"_copy.{name} = {name if name in changed else f'_value.{name}'}" for name in names]
    body = "\n    ".join(["_copy = _new(_kind)", *kept, "return _copy"])
    made: dict[str, Any] = {}
    exec(f"def evolved({', '.join(['_value', *changed])}):\n    {body}", {"_new": object.__new__, "_kind": kind}, made)
    evolved: Callable[..., Any] = made["evolved"]
    return evolved
