"""Who charges, by the card, the car and the charger, and which of two identities is the stronger."""

from __future__ import annotations

from dataclasses import replace

from ..card import CardKind, CardReading
from ..household import Household, Role, Settings, User
from ..records import IdentifiedBy, Identity, UnknownReason

RANK: dict[IdentifiedBy | None, int] = {
    IdentifiedBy.CHOICE: 4,
    IdentifiedBy.CARD: 3,
    IdentifiedBy.VEHICLE: 2,
    IdentifiedBy.DEFAULT: 1,
    None: 0,
}
"""The rank of an identity by its source; a higher rank replaces a lower one."""

_SILENCE: dict[CardKind, UnknownReason] = {
    CardKind.NOBODY: UnknownReason.NO_CARD,
    CardKind.OPEN: UnknownReason.OPEN_ACCESS,
    CardKind.UNREADABLE: UnknownReason.CARD_UNREADABLE,
    CardKind.SILENT: UnknownReason.READER_SILENT,
    CardKind.UNAVAILABLE: UnknownReason.READER_UNAVAILABLE,
}

# A card was used that is assigned to no active user.
_STRANGER = frozenset({UnknownReason.CARD_UNMAPPED, UnknownReason.MAPPING_INACTIVE})
# Reasons that name a card. They replace those that name none.
_CARD_USED = _STRANGER | {UnknownReason.CARD_UNREADABLE}


def by_card(reading: CardReading, settings: Settings) -> Identity:
    """Return the user of a card, with the card's car; without a user where it is unassigned or inactive."""
    household = settings.household
    mapping = household.cards.get(reading.key or "")
    if mapping is None:
        return Identity(card=reading.text, unknown_reason=UnknownReason.CARD_UNMAPPED)
    user = household.users.get(mapping.user_id)
    if user is None or not (mapping.active and user.active):
        return Identity(card=reading.text, unknown_reason=UnknownReason.MAPPING_INACTIVE)
    return named(user, IdentifiedBy.CARD, household, mapping.vehicle_id, reading.text)


def by_car(vehicle_id: str, settings: Settings) -> Identity | None:
    """Return the usual driver of a car; only the car where that user is missing or inactive; None without the car."""
    vehicle = settings.household.vehicles.get(vehicle_id)
    if vehicle is None:
        return None
    user = settings.household.users.get(vehicle.user_id or "")
    if user is not None and user.active:
        return named(user, IdentifiedBy.VEHICLE, settings.household, vehicle_id)
    return Identity(vehicle_id=vehicle.vehicle_id, vehicle_name=vehicle.name)


def without_card(reading: CardReading, settings: Settings) -> Identity:
    """Return who charges while the reader shows no card: the default user, or no user with a reason."""
    return without_user(_reason(reading, settings), settings)


def without_user(reason: UnknownReason, settings: Settings) -> Identity:
    """Return the charger's default user, if active, or no user for this reason."""
    user = settings.household.users.get(settings.charger.default_user_id or "")
    if user is not None and user.active:
        return named(user, IdentifiedBy.DEFAULT, settings.household)
    return Identity(unknown_reason=reason)


def stronger(candidate: Identity, present: Identity) -> bool:
    """Return whether a candidate replaces the present identity.

    The first card of a user stays: later taps in a session change nothing. A choice may be corrected by another choice.
    An unassigned or inactive card outranks the default user, because a stranger is charging. Between two identities
    without a user, the later reason counts, but one that names a card stays.
    """
    if candidate.identified_by is IdentifiedBy.CHOICE:
        return True
    if candidate.known or present.known:
        return _rank(candidate) > _rank(present)
    return candidate.unknown_reason in _CARD_USED or present.unknown_reason not in _CARD_USED


def with_car(present: Identity, car: Identity) -> Identity:
    """Return the identity once the car is known: its driver where that is stronger, else the present one with the car.

    A car that is known already stays.
    """
    if car.known and stronger(car, present):
        return replace(car, card=present.card)
    if present.vehicle_id is not None:
        return present
    return replace(present, vehicle_id=car.vehicle_id, vehicle_name=car.vehicle_name)


def stranger(identity: Identity) -> bool:
    """Return whether a card was used that is assigned to no active user."""
    return not identity.known and identity.unknown_reason in _STRANGER


def named(
    user: User,
    source: IdentifiedBy,
    household: Household,
    vehicle_id: str | None = None,
    card: str | None = None,
) -> Identity:
    """Return the identity of a user, with the car and the card that belong to it."""
    identity = Identity(
        user_id=user.user_id,
        user_name=user.name,
        user_type=user.user_type,
        identified_by=source,
        card=card,
        unknown_reason=None,
    )
    vehicle = household.vehicles.get(vehicle_id or "")
    if vehicle is None:
        return identity
    return replace(identity, vehicle_id=vehicle.vehicle_id, vehicle_name=vehicle.name)


def _rank(identity: Identity) -> float:
    if stranger(identity):
        return RANK[IdentifiedBy.DEFAULT] + 0.5
    return RANK[identity.identified_by]


def _reason(reading: CardReading, settings: Settings) -> UnknownReason:
    if not settings.charger.maps(Role.CARD):
        return UnknownReason.NO_READER
    return _SILENCE.get(reading.kind, UnknownReason.NO_CARD)
