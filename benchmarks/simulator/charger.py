"""The state of a go-e: the values of its keys at each house time, and the keys that change."""

from collections import deque
from dataclasses import dataclass, replace

from .meter import Meter
from .noise import seed_number, unit
from .plan import Act, Plan, Signal
from .protocol.cards import card_status
from .protocol.keys import refusal, resting_status
from .settings import ChargerSettings
from .units import Json, Status, to_mwh

_FLOOD_WATTS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """The changes of one moment. `unplugged` is the visit that ended at this moment."""

    at_ms: int
    changes: Status
    unplugged: Plan | None = None


class Charger:
    """Plays the signals of one visit after the other, and a grid of samples between them.

    Samples are `period_ms` apart while power flows, with `flood` always. The grid is aligned to the start in house
    time, so that a delay of the process does not move the samples.
    """

    def __init__(self, settings: ChargerSettings, seed: int, period_ms: float) -> None:
        self.settings = settings
        self.meter = Meter(settings.eto_wh, wh_step_mwh=settings.wh_step_mwh, eto_step_mwh=settings.eto_step_mwh)
        self.plan: Plan | None = None
        self._cards = {each.slot: each for each in settings.cards}
        self._noise = seed_number(f"{seed}/{settings.serial}/noise")
        self._phases = 3
        self._period_ms = period_ms
        self._start_ms: int | None = None
        self._at_ms = 0
        self._samples = 0
        self._coming: deque[Signal] = deque()
        self._leaving: deque[Signal] = deque()
        self._status = resting_status(settings) | card_status(settings.firmware_major(), self._cards)
        self._status |= self._readings(0, None)

    @property
    def status(self) -> Status:
        """All keys as sent last. The dictionary changes later; copy it to keep it."""
        return self._status

    @property
    def connected(self) -> bool:
        """Whether a car is plugged in."""
        return self._status["car"] != 1

    @property
    def begun(self) -> bool:
        """Whether the first signal of the present plan was sent."""
        return self.plan is not None and (not self._coming or self._coming[0] is not self.plan.signals[0])

    def start(self, at_ms: int) -> None:
        """Start the grid of samples at this time."""
        self._start_ms = self._at_ms = at_ms

    def take(self, plan: Plan) -> None:
        """Take the next visit. The remaining unlock signals of the last visit are sent before its first signal."""
        self.plan = plan
        self._coming = deque(plan.signals)

    def amend(self, plan: Plan) -> None:
        """Replace the present plan by one that is equal in all signals sent so far."""
        assert self.plan is not None, "there is nothing to amend"
        shown = len(self.plan.signals) - len(self._coming)
        self.plan = plan
        self._coming = deque(plan.signals[shown:])
        self.meter.amend(plan.curve)

    def drop(self) -> Plan | None:
        """Remove and return a plan that has not begun."""
        plan, self.plan = self.plan, None
        self._coming.clear()
        return plan

    def due_ms(self) -> int | None:
        """Return the time of the next event, None if it needs a new visit."""
        times = (self._leaving_ms(), self._coming[0].at_ms if self._coming else None, self._sample_ms())
        return min((each for each in times if each is not None), default=None)

    def step(self) -> Step:
        """Play everything that is due at `due_ms` and return it. Signals of the same moment are one push."""
        at_ms = self.due_ms()
        assert at_ms is not None, "nothing is due"
        sample = self._samples if self._sample_ms() == at_ms else None
        left = self._leaving_ms() == at_ms
        self._at_ms = at_ms
        keys: Status = {}
        unplugged: Plan | None = None
        while left and self._leaving and self._leaving_ms() == at_ms:
            keys |= self._leaving.popleft().keys
        while self._coming and self._coming[0].at_ms == at_ms:
            signal = self._coming.popleft()
            keys |= self._act(signal)
            if signal.act is Act.UNPLUG:
                unplugged, self.plan = self.plan, None
                self._leaving, self._coming = self._coming, deque()
        # Counters come first: a client that applies the keys in order gets the last reading before the unplug.
        changes = self._changed(self._readings(at_ms, sample) | keys)
        if sample is not None:
            self._samples += 1
        return Step(at_ms, changes, unplugged)

    def write(self, key: str, value: Json) -> Status:
        """Set a key on a client's request; return the changes. Raises ValueError with the reason if the key may not be
        set.
        """
        if reason := refusal(key, value):
            raise ValueError(reason)
        keys: Status = {key: value}
        if key == "rde" and not value:
            keys["lri"] = None
        return self._changed(keys)

    def _act(self, signal: Signal) -> Status:
        plan = self.plan
        assert plan is not None
        match signal.act:
            case Act.CARD:
                return signal.keys | self._reported_card(plan.visit.card)
            case Act.PLUG:
                self.meter.connect(plan.curve)
                self._phases = plan.car.phases
            case Act.RESET:
                self.meter.reset()
            case Act.UNPLUG:
                return signal.keys | self._card_energy(plan)
            case Act.KEYS | Act.POWER:
                pass
        return signal.keys

    def _reported_card(self, slot: int | None) -> Status:
        card = self._cards.get(slot) if slot is not None else None
        if card and self._status["rde"]:
            return {"lri": card.uid}
        return {}

    def _card_energy(self, plan: Plan) -> Status:
        slot = plan.visit.card
        if slot is None or slot not in self._cards:
            return {}
        card = self._cards[slot]
        self._cards[slot] = replace(card, energy_wh=card.energy_wh + to_mwh(plan.curve.total_mj) // 1000)
        return card_status(self.settings.firmware_major(), self._cards)

    def _leaving_ms(self) -> int | None:
        if not self._leaving:
            return None
        at_ms = self._leaving[0].at_ms
        if self.plan is not None:
            at_ms = min(at_ms, self.plan.begin_ms - 1)
        return max(at_ms, self._at_ms)

    def _sample_ms(self) -> int | None:
        if self._start_ms is None:
            return None
        if self.settings.flood:
            return self._start_ms + int(self._samples * self._period_ms)
        if not self.meter.watts(self._at_ms):
            return None
        step_ms = max(1, round(self._period_ms))
        return self._start_ms + ((self._at_ms - self._start_ms) // step_ms + 1) * step_ms

    def _readings(self, at_ms: int, sample: int | None) -> Status:
        watts = self.meter.watts(at_ms)
        volts = [228.0 + round(unit(self._noise, at_ms // 60_000 * 3 + phase) * 4, 1) for phase in range(3)]
        if self.settings.flood and sample is not None:
            # Pairs of samples cancel out, so that the integral over a pair is the energy of the unchanged power.
            swing = 1 if sample % 2 == 0 else -1
            part = unit(self._noise, sample // 2)
            watts = watts + swing * (1 + int(part * _FLOOD_WATTS)) if watts > _FLOOD_WATTS else watts
            volts = [round(each + swing * (0.1 + part), 3) for each in volts]
        return {
            "wh": self.meter.wh(at_ms),
            "eto": self.meter.eto(at_ms),
            "nrg": _nrg(watts, self._phases, volts),
        }

    def _changed(self, keys: Status) -> Status:
        changes = {key: value for key, value in keys.items() if key not in self._status or self._status[key] != value}
        self._status |= changes
        return changes


def _nrg(watts: int, phases: int, volts: list[float]) -> list[Json]:
    """Return the array of 16: volts 0–3, amps 4–6, watts 7–10, total watts 11, power factors 12–15."""
    share = round(watts / phases, 2)
    powers = [share if phase < phases else 0 for phase in range(3)]
    amps = [round(power / volt, 2) for power, volt in zip(powers, volts, strict=True)]
    factors = [99 if power else 0 for power in powers]
    return [*volts, 0, *amps, *powers, 0, watts, *factors, 0]
