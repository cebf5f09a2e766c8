"""A clock that the test moves, and a view of a running session."""

from __future__ import annotations

from collections.abc import Callable

from custom_components.ev_charging_manager.adapters.clock import HouseClock
from custom_components.ev_charging_manager.domain.messages import Phase, Progress, Status
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.records import Identity, SessionRecord


class Clock(HouseClock):
    """A house clock that the test moves."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._timers: list[tuple[float, Callable[[], None]]] = []

    def now(self) -> Moment:
        return Moment(self.seconds, self.seconds)

    def call_later(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        timer = (self.seconds + seconds, action)
        self._timers.append(timer)
        return lambda: self._timers.remove(timer) if timer in self._timers else None

    def run_until(self, seconds: float) -> None:
        while due := [timer for timer in self._timers if timer[0] <= seconds]:
            timer = min(due, key=lambda timer: timer[0])
            self._timers.remove(timer)
            self.seconds = timer[0]
            timer[1]()
        self.seconds = seconds


def view(charger: str, at: float, mwh: int, user: str = "anna") -> Progress:
    record = SessionRecord(
        charger, charger, charger, 0.0, Identity(user_id=user), duration_s=100 + at, energy_mwh=10**6 + mwh
    )
    return Progress(Moment(at, at), Status.TRACKING, Phase.CHARGING, record, started=Moment(-100.0, -100.0))
