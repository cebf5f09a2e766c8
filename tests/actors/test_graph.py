"""The messages and states of the actors agree with the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from custom_components.ev_charging_manager.actors.actor import Configured
from custom_components.ev_charging_manager.pipeline import CHECKPOINT_TYPES, GRAPH
from custom_components.ev_charging_manager.runtime.stage import Stage

from ..domain.household import ANNAS_SLOT, BEN, STRANGERS_SLOT, mapped
from .driver import Charger


class Watcher:
    """Records which messages each actor emits."""

    def __init__(self) -> None:
        self.made: dict[str, set[type]] = {place.actor.name: set() for place in GRAPH}

    def wrap(self, chain: Sequence[Stage[Any]]) -> Sequence[Stage[Any]]:
        """Return the chain with every actor watched."""
        return tuple(self._watched(stage) for stage in chain)

    def _watched(self, stage: Stage[Any]) -> Stage[Any]:
        step = stage.step

        def seen(state: Any, message: Any) -> Any:
            state, outputs = step(state, message)
            self.made[stage.name] |= {type(output) for output in outputs}
            return state, outputs

        return replace(stage, step=seen)


def test_no_actor_emits_a_message_that_the_graph_does_not_list() -> None:
    watcher = Watcher()
    charger = Charger(wrap=watcher.wrap)
    charger.ledger.fail = 1
    charger.plug_in(card=STRANGERS_SLOT)
    charger.charge(1.0)
    charger.configure(mapped(charger.settings, STRANGERS_SLOT, BEN))
    charger.advance(600)
    charger.leave()
    charger.crash()
    charger.plug_in(card=ANNAS_SLOT)
    charger.start()
    charger.leave()
    for place in GRAPH:
        made, actor = watcher.made[place.actor.name], place.actor
        assert made <= set(actor.produces), actor.name
        assert made, actor.name
    assert charger.runner.unhandled == {}


def test_every_state_that_a_checkpoint_keeps_survives_the_disk() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.plug(False)
    charger.runner.marker()
    cores = {name: held.core for name, held in charger.runner.states().items()}
    checkpoint = charger.ledger.checkpoint()
    assert checkpoint is not None
    kept = checkpoint.states
    assert kept.keys() == CHECKPOINT_TYPES.keys()
    assert all(kept[name] == cores[name] for name in kept)


def test_a_record_is_one_row_from_its_start_to_its_end() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    started = set(charger.ledger.sessions)
    charger.charge(1.0)
    charger.leave()
    assert set(charger.ledger.sessions) == started


def test_messages_and_states_are_declared_frozen() -> None:
    # `value` makes a class frozen for mypy only; at run time it has a hash over all fields instead.
    kinds = {kind for place in GRAPH for kind in (*place.actor.consumes, *place.actor.produces)} | {Configured}
    kinds |= {kind for place in GRAPH if isinstance(kind := place.actor.state, type)}
    declared: dict[str, Any] = {kind.__name__: getattr(kind, "__dataclass_params__", None) for kind in kinds}
    guarded = {name: params is not None and (params.frozen or params.unsafe_hash) for name, params in declared.items()}
    assert [name for name, frozen in guarded.items() if not frozen] == []
