"""What all our actors share: settings that are replaced as a whole, a core that the domain steps, and a wake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..domain.household import Settings
from ..domain.messages import ConfigurationChanged
from ..domain.moment import Moment
from ..domain.value import value
from ..runtime.messages import WakeAt, Woke

type DomainStep[T] = Callable[[T, Any, Settings], tuple[T, tuple[Any, ...]]]
type Deadline[T] = Callable[[T, Settings], float | None]


@value
class Configured[T]:
    """An actor's state: the settings in force, what the domain calls its state, and the wake that was asked for."""

    settings: Settings
    core: T
    due: float | None = None


type BoundStep[T] = Callable[[Configured[T], Any], tuple[Configured[T], tuple[Any, ...]]]


def bound[T](step: DomainStep[T], deadline: Deadline[T] | None = None, last: bool = False) -> BoundStep[T]:
    """Make an actor's step of a domain step.

    New settings are taken before the step sees them, and travel on before what it has to say about them.
    `deadline` tells when the state wants to be woken; it is repeated with each snapshot, because the wish
    of an earlier process is gone. `last`: nobody comes behind who would want the settings.
    """

    def take(state: Configured[T], message: Any) -> tuple[Configured[T], tuple[Any, ...]]:
        changed = type(message) is ConfigurationChanged
        settings = message.settings if changed else state.settings
        core, outputs = step(state.core, message, settings)
        if changed and not last:
            outputs = (message, *outputs)
        if deadline is None:
            return (state if core is state.core and not changed else Configured(settings, core)), outputs
        due = deadline(core, settings)
        if due != state.due or getattr(message, "snapshot", False):
            outputs = (*outputs, WakeAt(due))
        elif core is state.core and not changed:
            return state, outputs
        return Configured(settings, core, due), outputs

    return take


def moment_of(message: Woke) -> Moment:
    """When an actor was woken, in the domain's words; the runtime knows only the monotonic part of it."""
    if not isinstance(message.at, Moment):
        raise TypeError(f"woken at {message.at!r}, which is no moment of the house clock")
    return message.at


def stateless() -> tuple[()]:
    """The core of an actor that remembers nothing."""
    return ()
