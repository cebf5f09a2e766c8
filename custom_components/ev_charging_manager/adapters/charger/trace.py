"""Text of messages for the debug log: types and the fields that differ from their defaults, without private data.

A line of the log must explain a decision, for example why a session has no user. It contains no name, no card and no
host: fields that hold one show a placeholder, and the result is redacted like the texts in the diagnostics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any

from homeassistant.components.diagnostics import REDACTED

from ...domain.commits import Checkpoint, OutboxEntry
from ...domain.household import Settings
from ...domain.messages import Announced, Progress
from ...domain.metering.fold import CounterFold, PowerFold
from ...domain.moment import Moment
from ...domain.records import Identity, SessionRecord
from ...runtime.messages import Marker
from ..redaction import Redact

# Fields that hold a card, a name, or a text that may contain one. Their texts and mappings are never shown.
_PRIVATE = frozenset({"card", "key", "text", "user_name", "vehicle_name", "charger_name", "person", "payload"})
# Bulky values: only these fields are shown.
_SHOWN: Mapping[type, frozenset[str]] = {
    Announced: frozenset({"name", "entry_id"}),
    Checkpoint: frozenset({"at"}),
    Marker: frozenset({"at"}),
    OutboxEntry: frozenset({"kind", "session_id", "entry_id"}),
    Progress: frozenset({"status", "phase", "power_w", "flowing", "available", "chosen"}),
    SessionRecord: frozenset(
        {"session_id", "identity", "energy_mwh", "outcome", "data_gap", "reconstructed", "faulted", "deviation_pct"}
    ),
    Settings: frozenset(),
}
# These fields explain why a session has a user or none, and are shown even if they have their defaults.
_ALWAYS_SHOWN: Mapping[type, frozenset[str]] = {Identity: frozenset({"identified_by", "unknown_reason"})}
# Elements of a sequence that are shown; of a longer sequence only the length.
_MOST_ELEMENTS = 3


def describer(redact: Redact) -> Callable[[Any], str]:
    """Return a function that describes a message in one line and redacts the result."""

    def describe(message: Any) -> str:
        return redact(described(message))

    return describe


def described(value: Any) -> str:
    """Return a value as text, without the values of private fields. Names in other fields are not redacted yet."""
    match value:
        case Moment():
            return f"{value.mono:.1f} s"
        case CounterFold() | PowerFold():
            return _reading(value)
        case Enum():
            return str(value.value)
        case float():
            return f"{value:.6g}"
        case Mapping():
            return f"<{len(value)} entries>"
        case list() | tuple() | Set():
            return _elements(tuple(value))
        case _ if is_dataclass(value):
            return f"{type(value).__name__}({', '.join(_fields(value))})"
        case _:
            return repr(value)


def _reading(fold: CounterFold | PowerFold) -> str:
    """Return what a counter or a power sensor measured, in mWh and W."""
    if isinstance(fold, PowerFold):
        return f"{described(fold.last_w)} W"
    notes = [f"+{fold.rise} to {fold.last} mWh"]
    if fold.resets:
        notes.append(f"{fold.resets} resets")
    if fold.gaps:
        notes.append(f"{fold.gaps} gaps")
    return ", ".join(notes)


def _elements(elements: Sequence[Any]) -> str:
    if len(elements) > _MOST_ELEMENTS:
        return f"<{len(elements)} entries>"
    return f"[{', '.join(described(element) for element in elements)}]"


def _fields(value: Any) -> Iterator[str]:
    always = _ALWAYS_SHOWN.get(type(value), frozenset[str]())
    for field in _shown_fields(type(value)):
        content = getattr(value, field.name)
        if content == _default(field) and field.name not in always:
            continue
        if field.name in _PRIVATE and isinstance(content, str | Mapping):
            yield f"{field.name}={REDACTED}"
        else:
            yield f"{field.name}={described(content)}"


def _shown_fields(kind: type[Any]) -> tuple[Field[Any], ...]:
    names = _SHOWN.get(kind)
    if names is None:
        return fields(kind)
    return tuple(field for field in fields(kind) if field.name in names)


def _default(field: Field[Any]) -> Any:
    """Return the default of a field; MISSING, which equals no content, if it has none."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default
