"""Who is charging, and how we know: a choice, the card, the car, the charger's default user, in this order."""

from __future__ import annotations

from dataclasses import replace

from ..card import CardKind, CardReading
from ..household import Household, Role, Settings, User
from ..records import IdentifiedBy, Identity, UnknownReason

# Which source a person's identity came from, strongest first.
RANK: dict[IdentifiedBy | None, int] = {
    IdentifiedBy.CHOICE: 4,
    IdentifiedBy.CARD: 3,
    IdentifiedBy.VEHICLE: 2,
    IdentifiedBy.DEFAULT: 1,
    None: 0,
}

_SILENCE: dict[CardKind, UnknownReason] = {
    CardKind.NOBODY: UnknownReason.NO_CARD,
    CardKind.OPEN: UnknownReason.OPEN_ACCESS,
    CardKind.UNREADABLE: UnknownReason.CARD_UNREADABLE,
    CardKind.SILENT: UnknownReason.READER_SILENT,
    CardKind.UNAVAILABLE: UnknownReason.READER_UNAVAILABLE,
}


def by_card(reading: CardReading, settings: Settings) -> Identity:
    """Whose card this is; unknown with a reason where it is nobody's or not in use."""
    household = settings.household
    mapping = household.cards.get(reading.key or "")
    if mapping is None:
        return Identity(card=reading.text, unknown_reason=UnknownReason.CARD_UNMAPPED)
    user = household.users.get(mapping.user_id)
    if user is None or not (mapping.active and user.active):
        return Identity(card=reading.text, unknown_reason=UnknownReason.MAPPING_INACTIVE)
    return named(user, IdentifiedBy.CARD, household, mapping.vehicle_id, reading.text)


def by_car(vehicle_id: str, settings: Settings) -> Identity | None:
    """Who usually drives this car; the car alone where that is nobody who is there. None when there is no such car."""
    vehicle = settings.household.vehicles.get(vehicle_id)
    if vehicle is None:
        return None
    user = settings.household.users.get(vehicle.user_id or "")
    if user is not None and user.active:
        return named(user, IdentifiedBy.VEHICLE, settings.household, vehicle_id)
    return Identity(vehicle_id=vehicle.vehicle_id, vehicle_name=vehicle.name)


def without_card(reading: CardReading, settings: Settings) -> Identity:
    """Who charges when no card says so: the charger's default user, or nobody with a reason."""
    user = settings.household.users.get(settings.charger.default_user_id or "")
    if user is not None and user.active:
        return named(user, IdentifiedBy.DEFAULT, settings.household)
    return Identity(unknown_reason=_reason(reading, settings))


def stronger(candidate: Identity, present: Identity) -> bool:
    """Whether a candidate takes the place of the present identity.

    The first card that identifies somebody stays: later taps in a session change nothing. A choice may be
    corrected by another choice. A card that is nobody's is evidence against the default user: a stranger is charging.
    Among the unknown, the latest reason counts.
    """
    if candidate.identified_by is IdentifiedBy.CHOICE:
        return True
    if candidate.known or present.known:
        return _rank(candidate) > _rank(present)
    return candidate.unknown_reason in _TELLING or present.unknown_reason not in _TELLING


def with_car(present: Identity, car: Identity) -> Identity:
    """Who charges, once the car is known: its driver where nothing stronger is known, else the car alone."""
    if car.known and stronger(car, present):
        return replace(car, card=present.card)
    if present.vehicle_id is not None:
        return present
    return replace(present, vehicle_id=car.vehicle_id, vehicle_name=car.vehicle_name)


# Reasons that name a card tell more than those that say none was seen; the first two name a stranger's.
_STRANGER = frozenset({UnknownReason.CARD_UNMAPPED, UnknownReason.MAPPING_INACTIVE})
_TELLING = _STRANGER | {UnknownReason.CARD_UNREADABLE}


def stranger(identity: Identity) -> bool:
    """Whether it is known for sure that a card was used which is nobody's, or not in use."""
    return not identity.known and identity.unknown_reason in _STRANGER


def _rank(identity: Identity) -> float:
    return RANK[IdentifiedBy.DEFAULT] + 0.5 if stranger(identity) else RANK[identity.identified_by]


def _reason(reading: CardReading, settings: Settings) -> UnknownReason:
    if not settings.charger.tells(Role.CARD):
        return UnknownReason.NO_READER
    return _SILENCE.get(reading.kind, UnknownReason.NO_CARD)


def named(
    user: User,
    source: IdentifiedBy,
    household: Household,
    vehicle_id: str | None = None,
    card: str | None = None,
) -> Identity:
    """A user as the one who charges, with the car and the card that belong to it."""
    vehicle = household.vehicles.get(vehicle_id or "")
    return Identity(
        user_id=user.user_id,
        user_name=user.name,
        user_type=user.user_type,
        identified_by=source,
        vehicle_id=vehicle.vehicle_id if vehicle else None,
        vehicle_name=vehicle.name if vehicle else None,
        card=card,
        unknown_reason=None,
    )
