"""Values of stored types in which every field differs from its default."""

from __future__ import annotations

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from itertools import count
from types import NoneType, UnionType
from typing import Any, TypeAliasType, Union, get_args, get_origin, get_type_hints


class Filler:
    """Builds values by their types. Each number and each string is used once, so that a lost one is noticed."""

    def __init__(self, first: int) -> None:
        """Use the numbers from `first` on."""
        self._numbers = count(first)

    def filled(self, wanted: Any, default: Any = None) -> Any:
        """Return a value of the type `wanted` that differs from `default`."""
        if isinstance(wanted, TypeAliasType):
            return self.filled(wanted.__value__, default)
        if get_origin(wanted) in (Union, UnionType):
            return self.filled(next(kind for kind in get_args(wanted) if kind is not NoneType), default)
        if get_origin(wanted) is not None:
            return self._collection(get_origin(wanted), get_args(wanted))
        if is_dataclass(wanted):
            return self._dataclass(wanted)
        return self._scalar(wanted, default)

    def _dataclass(self, kind: Any) -> Any:
        hints = get_type_hints(kind)
        return kind(**{item.name: self.filled(hints[item.name], _default(item)) for item in fields(kind)})

    def _collection(self, kind: Any, items: tuple[Any, ...]) -> Any:
        if issubclass(kind, Mapping):
            return {self.filled(items[0]): self.filled(items[1])}
        if issubclass(kind, AbstractSet):
            return frozenset({self.filled(items[0])})
        if items[-1] is Ellipsis:
            return (self.filled(items[0]), self.filled(items[0]))
        return tuple(self.filled(item) for item in items)

    def _scalar(self, kind: Any, default: Any) -> Any:
        if kind is bool:
            return not default
        if issubclass(kind, Enum):
            return next(member for member in reversed(kind) if member is not default)
        if kind is str:
            return f"text {next(self._numbers)}"
        if kind is float:
            return next(self._numbers) + 0.5
        if kind is int:
            return next(self._numbers)
        raise TypeError(f"No value is known for the type {kind}: add it to {__name__}")


def _default(item: Field[Any]) -> Any:
    return None if item.default is MISSING else item.default
