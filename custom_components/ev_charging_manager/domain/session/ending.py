"""A session that may be over: the plug is off, and either the end is confirmed or it may still come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from ..moment import Moment
from ..records import Identity
from .windows import Windows

# How long after the plug came back a reset or a card still tells that it was another car all the time.
WATCH_S = 60.0


class ClosingKind(Enum):
    """Why a session waits to be over."""

    GRACE = auto()
    """The plug is off but the lock reads locked: a glitch, or a driver whose cable is not out yet."""
    SETTLE = auto()
    """It is over; a last counter value may still arrive."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A session that waits to be over. `ended`: when the plug went off; `deadline` in monotonic seconds.

    `began_again`: the session counter was reset meanwhile, so that a plug which comes back is another car's.
    `grace_until`: it settles because a lock that read locked went away; when that comes back, grace runs on until then.
    """

    kind: ClosingKind
    ended: Moment
    deadline: float
    began_again: bool = False
    grace_until: float | None = None

    @property
    def confirmed(self) -> bool:
        """Whether nothing can take the end back."""
        return self.kind is ClosingKind.SETTLE and self.grace_until is None

    def lock(self, locked: bool | None, mono: float, debounce_s: float) -> Closing:
        """What the lock says while the plug is off; one that is away counts as none after the debounce."""
        if self.confirmed or (locked is None and self.kind is ClosingKind.SETTLE):
            return self
        grace_until = self.deadline if self.grace_until is None else self.grace_until
        if locked:
            return replace(self, kind=ClosingKind.GRACE, deadline=grace_until, grace_until=None)
        until = mono + debounce_s
        return replace(
            self, kind=ClosingKind.SETTLE, deadline=until, grace_until=grace_until if locked is None else None
        )


@dataclass(frozen=True, slots=True)
class Resumed:
    """A session whose plug came back while grace ran, as it stood when the plug had gone off."""

    ended: Moment
    at: Moment
    energy_mwh: int
    windows: Windows


def other_driver(candidate: Identity, present: Identity, energy_mwh: int) -> bool:
    """Whether a tap tells that somebody else is charging than so far.

    A session without a card that received nothing yet is more likely waiting for this very card.
    """
    if not present.known and present.card is None and energy_mwh == 0:
        return False
    if not present.known and not candidate.known:
        return present.card != candidate.card
    return (candidate.user_id, candidate.vehicle_id) != (present.user_id, present.vehicle_id)
