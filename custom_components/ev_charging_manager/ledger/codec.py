"""Domain values as JSON and back.

Written values carry the name of each dataclass, so that a union can be told apart when it is read. Reading
is tolerant of other releases: unknown keys are ignored, missing ones take their default. It is strict about
values: a number that is no number is an error and never something that looks like one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence, Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeAliasType, Union, get_args, get_origin

from cattrs import Converter, transform_error
from cattrs.cols import is_mapping, mapping_structure_factory
from cattrs.gen import make_dict_structure_fn

from .errors import CodecError

TAG = "$type"
_PLAIN = frozenset((str, int, float, bool, NoneType))

type _Shape = Callable[[Any], Any]
type _Hook = Callable[[Any, Any], Any]

_shapes: dict[type, _Shape] = {}


def encode(value: Any) -> str:
    """A domain value as JSON text; raises `CodecError` for what has no JSON shape."""
    return written(plain(value))


def decode(text: str, wanted: Any) -> Any:
    """The value of this type (a class, an alias or a union) that `encode` wrote; raises `CodecError`."""
    return structure(parsed(text), wanted)


def written(data: Any) -> str:
    """Data of JSON's own types as JSON text."""
    return _encoder.encode(data)


def parsed(text: str) -> Any:
    """JSON text as data of JSON's own types; raises `CodecError`."""
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise CodecError(f"Not JSON: {error}") from error


def parsed_object(text: str) -> dict[str, Any]:
    """The text of a JSON object; raises `CodecError` for any other."""
    data = parsed(text)
    if type(data) is not dict:
        raise CodecError(f"{type(data).__name__} is no JSON object")
    return data


def plain(value: Any) -> Any:
    """A domain value in JSON's own types. Sets are sorted, so that equal values give equal text."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    shape = _shapes.get(kind)
    if shape is None:
        shape = _shapes[kind] = _shape_of(kind)
    return shape(value)


def _shape_of(kind: type) -> _Shape:
    """What turns values of a class into JSON's own types. A checkpoint is some hundred values of a few classes."""
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, str):
        # Home Assistant hands out strings of a class of its own where they come from YAML.
        return str
    if is_dataclass(kind):
        return _shape_of_dataclass(kind)
    if issubclass(kind, Mapping):
        return _plain_mapping
    if issubclass(kind, AbstractSet):
        return lambda value: sorted((plain(item) for item in value), key=repr)
    if issubclass(kind, Sequence) and not issubclass(kind, bytes | bytearray):
        return lambda value: [plain(item) for item in value]
    return _refuse_to_write


def _shape_of_dataclass(kind: type) -> _Shape:
    names = [field.name for field in fields(kind)]

    def write(value: Any) -> Any:
        made = {TAG: kind.__name__}
        for name in names:
            item = getattr(value, name)
            made[name] = item if type(item) in _PLAIN else plain(item)
        return made

    return write


def _refuse_to_write(value: Any) -> Any:
    raise CodecError(f"{type(value).__name__} has no JSON shape")


def _plain_mapping(value: Mapping[Any, Any]) -> Any:
    """An object where the keys are words; else a list of pairs: JSON would turn the keys into words."""
    if all(isinstance(key, str) for key in value):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    return [[plain(key), plain(item)] for key, item in value.items()]


def structure(data: Any, wanted: Any) -> Any:
    """The value of this type in data of JSON's own types; raises `CodecError` naming the fields at fault."""
    try:
        return _converter.structure(data, wanted)
    except Exception as error:  # rows are whatever a disk, a newer release or a person made of them
        raise CodecError(f"{_name(wanted)}: {'; '.join(transform_error(error)[:3])}") from error


def _name(wanted: Any) -> str:
    return getattr(wanted, "__name__", None) or str(wanted)


def _refuse(data: Any, wanted: str) -> ValueError:
    return ValueError(f"{type(data).__name__} is no {wanted}")


def _exact(kind: type) -> _Hook:
    """Accepts this type only. The hook goes for its subclasses too: every StrEnum is a str that wants a member."""

    def read(data: Any, wanted: Any) -> Any:
        if type(data) is not kind:
            raise _refuse(data, kind.__name__)
        return data if wanted is kind else wanted(data)

    return read


_whole = _exact(int)
_list = _exact(list)
_object = _exact(dict)


def _int(data: Any, wanted: Any) -> Any:
    return _whole(int(data) if type(data) is float and data.is_integer() else data, wanted)


def _float(data: Any, _: Any) -> float:
    if type(data) not in (int, float):
        raise _refuse(data, "float")
    return float(data)


def _list_of(item: Any, make: Callable[[list[Any]], Any], converter: Converter) -> _Hook:
    """Reads a JSON list; a text, which Python would iterate as letters, is none."""
    wanted = list[item]
    inner = converter.get_structure_hook(wanted)

    def read(data: Any, _: Any) -> Any:
        return make(inner(_list(data, list), wanted))

    return read


def _tuple(wanted: Any, converter: Converter) -> _Hook:
    items = get_args(wanted)
    if len(items) == 2 and items[1] is Ellipsis:
        return _list_of(items[0], tuple, converter)

    def read(data: Any, _: Any) -> Any:
        if type(data) is not list or len(data) != len(items):
            raise _refuse(data, f"list of {len(items)}")
        return tuple(converter.structure(part, item) for part, item in zip(data, items, strict=True))

    return read


def _set(wanted: Any, converter: Converter) -> _Hook:
    return _list_of((get_args(wanted) or (Any,))[0], frozenset, converter)


def _mapping(wanted: Any, converter: Converter) -> _Hook:
    key, item = get_args(wanted) or (Any, Any)
    from_object = mapping_structure_factory(wanted, converter)

    def read(data: Any, _: Any) -> Any:
        if type(data) is dict:
            return from_object(data, wanted)
        pairs = _list(data, list)
        return {converter.structure(k, key): converter.structure(v, item) for k, v in pairs}

    return read


def _dataclass(wanted: Any, converter: Converter) -> _Hook:
    from_object = make_dict_structure_fn(wanted, converter)

    def read(data: Any, _: Any) -> Any:
        return from_object(_object(data, dict), wanted)

    return read


def _arms(wanted: Any) -> tuple[Any, ...]:
    """The members of a union, through aliases and unions within."""
    if isinstance(wanted, TypeAliasType):
        return _arms(wanted.__value__)
    if _is_union(wanted):
        return tuple(arm for member in get_args(wanted) for arm in _arms(member))
    return (wanted,)


def _is_union(wanted: Any) -> bool:
    return get_origin(wanted) in (Union, UnionType)


def _union(wanted: Any, converter: Converter) -> _Hook:
    """Dataclasses by their tag; of the others the first that accepts, words of an enum before any text."""
    arms = _arms(wanted)
    tagged: dict[str, Any] = {_name(arm): arm for arm in arms if is_dataclass(arm)}
    others = [arm for arm in arms if arm is not NoneType and not is_dataclass(arm)]
    others.sort(key=lambda arm: not (isinstance(arm, type) and issubclass(arm, Enum)))
    only = next(iter(tagged.values())) if len(tagged) == 1 and not others else None

    def read(data: Any, _: Any) -> Any:
        if data is None and NoneType in arms:
            return None
        arm = only or (tagged.get(str(data.get(TAG))) if type(data) is dict else None)
        return converter.structure(data, arm) if arm else _first(data, others, converter)

    return read


def _first(data: Any, arms: list[Any], converter: Converter) -> Any:
    if len(arms) == 1:
        return converter.structure(data, arms[0])
    for arm in arms:
        try:
            return converter.structure(data, arm)
        except Exception:  # the next arm may fit; if none does, the error below names the value
            continue
    raise _refuse(data.get(TAG, "object") if type(data) is dict else data, "member of the union")


def _made() -> Converter:
    converter = Converter()
    converter.register_structure_hook(str, _exact(str))
    converter.register_structure_hook(bool, _exact(bool))
    converter.register_structure_hook(int, _int)
    converter.register_structure_hook(float, _float)

    def register(applies: Callable[[Any], bool], factory: Callable[[Any, Converter], _Hook]) -> None:
        converter.register_structure_hook_factory(applies, lambda wanted: factory(wanted, converter))

    register(lambda t: isinstance(t, type) and is_dataclass(t), _dataclass)
    register(lambda t: get_origin(t) is tuple, _tuple)
    register(lambda t: get_origin(t) in (frozenset, AbstractSet), _set)
    register(is_mapping, _mapping)
    register(_is_union, _union)
    return converter


_converter = _made()
# Nothing that was made plain holds itself.
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
