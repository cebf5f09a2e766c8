"""THE GRAPH: what stands behind a charger, in the order in which messages pass.

The supervisor, the inline runner (`tests/support/inline.py`), the diagnostics download and the architecture test all
read this one constant. The ingestor in front of it is a source, not an actor: it folds samples and queues none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .actors import debouncer, persistence, pricing, publisher, resolver, session, validator
from .actors.configured import Configured, Deadline, DomainStep, bound
from .domain.commits import Checkpoint, Commit
from .domain.household import Role, Settings
from .domain.messages import Announced, LiveView, Logged, Recorded
from .domain.moment import Moment
from .runtime.stage import OnFault, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One link of the chain: its step, the state that a checkpoint keeps, and what follows when a step raises."""

    name: str
    state: Callable[[], Any]
    step: DomainStep[Any]
    deadline: Deadline[Any] | None = None
    consumes: tuple[type, ...]
    produces: tuple[type, ...]
    on_fault: OnFault = OnFault.RESYNC
    salvage: Callable[[Any], tuple[Any, ...]] | None = None
    durable: bool = True
    resume: Callable[[Any, Moment, frozenset[Role]], Any] | None = None
    """The state of a checkpoint as it is gone on from: its time, and the roles that another entity has since."""


GRAPH: tuple[Actor, ...] = (
    Actor(
        name=debouncer.NAME,
        state=debouncer.STATE,
        step=debouncer.step,
        deadline=debouncer.deadline,
        consumes=debouncer.CONSUMES,
        produces=debouncer.PRODUCES,
    ),
    Actor(
        name=resolver.NAME,
        state=resolver.STATE,
        step=resolver.step,
        consumes=resolver.CONSUMES,
        produces=resolver.PRODUCES,
    ),
    Actor(
        name=session.NAME,
        state=session.STATE,
        step=session.step,
        deadline=session.deadline,
        consumes=session.CONSUMES,
        produces=session.PRODUCES,
        resume=session.resume,
    ),
    Actor(
        name=pricing.NAME,
        state=pricing.STATE,
        step=pricing.step,
        consumes=pricing.CONSUMES,
        produces=pricing.PRODUCES,
        on_fault=OnFault.PASS_ON,
        salvage=pricing.salvage,
    ),
    Actor(
        name=validator.NAME,
        state=validator.STATE,
        step=validator.step,
        consumes=validator.CONSUMES,
        produces=validator.PRODUCES,
        on_fault=OnFault.PASS_ON,
        salvage=validator.salvage,
        durable=False,
    ),
    Actor(
        name=persistence.NAME,
        state=persistence.STATE,
        step=persistence.step,
        deadline=persistence.deadline,
        consumes=persistence.CONSUMES,
        produces=persistence.PRODUCES,
        on_fault=OnFault.RESTART,
        durable=False,
    ),
    Actor(
        name=publisher.NAME,
        state=publisher.STATE,
        step=publisher.step,
        consumes=publisher.CONSUMES,
        produces=publisher.PRODUCES,
        on_fault=OnFault.PASS_ON,
        durable=False,
    ),
)

# What leaves the chain: the ledger is waited for, the rest is handed over at once.
EFFECTS: tuple[type, ...] = (Commit,)
EXITS: tuple[type, ...] = (LiveView, Announced, Recorded, Logged)

# The states that a checkpoint keeps, by actor.
CHECKPOINT_TYPES: Mapping[str, type] = {
    actor.name: actor.state for actor in GRAPH if actor.durable and isinstance(actor.state, type)
}


def stages(settings: Settings) -> tuple[Stage[Any], ...]:
    """The chain for one charger."""
    return tuple(_stage(actor, settings) for actor in GRAPH)


def restored(
    checkpoint: Checkpoint | None, settings: Settings, moved: frozenset[Role] = frozenset()
) -> dict[str, Configured[Any]]:
    """States to start from: those of a checkpoint, with the settings in force.

    `moved` are roles that another entity has since: what the former one said is left out.
    """
    if checkpoint is None:
        return {}
    resume = {actor.name: actor.resume for actor in GRAPH if actor.resume}
    cores = {
        name: resume[name](core, checkpoint.at, moved) if name in resume else core
        for name, core in checkpoint.states.items()
    }
    return {name: Configured(settings, core) for name, core in cores.items()}


def _stage(actor: Actor, settings: Settings) -> Stage[Any]:
    return Stage(
        name=actor.name,
        initial=lambda: Configured(settings, actor.state()),
        step=bound(actor.step, actor.deadline, last=actor is GRAPH[-1]),
        consumes=actor.consumes,
        produces=actor.produces,
        on_fault=actor.on_fault,
        salvage=actor.salvage,
    )
