"""Evidence from a charger's discrete signals: whether a car is connected, and whether energy flows."""

from __future__ import annotations

from dataclasses import dataclass

from .card import UNAVAILABLE, CardReading
from .household import Role, Settings
from .profile import CarStatus
from .value import value


@dataclass(frozen=True, slots=True)
class Signals:
    """The last values of the discrete signals; None where one is unavailable or not mapped.

    `flowing`: the power is at or above the threshold. `metered`: every mapped counter can be read.
    """

    plug: bool | None = None
    locked: bool | None = None
    status: CarStatus | None = None
    flowing: bool | None = None
    card: CardReading = UNAVAILABLE
    metered: bool = True


@value
class Evidence:
    """Whether a car is connected (None: not known), and the seconds to wait before that is taken as true.

    `contradictory`: the signals disagree, so energy that arrives meanwhile cannot be given to a session yet.
    """

    connected: bool | None
    wait_s: float = 0.0
    contradictory: bool = True


def evidence(signals: Signals, settings: Settings) -> Evidence:
    """Weigh the signals: the plug before the car status, and power where neither is known."""
    plug = _plug(signals, settings)
    status = signals.status
    if plug is None and status is None:
        return _from_power(signals, settings)
    by_status = status is not CarStatus.IDLE
    if plug is not None and status is not None and plug is not by_status:
        return Evidence(plug, settings.options.debounce_s)
    connected = by_status if plug is None else plug
    return Evidence(connected, _lock_wait(connected, signals, settings))


def flow(signals: Signals) -> bool | None:
    """Return whether energy flows: by the status, or by power where no status is known; None: not known."""
    if signals.status is not None:
        return signals.status is CarStatus.CHARGING
    return signals.flowing


def _plug(signals: Signals, settings: Settings) -> bool | None:
    # A plug entity that is computed from the status reads "off" while the status is missing, and "on" in an error.
    follows = settings.charger.plug_follows_status and settings.charger.maps(Role.STATUS)
    if follows and signals.status is None:
        return None
    return signals.plug


def _lock_wait(connected: bool, signals: Signals, settings: Settings) -> float:
    lost = settings.charger.maps(Role.LOCK) and signals.locked is None
    if lost and not connected:
        return settings.options.debounce_s
    return 0.0


def _from_power(signals: Signals, settings: Settings) -> Evidence:
    charger = settings.charger
    if charger.maps(Role.PLUG) or charger.maps(Role.STATUS) or signals.flowing is None:
        return Evidence(None)
    if signals.flowing:
        return Evidence(True)
    return Evidence(False, settings.options.idle_timeout_s, contradictory=False)
