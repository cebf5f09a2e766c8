"""Fast motion: one mapping from wall time to house time, the same in all processes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FastMotion:
    """House time is `house_origin` at the wall time `wall_origin` (epoch seconds) and runs `rate` times as fast."""

    rate: float
    wall_origin: float
    house_origin: float

    def environment(self) -> dict[str, str]:
        """Return the environment variables for the integration."""
        values = (self.rate, self.wall_origin, self.house_origin)
        return {"EV_CHARGING_MANAGER_FAST_MOTION": ",".join(map(repr, values))}

    def arguments(self) -> list[str]:
        """Return the command-line options for the simulator."""
        return [
            f"--speed={self.rate!r}",
            f"--wall-origin={self.wall_origin!r}",
            f"--clock-origin={self.house_origin!r}",
        ]
