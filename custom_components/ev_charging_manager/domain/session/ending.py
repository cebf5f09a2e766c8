"""The end of a session after the plug went off: confirmed, or still open because the plug may come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from ..moment import Moment
from ..records import Identity
from .windows import Windows

# A reset or a card within this time after the plug came back shows that another car was plugged in.
WATCH_S = 60.0


class ClosingKind(Enum):
    """Why a session waits for its end."""

    GRACE = auto()
    """The plug reads off but the lock reads locked: a glitch, or the driver has not pulled the cable yet."""
    SETTLE = auto()
    """The session is over; a last counter reading may still arrive."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A session that waits for its end. `ended`: when the plug went off. `deadline`: in monotonic seconds.

    `began_again`: the session counter was reset meanwhile, so if the plug comes back, another car is plugged in.
    `grace_until`: the session settles because a lock that read locked became unavailable; once the lock reads locked
    again, grace continues until then (monotonic seconds).
    """

    kind: ClosingKind
    ended: Moment
    deadline: float
    began_again: bool = False
    grace_until: float | None = None

    @property
    def confirmed(self) -> bool:
        """Whether the end is final."""
        return self.kind is ClosingKind.SETTLE and self.grace_until is None

    def lock(self, locked: bool | None, mono: float, debounce_s: float) -> Closing:
        """Note the lock's state while the plug is off; an unavailable lock counts as none after the debounce."""
        if self.confirmed or (locked is None and self.kind is ClosingKind.SETTLE):
            return self
        grace_until = self.deadline
        if self.grace_until is not None:
            grace_until = self.grace_until
        if locked:
            return replace(self, kind=ClosingKind.GRACE, deadline=grace_until, grace_until=None)
        settling = replace(self, kind=ClosingKind.SETTLE, deadline=mono + debounce_s, grace_until=None)
        if locked is None:
            return replace(settling, grace_until=grace_until)
        return settling


@dataclass(frozen=True, slots=True)
class Resumed:
    """The session at the moment its plug came back within the grace time. `ended`: when the plug had gone off."""

    ended: Moment
    at: Moment
    energy_mwh: int
    windows: Windows


def other_driver(candidate: Identity, present: Identity, energy_mwh: int) -> bool:
    """Return whether a tapped card names another driver than the session's present one.

    A session without a card and without energy is probably waiting for exactly this card.
    """
    if not present.known and present.card is None and energy_mwh == 0:
        return False
    if not present.known and not candidate.known:
        return present.card != candidate.card
    return (candidate.user_id, candidate.vehicle_id) != (present.user_id, present.vehicle_id)
