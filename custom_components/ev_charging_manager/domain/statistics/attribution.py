"""The attribution of a recorded session: its user, the guest's charge, and the share of the car's capacity."""

from __future__ import annotations

from ..household import Household
from ..pricing.terms import charged, soc_added
from ..records import Attribution, Identity, SessionRecord


def attributed(measured: SessionRecord, identity: Identity, household: Household) -> Attribution:
    """Return the attribution of a session to this identity, which is charged by the terms in force now.

    The user of the recorded session keeps the charge that was recorded, and the recorded car its share.
    """
    recorded = measured.identity
    given = charged(measured, identity, household)
    price = given.charge_price_micro
    method = given.charge_price_method
    if identity.user_id is not None and identity.user_id == recorded.user_id:
        price = measured.charge_price_micro
        method = measured.charge_price_method
    soc = measured.soc_added_pct
    if identity.vehicle_id != recorded.vehicle_id:
        soc = soc_added(given, household)
    return Attribution(identity, price, method, soc)
