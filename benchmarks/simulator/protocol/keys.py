"""The keys of a go-e's status.

`charger.py` sets the keys that change; the others have the values of an idle charger.
"""

import json
from pathlib import Path

from ..settings import ChargerSettings
from ..units import Json, Status

_RESTING = (Path(__file__).parent / "resting_status.json").read_text()

_NUMBER, _WORD, _SWITCH = (int, float), str, bool
_WRITABLE: dict[str, type | tuple[type, ...]] = {
    "acs": _NUMBER,
    "amp": _NUMBER,
    "awe": _SWITCH,
    "fna": _WORD,
    "frc": _NUMBER,
    "fup": _SWITCH,
    "lbr": _NUMBER,
    "lmo": _NUMBER,
    "psm": _NUMBER,
    "rde": _SWITCH,
    "ust": _NUMBER,
}


def resting_status(settings: ChargerSettings) -> Status:
    """Return every key that does not depend on power, cars and cards."""
    status: Status = json.loads(_RESTING)
    return status | {
        "car": 1,
        "fna": settings.name,
        "fwv": settings.firmware,
        "oem": "go-e",
        "rde": settings.report_cards,
        "sse": settings.serial,
        "typ": "go-eCharger_V4",
    }


def refusal(key: str, value: Json) -> str | None:
    """Return the reason why a client may not set this key to this value, None if it may.

    Only settings that do not affect the plans of the drivers can be written: a visit's plan fixes the power of the car.
    """
    if key not in _WRITABLE:
        return f"{key} cannot be written"
    if not isinstance(value, _WRITABLE[key]) or (isinstance(value, bool) and _WRITABLE[key] is not bool):
        return f"{key} takes another type"
    if key == "amp" and isinstance(value, int | float) and not 6 <= value <= 32:
        return "amp lies between 6 and 32"
    return None
