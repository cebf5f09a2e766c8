"""Conversion of domain values to JSON text and back.

The text of a dataclass contains the name of its class, which selects the member of a union when the text is read.
Reading tolerates other releases: an unknown key is ignored and a missing key takes the field's default. It is strict
about values: a string is never read as a number, nor a number as a string.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Set as AbstractSet
from dataclasses import is_dataclass
from enum import Enum
from fractions import Fraction
from types import GenericAlias, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from cattrs import Converter, transform_error
from cattrs.cols import is_mapping, mapping_structure_factory
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from .errors import CodecError

TAG = "$type"

type _Read = Callable[[Any, Any], Any]
"""Takes JSON data and the wanted type."""
type _Write = Callable[[Any], Any]


def encode(value: Any) -> str:
    """Return a domain value as JSON text. Equal values give equal text. Raises `CodecError` for an unsuitable type."""
    try:
        return _encoder.encode(plain(value))
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise CodecError(f"{type(value).__name__} cannot be stored as JSON: {error}") from error


def decode(text: str, wanted: Any) -> Any:
    """Return the value of the type `wanted` (a class, alias or union) in JSON text; raises `CodecError`."""
    return structure(parsed(text), wanted)


def parsed(text: str) -> Any:
    """Return the data in JSON text; raises `CodecError`."""
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise CodecError(f"The text is not JSON: {error}") from error


def parsed_object(text: str) -> dict[str, Any]:
    """Return the object in JSON text; raises `CodecError` for every other content."""
    data = parsed(text)
    if type(data) is not dict:
        raise CodecError(f"The text is a JSON {type(data).__name__}, not a JSON object")
    return data


def plain(value: Any) -> Any:
    """Return a domain value as data for JSON; an unsuitable value is returned as it is."""
    return _converter.unstructure(value)


def structure(data: Any, wanted: Any) -> Any:
    """Return the value of the type `wanted` in JSON data; raises `CodecError` with the paths of the wrong fields."""
    try:
        return _converter.structure(data, wanted)
    except Exception as error:  # a stored row can contain anything: a disk, a newer release or a person changed it
        name = getattr(wanted, "__name__", wanted)
        raise CodecError(f"{name}: {'; '.join(transform_error(error)[:3])}") from error


def _only(kind: type, read: _Read = lambda data, wanted: wanted(data)) -> _Read:
    """Refuse data of every other JSON type. cattrs would iterate the letters of a string and find no key in a list."""

    def checked(data: Any, wanted: Any) -> Any:
        if type(data) is not kind:
            raise ValueError(f"{type(data).__name__} instead of {kind.__name__}")
        return read(data, wanted)

    return checked


def _read_int(data: Any, wanted: Any) -> Any:
    if type(data) is float and data.is_integer():
        return wanted(int(data))
    return _read_exact_int(data, wanted)


def _read_float(data: Any, _: Any) -> float:
    if type(data) not in (int, float):
        raise ValueError(f"{type(data).__name__} instead of float")
    return float(data)


def _dataclass_reader(wanted: Any) -> _Read:
    return _only(dict, make_dict_structure_fn(wanted, _converter))


def _list_reader(wanted: Any) -> _Read:
    """Read a set, or a tuple of items of one type."""
    make = get_origin(wanted)
    if make is AbstractSet:
        make = frozenset
    items: Any = GenericAlias(list, get_args(wanted)[:1])
    read = _converter.get_structure_hook(items)
    return _only(list, lambda data, _: make(read(data, items)))


def _fixed_reader(wanted: Any) -> _Read:
    """Read a tuple that has a type for each item."""
    kinds = get_args(wanted)
    read = _converter.structure
    return _only(list, lambda data, _: tuple(read(item, kind) for item, kind in zip(data, kinds, strict=True)))


def _mapping_reader(wanted: Any) -> _Read:
    """Read an object, or a list of pairs."""
    read_object = mapping_structure_factory(wanted, _converter)
    pairs: Any = GenericAlias(tuple, (GenericAlias(tuple, get_args(wanted)), ...))

    def read(data: Any, _: Any) -> Any:
        if type(data) is dict:
            return read_object(data, wanted)
        return dict(_converter.structure(data, pairs))

    return read


def _union_reader(wanted: Any) -> _Read:
    """Read a dataclass by its tag; of other types the first that fits, an enum before `str`."""
    members = sorted(get_args(wanted), key=lambda member: not _is_enum(member))
    tagged: dict[str, Any] = {member.__name__: member for member in members if _is_dataclass(member)}
    others = [member for member in members if member is not NoneType and not _is_dataclass(member)]

    def read(data: Any, _: Any) -> Any:
        if data is None and NoneType in members:
            return None
        if type(data) is dict and data.get(TAG) in tagged:
            return _converter.structure(data, tagged[data[TAG]])
        return _first(data, others)

    return read


def _first(data: Any, members: list[Any]) -> Any:
    for member in members:
        try:
            return _converter.structure(data, member)
        except Exception:  # the next member can fit
            continue
    raise ValueError("no member of the union fits")


def _is_dataclass(kind: Any) -> bool:
    return isinstance(kind, type) and is_dataclass(kind)


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _is_list(wanted: Any) -> bool:
    kind = get_origin(wanted)
    return kind in (frozenset, AbstractSet) or (kind is tuple and Ellipsis in get_args(wanted))


def _is_fixed(wanted: Any) -> bool:
    return get_origin(wanted) is tuple and Ellipsis not in get_args(wanted)


def _is_union(wanted: Any) -> bool:
    return get_origin(wanted) in (Union, UnionType) and len(set(get_args(wanted)) - {NoneType}) > 1


def _dataclass_writer(kind: Any) -> _Write:
    write = make_dict_unstructure_fn(kind, _converter)
    return lambda value: {TAG: kind.__name__, **write(value)}


def _write_mapping(value: Mapping[Any, Any]) -> Any:
    """Write an object if all keys are strings, else a list of pairs: JSON would convert the keys to strings."""
    write = _converter.unstructure
    if all(isinstance(key, str) for key in value):
        return {write(key): write(item) for key, item in value.items()}
    return [[write(key), write(item)] for key, item in value.items()]


_read_exact_int = _only(int)
_read_fraction = _only(str, lambda data, _: Fraction(data))
_converter = Converter(unstruct_collection_overrides={AbstractSet: lambda items: sorted(items, key=repr)})
for _kind, _read in {str: _only(str), bool: _only(bool), int: _read_int, float: _read_float}.items():
    _converter.register_structure_hook(_kind, _read)
# A tariff's VAT, as "5/4".
_converter.register_structure_hook(Fraction, _read_fraction)
_converter.register_unstructure_hook(Fraction, str)
for _applies, _reader in (
    (_is_dataclass, _dataclass_reader),
    (_is_list, _list_reader),
    (_is_fixed, _fixed_reader),
    (is_mapping, _mapping_reader),
    (_is_union, _union_reader),
):
    _converter.register_structure_hook_factory(_applies, _reader)
_converter.register_unstructure_hook_factory(_is_dataclass, _dataclass_writer)
_converter.register_unstructure_hook_func(is_mapping, _write_mapping)
# A value that was converted does not contain itself.
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
