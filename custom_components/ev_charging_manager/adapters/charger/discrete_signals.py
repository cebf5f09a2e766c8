"""Listeners for the discrete signals of a charger: status, plug, lock and card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_DEVICE_CLASS, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, State, callback

from ... import const
from ...actors.ingestor import Ingestor
from ...domain.card import UNAVAILABLE
from ...domain.household import Role
from ...domain.profile import Profile
from ..configuration import profile_of
from ..state_parsers import card_reader, lock_reader, plug, status_reader

type StateListener = Callable[[Event[EventStateChangedData]], None]
type Receiver = Callable[[State | None], Any]


def discrete_listener(role: Role, charger: ConfigSubentry, ingestor: Ingestor) -> StateListener:
    """Return a listener that reads the states of a role's entity into the ingestor."""
    receive = _receiver(role, charger, ingestor)

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        receive(event.data["new_state"])

    return changed


def _receiver(role: Role, charger: ConfigSubentry, ingestor: Ingestor) -> Receiver:
    profile = profile_of(charger)
    match role:
        case Role.STATUS:
            read_status = status_reader(profile, charger.data.get(const.CONF_CHARGING_WORDS) or ())
            return _read_text(read_status, ingestor.status, None)
        case Role.PLUG:
            return _read_text(plug, ingestor.plug, None)
        case Role.CARD:
            return _read_text(card_reader(profile, charger.subentry_id), ingestor.card, UNAVAILABLE)
        case Role.LOCK:
            return _lock_receiver(profile, ingestor)
        case _:
            return lambda state: None


def _read_text[T](read: Callable[[str], T], receive: Callable[[T], Any], missing: T) -> Receiver:
    """Return a receiver that converts the text of a state; `missing` stands for an entity without a state."""

    def read_text(state: State | None) -> None:
        receive(missing if state is None else read(state.state))

    return read_text


def _lock_receiver(profile: Profile, ingestor: Ingestor) -> Receiver:
    readers = {inverted: lock_reader(profile, inverted) for inverted in (False, True)}

    def read_lock(state: State | None) -> None:
        if state is None or state.state == STATE_UNAVAILABLE:
            ingestor.lock(None)
            return
        inverted = state.attributes.get(ATTR_DEVICE_CLASS) == BinarySensorDeviceClass.LOCK
        ingestor.lock(readers[inverted](state.state))

    return read_lock
