"""The config entry and its subentries as values of the domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from .. import const
from ..domain.card import normalised, slot_key, uid_key
from ..domain.household import (
    Billing,
    BillingMethod,
    CardMapping,
    ChargerSettings,
    Household,
    Options,
    Role,
    Settings,
    User,
    UserType,
    Vehicle,
)
from ..domain.profile import CardFormat, Profile
from ..domain.quantity import micro
from ..domain.tariff import CostMethod, SpotTariff, StaticTariff, Tariff
from ..options import OPTIONS
from ..profiles import BY_KEY


def subentries(entry: ConfigEntry[Any], subentry_type: str) -> Iterator[ConfigSubentry]:
    """Yield the entry's subentries of one type."""
    return (item for item in entry.subentries.values() if item.subentry_type == subentry_type)


def active_users(entry: ConfigEntry[Any]) -> list[ConfigSubentry]:
    """Return the users that a session can be assigned to: the card of an inactive user identifies no one."""
    return [user for user in subentries(entry, const.SUBENTRY_USER) if user.data.get(const.CONF_ACTIVE, True)]


def profile_of(charger: ConfigSubentry) -> Profile:
    """Return the profile of a charger's family."""
    return BY_KEY[charger.data[const.CONF_PROFILE]]


def household_of(entry: ConfigEntry[Any]) -> Household:
    """Return all users, cars and cards."""
    return Household(
        users=MappingProxyType({s.subentry_id: _user(s) for s in subentries(entry, const.SUBENTRY_USER)}),
        vehicles=MappingProxyType({s.subentry_id: _vehicle(s) for s in subentries(entry, const.SUBENTRY_VEHICLE)}),
        cards=MappingProxyType(_cards(entry)),
    )


def options_of(entry: ConfigEntry[Any]) -> Options:
    """Return the household's options in the units of the domain; the default where no choice is stored."""
    chosen: dict[str, Any] = {
        option.field: option.value_of(entry.options[option.key]) for option in OPTIONS if option.key in entry.options
    }
    return Options(**chosen)


def entities_of(charger: ConfigSubentry) -> dict[Role, str]:
    """Return the entity references by role. The entity of the last card serves as the reader if there is no other."""
    entities = {Role(role): reference for role, reference in charger.data[const.CONF_ENTITIES].items()}
    last = entities.pop(Role.LAST_CARD, None)
    if last is None:
        return entities
    return {Role.CARD: last} | entities


def settings_of(
    hass: HomeAssistant, entry: ConfigEntry[Any], charger: ConfigSubentry, household: Household | None = None
) -> Settings:
    """Return the settings of a charger's pipeline. `household` saves reading it again for each of many chargers."""
    currency = str(hass.config.currency)
    return Settings(_charger(charger, currency), household or household_of(entry), options_of(entry))


def tariff_of(pricing: Mapping[str, Any]) -> Tariff:
    """Convert a charger's pricing to exact numbers. A float counts as the decimal number that was typed."""
    if pricing[const.CONF_METHOD] != CostMethod.SPOT:
        return StaticTariff(micro(pricing[const.CONF_PRICE]))
    return SpotTariff(
        additional_micro=micro(pricing[const.CONF_ADDITIONAL]),
        vat=Fraction(str(pricing[const.CONF_VAT])),
        fallback_micro=micro(pricing[const.CONF_FALLBACK]),
    )


def price_entity_of(charger: ConfigSubentry) -> str | None:
    """Return the spot price entity by its registry id if it has one, else its entity id; None at a fixed price."""
    pricing = charger.data[const.CONF_PRICING]
    if pricing[const.CONF_METHOD] != CostMethod.SPOT:
        return None
    entity: str = pricing[const.CONF_PRICE_ENTITY]
    return entity


def _charger(charger: ConfigSubentry, currency: str) -> ChargerSettings:
    data = charger.data
    profile = profile_of(charger)
    return ChargerSettings(
        charger_id=charger.subentry_id,
        name=charger.title,
        roles=frozenset(entities_of(charger)),
        tariff=tariff_of(data[const.CONF_PRICING]),
        currency=currency,
        default_user_id=data.get(const.CONF_DEFAULT_USER),
        max_power_w=data.get(const.CONF_MAX_POWER_KW, profile.max_power_w / 1000) * 1000,
        plug_follows_status=profile.plug_follows_status,
        card_belongs_to_transaction=profile.card_belongs_to_transaction,
        paused=data.get(const.CONF_PAUSED, False),
    )


def _user(user: ConfigSubentry) -> User:
    data = user.data
    return User(
        user_id=user.subentry_id,
        name=user.title,
        user_type=UserType(data[const.CONF_USER_TYPE]),
        active=data.get(const.CONF_ACTIVE, True),
        person=data.get(const.CONF_PERSON),
        billing=_billing(data.get(const.CONF_BILLING) or {}),
    )


def _billing(terms: Mapping[str, Any]) -> Billing:
    return Billing(
        method=BillingMethod(terms.get(const.CONF_METHOD, BillingMethod.NONE)),
        price_micro=micro(terms.get(const.CONF_PRICE, 0)),
        factor=terms.get(const.CONF_FACTOR, 1.0),
    )


def _vehicle(vehicle: ConfigSubentry) -> Vehicle:
    data = vehicle.data
    return Vehicle(
        vehicle_id=vehicle.subentry_id,
        name=vehicle.title,
        capacity_kwh=data.get(const.CONF_CAPACITY),
        usable_kwh=data.get(const.CONF_USABLE),
        efficiency=data.get(const.CONF_EFFICIENCY, 0.90),
        user_id=data.get(const.CONF_USER),
    )


def _cards(entry: ConfigEntry[Any]) -> dict[str, CardMapping]:
    """Return the mappings by card. Of two mappings of the same card, the first active one counts."""
    cards = [_card(item) for item in subentries(entry, const.SUBENTRY_RFID)]
    inactive = {card.card: card for card in reversed(cards) if not card.active}
    return inactive | {card.card: card for card in reversed(cards) if card.active}


def _card(card: ConfigSubentry) -> CardMapping:
    data = card.data
    return CardMapping(
        mapping_id=card.subentry_id,
        card=card_key(data),
        user_id=data[const.CONF_USER],
        vehicle_id=data.get(const.CONF_VEHICLE),
        active=data.get(const.CONF_ACTIVE, True),
    )


def card_key(data: Mapping[str, Any]) -> str:
    """Return the key of a mapping's card: a slot of one charger, or a number that is valid at every charger.

    The stored number is normalised again: earlier releases stored numbers with the zeros that a reader adds behind.
    """
    if data[const.CONF_CARD_KIND] == CardFormat.SLOT:
        return slot_key(data[const.CONF_CHARGER], int(data[const.CONF_SLOT]))
    uid: str = data[const.CONF_UID]
    return uid_key(normalised(uid) or uid)
