"""What a charger's discrete signals say about the cable and the flow."""

from __future__ import annotations

from dataclasses import dataclass

from .card import UNAVAILABLE, CardReading
from .household import Role, Settings
from .profile import CarStatus
from .value import value


@dataclass(frozen=True, slots=True)
class Signals:
    """The discrete signals as last read; None where one is unavailable or not mapped.

    `flowing` is power at or above the threshold. `metered`: every mapped counter can be read.
    """

    plug: bool | None = None
    locked: bool | None = None
    status: CarStatus | None = None
    flowing: bool | None = None
    card: CardReading = UNAVAILABLE
    metered: bool = True


@value
class Evidence:
    """Whether a car is connected as far as the signals tell, and how long to wait before it is believed.

    `contradictory`: the signals disagree, and what comes meanwhile cannot be placed yet.
    """

    connected: bool | None
    wait_s: float = 0.0
    contradictory: bool = True


def evidence(signals: Signals, settings: Settings) -> Evidence:
    """Weigh the signals, best first: plug, car status, power alone."""
    plug, status = _plug(signals, settings), signals.status
    if plug is None and status is None:
        return _from_power(signals, settings)
    connected = status is not CarStatus.IDLE if plug is None else plug
    if plug is not None and status is not None and plug is (status is CarStatus.IDLE):
        return Evidence(connected, settings.options.debounce_s)
    return Evidence(connected, _lock_wait(connected, signals, settings))


def flow(signals: Signals) -> bool | None:
    """Whether energy flows: by the status where it is known, else by power; None when nothing tells."""
    if signals.status is not None:
        return signals.status is CarStatus.CHARGING
    return signals.flowing


def _plug(signals: Signals, settings: Settings) -> bool | None:
    # A plug that is computed from the status reads "off" while the status is missing, and "on" in an error.
    follows = settings.charger.plug_follows_status and settings.charger.tells(Role.STATUS)
    return None if follows and signals.status is None else signals.plug


def _lock_wait(connected: bool, signals: Signals, settings: Settings) -> float:
    lost = settings.charger.tells(Role.LOCK) and signals.locked is None
    return settings.options.debounce_s if lost and not connected else 0.0


def _from_power(signals: Signals, settings: Settings) -> Evidence:
    charger = settings.charger
    if charger.tells(Role.PLUG) or charger.tells(Role.STATUS) or signals.flowing is None:
        return Evidence(None)
    if signals.flowing:
        return Evidence(True)
    return Evidence(False, settings.options.idle_timeout_s, contradictory=False)
