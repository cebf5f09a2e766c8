"""Names of the stand-in."""

from __future__ import annotations

from typing import Any, Final

from homeassistant.const import Platform

DOMAIN: Final = "goecharger_api2"
CONF_SERIAL: Final = "serial"

# The order in which one push of the charger changes the states: plug-on comes before the counter's reset.
PLATFORMS: Final = (Platform.BINARY_SENSOR, Platform.SENSOR, Platform.SELECT)

type Status = dict[str, Any]

# The words of go-e's integration in its languages; English for other languages.
CAR_WORDS: Final = {
    "en": {1: "Idle", 2: "Charging", 3: "Wait for car", 4: "Complete", 5: "Error"},
    "de": {1: "Inaktiv/Frei", 2: "Laden", 3: "Warte auf Fahrzeug", 4: "Abgeschlossen", 5: "Fehler"},
}
CAR_UNKNOWN: Final = {"en": "Unknown/Error", "de": "Unbekannt/Fehler"}
LOCK_WORDS: Final = {
    "en": {
        0: "Unknown",
        1: "Unlocked",
        2: "Unlock failed",
        3: "Locked",
        4: "Lock failed",
        5: "Power outage",
    },
    "de": {
        0: "Unbekannt",
        1: "Entriegelt",
        2: "Entriegeln fehlgeschlagen",
        3: "Verriegelt",
        4: "Verriegeln fehlgeschlagen",
        5: "Stromausfall",
    },
}
