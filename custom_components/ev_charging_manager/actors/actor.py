"""The description of an actor, and the runtime step that is made of its domain step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAliasType, get_args

from ..domain.household import Role, Settings
from ..domain.messages import ConfigurationChanged
from ..domain.moment import Moment
from ..domain.value import value
from ..runtime.messages import WakeAt, Woke

type DomainStep[T] = Callable[[T, Any, Settings], tuple[T, tuple[Any, ...]]]
"""Takes state, message and settings; returns the new state and the messages that follow."""
type Deadline[T] = Callable[[T, Settings], float | None]
"""Returns the monotonic second at which the actor must be woken; None: it need not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One actor, as its module describes it.

    `state` makes the initial state. `consumes` and `produces` are the exact message types that `step` takes and
    returns; a module derives them from the unions in the step's signature (`kinds`), so that mypy checks both.
    """

    name: str
    state: Callable[[], Any]
    step: DomainStep[Any]
    consumes: tuple[type, ...]
    produces: tuple[type, ...]
    deadline: Deadline[Any] | None = None
    salvage: Callable[[Any], tuple[Any, ...]] | None = None
    """Returns what goes on instead of a message that made the step fail (`OnFault.PASS_ON`)."""
    resume: Callable[[Any, Moment, frozenset[Role]], Any] | None = None
    """Returns the state to start from; takes a checkpoint's state, its time, and the roles that another entity has."""
    edited: Callable[[Any, Moment, Settings, Settings], Any] | None = None
    """Returns the state for an edit at a time; takes the settings before and after it, before the step does."""
    holds: Callable[[Any], bool] | None = None
    """Whether the state holds back evidence. Edited settings then wait behind it."""


def kinds(union: TypeAliasType) -> tuple[type, ...]:
    """Return the message types of a `type X = A | B` alias, in its order."""
    return get_args(union.__value__)


@value
class Configured[T]:
    """An actor's runtime state.

    `core` is the state that the domain steps, the only part that a checkpoint keeps. `due` is the wake that was last
    asked for, in monotonic seconds. `edit` waits until the evidence from before it has been let through.
    """

    settings: Settings
    core: T
    due: float | None = None
    edit: ConfigurationChanged | None = None


type BoundStep[T] = Callable[[Configured[T], Any], tuple[Configured[T], tuple[Any, ...]]]


def bound(actor: Actor, last: bool = False) -> BoundStep[Any]:
    """Return the runtime step of an actor. `last`: no actor follows to which new settings must be passed on."""
    step, deadline, holds = actor.step, actor.deadline, actor.holds or _never

    def take(state: Configured[Any], message: Any) -> tuple[Configured[Any], tuple[Any, ...]]:
        if type(message) is ConfigurationChanged:
            if holds(state.core):
                return replace(state, edit=message), ()
            return _edited(actor, state, message, last)
        state, outputs = handle(state, message)
        if state.edit is None or holds(state.core):
            return state, outputs
        state, more = _edited(actor, state, state.edit, last)
        return state, (*outputs, *more)

    def handle(state: Configured[Any], message: Any) -> tuple[Configured[Any], tuple[Any, ...]]:
        core, outputs = step(state.core, message, state.settings)
        due = deadline(core, state.settings) if deadline else None
        # A snapshot repeats the wake: one that an earlier process asked for is gone.
        if due != state.due or (deadline and getattr(message, "snapshot", False)):
            outputs = (*outputs, WakeAt(due))
        elif core is state.core:
            return state, outputs
        return Configured(state.settings, core, due, state.edit), outputs

    return take


def _edited(
    actor: Actor, state: Configured[Any], edit: ConfigurationChanged, last: bool
) -> tuple[Configured[Any], tuple[Any, ...]]:
    """Take new settings. They travel on before the messages that follow from them."""
    core = state.core
    if actor.edited:
        core = actor.edited(core, edit.at, state.settings, edit.settings)
    core, outputs = actor.step(core, edit, edit.settings)
    due = actor.deadline(core, edit.settings) if actor.deadline else None
    if not last:
        outputs = (edit, *outputs)
    if due != state.due:
        outputs = (*outputs, WakeAt(due))
    return Configured(edit.settings, core, due), outputs


def moment_of(message: Woke) -> Moment:
    """Return the moment of a wake. Raises TypeError where the clock is not the house clock."""
    if not isinstance(message.at, Moment):
        raise TypeError(f"woken at {message.at!r}, which is no moment of the house clock")
    return message.at


def stateless() -> tuple[()]:
    """Return the state of an actor that remembers nothing."""
    return ()


def _never(core: Any) -> bool:
    return False
