"""The graph: the actors behind a charger, in the order in which messages pass them.

A charger's samples enter at the ingestor, which feeds the first actor. What an actor does, and which messages it takes
and emits, is in its module in `actors/`. Four kinds of messages leave the chain to Home Assistant (`LiveView`,
`Announced`, `Recorded`, `Logged`), and `Commit` leaves it to the ledger, which answers.

The supervisor, the tests' inline runner, the diagnostics download and the architecture test all read `GRAPH`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .actors import debouncer, persistence, pricing, publisher, resolver, session, validator
from .actors.actor import Actor, Configured, bound
from .domain.commits import Checkpoint
from .domain.household import Role, Settings
from .runtime.stage import OnFault, Stage


@dataclass(frozen=True, slots=True)
class Place:
    """An actor's place in the chain: what follows when its step fails, and whether a checkpoint keeps its state."""

    actor: Actor
    on_fault: OnFault
    kept: bool


GRAPH: tuple[Place, ...] = (
    # Evidence: after a fault the ingestor repeats all signals and counters.
    Place(debouncer.ACTOR, OnFault.RESYNC, kept=True),
    Place(resolver.ACTOR, OnFault.RESYNC, kept=True),
    Place(session.ACTOR, OnFault.RESYNC, kept=True),
    # Bills: where the cost or the deviation cannot be computed, the session goes on without it.
    Place(pricing.ACTOR, OnFault.PASS_ON, kept=True),
    Place(validator.ACTOR, OnFault.PASS_ON, kept=False),
    # After a fault here the next checkpoint would cover records that were never written.
    Place(persistence.ACTOR, OnFault.RESTART, kept=False),
    Place(publisher.ACTOR, OnFault.PASS_ON, kept=False),
)

CHECKPOINT_TYPES: Mapping[str, type] = {
    place.actor.name: place.actor.state for place in GRAPH if place.kept and isinstance(place.actor.state, type)
}
"""The type of each state that a checkpoint keeps, by actor."""


def stages(settings: Callable[[], Settings]) -> tuple[Stage[Any], ...]:
    """Return the chain for one charger. `settings` returns those in force whenever the chain starts or restarts."""
    return tuple(_stage(place, settings) for place in GRAPH)


def restored(
    checkpoint: Checkpoint | None, settings: Settings, moved: frozenset[Role] = frozenset()
) -> dict[str, Configured[Any]]:
    """Return the states to start from, by actor: those of the checkpoint, with the settings in force.

    `moved` are the roles that another entity has since the checkpoint; the former entity's values are left out.
    """
    if checkpoint is None:
        return {}
    resumed = {
        place.actor.name: place.actor.resume(checkpoint.states[place.actor.name], checkpoint.at, moved)
        for place in GRAPH
        if place.actor.resume and place.actor.name in checkpoint.states
    }
    return {name: Configured(settings, core) for name, core in (dict(checkpoint.states) | resumed).items()}


def _stage(place: Place, settings: Callable[[], Settings]) -> Stage[Any]:
    actor = place.actor
    return Stage(
        name=actor.name,
        initial=lambda: Configured(settings(), actor.state()),
        step=bound(actor, last=place is GRAPH[-1]),
        consumes=actor.consumes,
        produces=actor.produces,
        on_fault=place.on_fault,
        salvage=actor.salvage,
    )
