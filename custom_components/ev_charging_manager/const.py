"""Names shared by set-up, flows and adapters. The keys of subentry data are stored: a change needs a migration."""

from __future__ import annotations

from typing import Final

DOMAIN: Final = "ev_charging_manager"

SUBENTRY_CHARGER: Final = "charger"
SUBENTRY_USER: Final = "user"
SUBENTRY_VEHICLE: Final = "vehicle"
SUBENTRY_RFID: Final = "rfid_mapping"

# charger
CONF_PROFILE: Final = "profile"
CONF_SERIAL: Final = "serial"
CONF_AREA: Final = "area_id"
CONF_HOST: Final = "host"
CONF_ENTITIES: Final = "entities"
CONF_CHARGING_WORDS: Final = "charging_words"
CONF_MAX_POWER_KW: Final = "max_power_kw"
CONF_DEFAULT_USER: Final = "default_user_id"
CONF_PAUSED: Final = "paused"
CONF_PRICING: Final = "pricing"
# The UTC epoch second up to which a person has checked the sessions that deviate from the total counter.
CONF_DEVIATION_CHECKED: Final = "deviation_checked_at"
CONF_METHOD: Final = "method"
CONF_PRICE: Final = "price"
CONF_PRICE_ENTITY: Final = "entity"
CONF_ADDITIONAL: Final = "additional"
CONF_VAT: Final = "vat"
CONF_FALLBACK: Final = "fallback"

# user
CONF_USER_TYPE: Final = "user_type"
CONF_ACTIVE: Final = "active"
CONF_PERSON: Final = "person"
CONF_BILLING: Final = "billing"
CONF_FACTOR: Final = "factor"

# vehicle
CONF_CAPACITY: Final = "capacity_kwh"
CONF_USABLE: Final = "usable_kwh"
CONF_EFFICIENCY: Final = "efficiency"
CONF_PLUG_ENTITY: Final = "plug_entity"

# card
CONF_CARD_KIND: Final = "kind"
CONF_CHARGER: Final = "charger_id"
CONF_SLOT: Final = "slot"
CONF_UID: Final = "uid"
CONF_USER: Final = "user_id"
CONF_VEHICLE: Final = "vehicle_id"
# Set on a card that was switched off with its user: only such a card is switched on again with the user.
CONF_DEACTIVATED_WITH_USER: Final = "deactivated_with_user"
# The card slots of a go-e as its app counts them.
CARD_SLOTS: Final = range(1, 11)
# Fields of the card forms that are not stored.
CONF_REPORT_NUMBERS: Final = "report_numbers"

# fields of the actions
ATTR_CHARGER: Final = "charger"
ATTR_SESSION: Final = "session_id"
ATTR_USER: Final = "user"
ATTR_VEHICLE: Final = "vehicle"
