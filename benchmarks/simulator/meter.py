"""The two counters of a go-e: `wh` since the car was connected, `eto` since the charger left the factory."""

from .power import PowerCurve
from .units import to_mwh


class Meter:
    """Both counters are computed from the power curve and always agree with it.

    `wh_step_mwh` and `eto_step_mwh` are their resolutions.
    """

    def __init__(self, eto_wh: int, *, wh_step_mwh: int = 1, eto_step_mwh: int = 1000) -> None:
        self._wh_step = wh_step_mwh
        self._eto_step = eto_step_mwh
        self._curve = PowerCurve(())
        self._eto_before_mj = eto_wh * 3_600_000
        self._wh_before_mj = 0

    def connect(self, curve: PowerCurve) -> None:
        """Connect a car; `wh` still shows the last car's energy until `reset`."""
        self._eto_before_mj += self._curve.total_mj
        self._wh_before_mj += self._curve.total_mj
        self._curve = curve

    def amend(self, curve: PowerCurve) -> None:
        """Use another power curve from now on. Up to now, `curve` must equal the present one."""
        self._curve = curve

    def reset(self) -> None:
        """Let `wh` count from the connection of the present car."""
        self._wh_before_mj = 0

    def watts(self, at_ms: int) -> int:
        """Return the power in watts at this time."""
        return self._curve.watts(at_ms)

    def wh(self, at_ms: int) -> int | float:
        """Return the session counter as the charger shows it (Wh)."""
        return _shown(self._wh_before_mj + self._curve.energy_mj(at_ms), self._wh_step)

    def eto(self, at_ms: int) -> int | float:
        """Return the total counter as the charger shows it (Wh)."""
        return _shown(self._eto_before_mj + self._curve.energy_mj(at_ms), self._eto_step)

    def counted_mwh(self, at_ms: int) -> int:
        """Return the rise of `wh` since the present car was connected (mWh), in the counter's resolution."""
        start = to_mwh(self._wh_before_mj) // self._wh_step
        return (to_mwh(self._wh_before_mj + self._curve.energy_mj(at_ms)) // self._wh_step - start) * self._wh_step


def _shown(mj: int, step_mwh: int) -> int | float:
    mwh = to_mwh(mj) // step_mwh * step_mwh
    if step_mwh % 1000 == 0:
        return mwh // 1000
    return mwh / 1000
