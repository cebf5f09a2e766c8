"""The settings of a charger before the first visit."""

from dataclasses import dataclass
from typing import Literal

type HashType = Literal["pbkdf2", "bcrypt"]
type Encoding = Literal["json", "msgpack", "msgpack0"]


@dataclass(frozen=True, slots=True)
class CardSlot:
    """A card programmed at a charger, in slot 1–10.

    `uid` is the value of `lri`, `energy_wh` the energy that the charger counted for the card so far.
    """

    slot: int
    name: str
    uid: str = ""
    energy_wh: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.slot <= 10:
            raise ValueError(f"slot lies between 1 and 10, not at {self.slot}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerSettings:
    """One charger.

    Firmware decides the card format. `encoding` `msgpack0` is MessagePack with a leading zero byte.

    `password` None: an open WebSocket. `parts`: messages of a full status. `flood`: deltas per elapsed second at all
    times (0: only changes). `wh_step_mwh`, `eto_step_mwh`: resolutions of the counters. `port` 0: a free port.
    """

    serial: str
    name: str
    firmware: str = "60.3"
    password: str | None = "simulator"
    hash_type: HashType = "pbkdf2"
    encoding: Encoding = "json"
    cards: tuple[CardSlot, ...] = ()
    parts: int = 3
    flood: float = 0.0
    eto_wh: int = 1_234_567
    wh_step_mwh: int = 1
    eto_step_mwh: int = 1000
    report_cards: bool = False
    port: int = 0

    def __post_init__(self) -> None:
        if not self.serial or self.parts < 1 or self.flood < 0 or self.wh_step_mwh < 1 or self.eto_step_mwh < 1:
            raise ValueError("a charger needs a serial; parts and steps are at least 1, flood at least 0")
        if self.hash_type not in ("pbkdf2", "bcrypt") or self.encoding not in ("json", "msgpack", "msgpack0"):
            raise ValueError("hash_type must be pbkdf2 or bcrypt, encoding must be json, msgpack or msgpack0")
        if len({each.slot for each in self.cards}) != len(self.cards):
            raise ValueError("two cards have the same slot")
        self.firmware_major()

    def firmware_major(self) -> int:
        """Return the number before the point. Raises ValueError if there is none."""
        return int(self.firmware.partition(".")[0])
