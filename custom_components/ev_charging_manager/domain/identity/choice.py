"""A person's choice of who charges, and what it leaves of what was found before it."""

from __future__ import annotations

from dataclasses import replace

from ..household import Household, UserType
from ..messages import Driver
from ..records import GUEST_NAME, IdentifiedBy, Identity
from .identity import named

_NOBODY = Identity(identified_by=IdentifiedBy.CHOICE, unknown_reason=None)
_GUEST = replace(_NOBODY, user_name=GUEST_NAME, user_type=UserType.GUEST)


def chosen(driver: Driver, user_id: str | None, vehicle_id: str | None, household: Household) -> Identity | None:
    """Whom a choice names; None for nobody in particular. Raises KeyError when that user is gone by now."""
    match driver:
        case Driver.AUTOMATIC:
            return None
        case Driver.USER:
            return named(household.users[user_id or ""], IdentifiedBy.CHOICE, household, vehicle_id)
        case Driver.GUEST:
            identity = _GUEST
        case Driver.NOBODY:
            identity = _NOBODY
    vehicle = household.vehicles.get(vehicle_id or "")
    return replace(identity, vehicle_id=vehicle.vehicle_id, vehicle_name=vehicle.name) if vehicle else identity


def over(choice: Identity, found: Identity) -> Identity:
    """Who it is when a person chose: the card stays on record, and the car where the choice leaves it open.

    A car that only belongs to somebody else's card is that somebody's, not the chosen one's.
    """
    choice = replace(choice, card=found.card)
    same = choice.user_id is not None and choice.user_id == found.user_id
    seen = found.identified_by is not IdentifiedBy.CARD
    if choice.vehicle_id is not None or not (same or seen):
        return choice
    return replace(choice, vehicle_id=found.vehicle_id, vehicle_name=found.vehicle_name)


def driver_of(choice: Identity | None) -> Driver:
    """What kind of driver was chosen."""
    if choice is None:
        return Driver.AUTOMATIC
    if choice.user_id is not None:
        return Driver.USER
    return Driver.GUEST if choice.known else Driver.NOBODY
