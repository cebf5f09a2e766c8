"""Values that are made each second: quick to make, and quick to copy with changes.

Freezing a dataclass costs a call for each field of each new value, and copying it with `dataclasses.replace` another
one. A charger's second makes some forty values; the record alone has twenty-seven fields. mypy sees frozen dataclasses
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
    specified = [
        (each.name, each.type, field(default=each.default, default_factory=each.default_factory, kw_only=each.kw_only))
        for each in fields(frozen)
    ]
    unguarded: Any = make_dataclass(kind.__name__, specified)
    frozen.__init__ = unguarded.__init__
    del frozen.__setattr__, frozen.__delattr__
    return kind


def evolve[T](value: T, **changes: Any) -> T:
    """A copy of a `quick` value, some of its fields changed; AttributeError for a field it has not."""
    kind: Any = type(value)
    copy: T = _copier(kind)(value)
    for name, changed in changes.items():
        setattr(copy, name, changed)
    return copy


@cache
def _copier(kind: Any) -> Callable[[Any], Any]:
    """What copies a value of this kind: its fields one by one in straight code, as dataclasses write their own."""
    if hasattr(kind, "__post_init__"):
        raise TypeError(f"{kind.__name__} wants to see what it is made of")
    kept = "".join(f"    copy.{each.name} = value.{each.name}\n" for each in fields(kind))
    made: dict[str, Any] = {}
    source = f"def copier(value):\n    copy = new(kind)\n{kept}    return copy"
    exec(source, {"new": object.__new__, "kind": kind}, made)
    copier: Callable[[Any], Any] = made["copier"]
    return copier
