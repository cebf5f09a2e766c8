"""Whose a recorded session is, and what follows: what a guest is charged, and how much of which car it was."""

from __future__ import annotations

from ..household import Household
from ..pricing.terms import charged, soc_added
from ..records import Attribution, Identity, SessionRecord


def attributed(measured: SessionRecord, identity: Identity, household: Household) -> Attribution:
    """A session given to somebody: charged by their terms of today, or not at all.

    Who had it when it was recorded keeps the terms of that time, and the car that it had then its share.
    """
    was, given = measured.identity, charged(measured, identity, household)
    price, method = given.charge_price_micro, given.charge_price_method
    if identity.user_id is not None and identity.user_id == was.user_id:
        price, method = measured.charge_price_micro, measured.charge_price_method
    same_car = identity.vehicle_id == was.vehicle_id
    soc = measured.soc_added_pct if same_car else soc_added(given, household)
    return Attribution(identity, price, method, soc)
