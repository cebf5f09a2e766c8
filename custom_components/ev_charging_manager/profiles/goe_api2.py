"""go-e chargers (API v2) through the `goecharger_api2` integration.

The status words depend on the language of Home Assistant. English and German are covered.
"""

from __future__ import annotations

from ..domain.household import Role
from ..domain.profile import CardFormat, CarStatus, Profile

GOE_API2 = Profile(
    key="goe_api2",
    name="go-e Charger",
    integration="goecharger_api2",
    unique_ids={
        Role.STATUS: "goecharger_api2.goe_{serial}_car_value",
        Role.PLUG: "goecharger_api2.goe_{serial}_car_0",
        Role.LOCK: "goecharger_api2.goe_{serial}_cus_value",
        Role.SESSION_ENERGY: "goecharger_api2.goe_{serial}_wh",
        Role.TOTAL_ENERGY: "goecharger_api2.goe_{serial}_eto",
        Role.POWER: "goecharger_api2.goe_{serial}_nrg_11",
        Role.CARD: "goecharger_api2.goe_{serial}_trx",
    },
    status_words={
        "idle": CarStatus.IDLE,
        "inaktiv/frei": CarStatus.IDLE,
        "1": CarStatus.IDLE,
        "charging": CarStatus.CHARGING,
        "laden": CarStatus.CHARGING,
        "2": CarStatus.CHARGING,
        "wait for car": CarStatus.CONNECTED,
        "waitcar": CarStatus.CONNECTED,
        "warte auf fahrzeug": CarStatus.CONNECTED,
        "3": CarStatus.CONNECTED,
        "complete": CarStatus.COMPLETE,
        "abgeschlossen": CarStatus.COMPLETE,
        "4": CarStatus.COMPLETE,
    },
    # 2 and 4 are failures of the lock, 5 is a power outage: then the lock is not known.
    locked_words=frozenset({"locked", "verriegelt", "3"}),
    unlocked_words=frozenset({"unlocked", "entriegelt", "1"}),
    card_format=CardFormat.SLOT,
    no_card_words=frozenset({"null", "none", ""}),
    open_words=frozenset({"0"}),
    # `car_0` is computed from the number behind `car_value`: while that is not known, `car_0` reads "unplugged".
    plug_follows_status=True,
    has_host=True,
    required=frozenset({Role.STATUS, Role.SESSION_ENERGY}),
)
