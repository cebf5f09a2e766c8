"""A person's choice of the driver, and what it keeps of the identity that was found before it."""

from __future__ import annotations

from dataclasses import replace

from ..household import Household, UserType
from ..messages import Driver
from ..records import GUEST_NAME, IdentifiedBy, Identity
from .identity import named

_NO_USER = Identity(identified_by=IdentifiedBy.CHOICE, unknown_reason=None)
_GUEST = replace(_NO_USER, user_name=GUEST_NAME, user_type=UserType.GUEST)


def chosen(driver: Driver, user_id: str | None, vehicle_id: str | None, household: Household) -> Identity | None:
    """Return the identity of a choice; None for *Automatic*. Raises KeyError when the user was deleted."""
    match driver:
        case Driver.AUTOMATIC:
            return None
        case Driver.USER:
            return named(household.users[user_id or ""], IdentifiedBy.CHOICE, household, vehicle_id)
        case Driver.GUEST:
            identity = _GUEST
        case Driver.NOBODY:
            identity = _NO_USER
    vehicle = household.vehicles.get(vehicle_id or "")
    if vehicle is None:
        return identity
    return replace(identity, vehicle_id=vehicle.vehicle_id, vehicle_name=vehicle.name)


def over(choice: Identity, found: Identity) -> Identity:
    """Return the choice with the card that was found, and with its car where the choice names none.

    A car that was found by another user's card is that user's, and is left out.
    """
    choice = replace(choice, card=found.card)
    same_user = choice.user_id is not None and choice.user_id == found.user_id
    by_card = found.identified_by is IdentifiedBy.CARD
    if choice.vehicle_id is not None or (by_card and not same_user):
        return choice
    return replace(choice, vehicle_id=found.vehicle_id, vehicle_name=found.vehicle_name)


def driver_of(choice: Identity | None) -> Driver:
    """Return the kind of driver that was chosen."""
    if choice is None:
        return Driver.AUTOMATIC
    if choice.user_id is not None:
        return Driver.USER
    return Driver.GUEST if choice.known else Driver.NOBODY
