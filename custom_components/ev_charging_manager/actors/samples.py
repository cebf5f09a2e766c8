"""The numeric readings of one charger since they were last sealed: two counters and the power."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..domain.household import Role
from ..domain.metering.accumulator import CounterAccumulator
from ..domain.metering.fold import Fold, joined
from ..domain.metering.integrator import PowerIntegrator
from ..domain.moment import Moment


class Samples:
    """Folds readings where they arrive; `seal` returns the fold. Mutable, because hundreds may arrive each second."""

    def __init__(
        self, max_power_w: float, since: Moment, on_sample: Callable[[float], None], crossed: Callable[[bool], None]
    ) -> None:
        """Start without readings.

        `on_sample` is called with the monotonic second of the first reading after each seal. `crossed` is called with
        whether power flows when it passes the threshold.
        """
        self.session = CounterAccumulator(max_power_w, on_sample)
        self.total = CounterAccumulator(max_power_w, on_sample)
        self.power = PowerIntegrator(max_power_w, on_sample, crossed)
        self.unreadable = 0
        self._since = since
        self._reported = 0
        self._kept: Fold | None = None

    def counter(self, role: Role) -> CounterAccumulator:
        """Return the accumulator of a counter's role."""
        if role is Role.TOTAL_ENERGY:
            return self.total
        return self.session

    @property
    def rejected(self) -> int:
        """The number of readings that were ignored as impossible."""
        return self.session.rejected + self.total.rejected + self.power.rejected + self.unreadable

    def seal(self, at: Moment) -> Fold | None:
        """Return the readings since the last seal, after those that were kept; None where there are none."""
        since, self._since = self._since, at
        session = self.session.seal()
        total = self.total.seal()
        power = self.power.seal(at.mono)
        rejected = self.rejected - self._reported
        self._reported += rejected
        kept, self._kept = self._kept, None
        if session is None and total is None and power is None and not rejected:
            return kept
        return joined(kept, Fold(since, at, session, total, power, rejected))

    def keep(self, *folds: Fold | None) -> None:
        """Keep sealed readings that could not be sent; the next seal returns them first."""
        for fold in folds:
            self._kept = joined(self._kept, fold)

    def snapshot(self, at: Moment) -> Fold:
        """Return the readings since the last seal, and the present value of each counter that had none."""
        fold = self.seal(at) or Fold(self._since, at)
        return replace(
            fold,
            session=fold.session or self.session.standing(),
            total=fold.total or self.total.standing(),
        )
