"""Who is charging, and how we know: a choice, the card, the car, the charger's default user, in this order."""

from __future__ import annotations

from .card import CardKind, CardReading
from .household import Role, Settings, User
from .records import IdentifiedBy, Identity, UnknownReason

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
    return _named(user, IdentifiedBy.CARD, settings, mapping.vehicle_id, reading.text)


def chosen(user_id: str, vehicle_id: str | None, settings: Settings) -> Identity | None:
    """The identity that a person chose; None when there is no such user."""
    user = settings.household.users.get(user_id)
    return _named(user, IdentifiedBy.CHOICE, settings, vehicle_id) if user else None


def without_card(reading: CardReading, settings: Settings) -> Identity:
    """Who charges when no card says so: the charger's default user, or nobody with a reason."""
    user = settings.household.users.get(settings.charger.default_user_id or "")
    if user is not None and user.active:
        return _named(user, IdentifiedBy.DEFAULT, settings)
    return Identity(unknown_reason=_reason(reading, settings))


def stronger(candidate: Identity, present: Identity) -> bool:
    """Whether a candidate takes the place of the present identity.

    The first card that identifies somebody stays: later taps in a session change nothing. A choice may be
    corrected by another choice. Among the unknown, the latest reason counts.
    """
    if candidate.identified_by is IdentifiedBy.CHOICE:
        return True
    if not present.known and not candidate.known:
        return candidate.unknown_reason in _TELLING or present.unknown_reason not in _TELLING
    return RANK[candidate.identified_by] > RANK[present.identified_by]


# Reasons that name a card tell more than those that say none was seen.
_TELLING = frozenset({UnknownReason.CARD_UNMAPPED, UnknownReason.MAPPING_INACTIVE, UnknownReason.CARD_UNREADABLE})


def _reason(reading: CardReading, settings: Settings) -> UnknownReason:
    if not settings.charger.tells(Role.CARD):
        return UnknownReason.NO_READER
    return _SILENCE.get(reading.kind, UnknownReason.NO_CARD)


def _named(
    user: User,
    source: IdentifiedBy,
    settings: Settings,
    vehicle_id: str | None = None,
    card: str | None = None,
) -> Identity:
    vehicle = settings.household.vehicles.get(vehicle_id or "")
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
