"""The user of a session by a choice, by the car's own plug, and by a card assigned later, through the real chain."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY
from custom_components.ev_charging_manager.domain.household import Settings, UserType, Vehicle
from custom_components.ev_charging_manager.domain.identity.choice import driver_of
from custom_components.ev_charging_manager.domain.messages import CarPlugged, Driver, DriverChosen
from custom_components.ev_charging_manager.domain.records import IdentifiedBy, Identity, UnknownReason
from tests.actors.driver import Charger

from ..household import ANNA, ANNAS_SLOT, BEN, BENS_SLOT, ID4, STRANGERS_SLOT, mapped, settings

ZOE = Vehicle("zoe", "Zoe", user_id=BEN.user_id)
HOUR_S = 3600.0


def choose(charger: Charger, driver: Driver, user_id: str | None = None, vehicle_id: str | None = None) -> None:
    """Choose the driver."""
    charger.offer(DriverChosen(charger.clock.now(), driver, user_id, vehicle_id))


def see_car(charger: Charger, vehicle_id: str, session_id: str | None = None) -> None:
    """Report a car by its own plug entity."""
    running = session_id or identity_and_id(charger)[1]
    charger.offer(CarPlugged(charger.clock.now(), running, vehicle_id))


def identity_and_id(charger: Charger) -> tuple[Identity, str]:
    """Return the shown user of the running session, and the session's id."""
    assert charger.live is not None
    assert charger.live.record is not None
    return charger.live.record.identity, charger.live.record.session_id


def who(charger: Charger) -> tuple[str, IdentifiedBy | None]:
    """Return the identity of the running session."""
    identity = identity_and_id(charger)[0]
    return identity.user_name, identity.identified_by


def with_zoe(**charger: Any) -> Settings:
    """Return the household with a Zoe that Ben usually drives."""
    plain = settings(**charger)
    vehicles = MappingProxyType({ID4.vehicle_id: ID4, ZOE.vehicle_id: ZOE})
    return replace(plain, household=replace(plain.household, vehicles=vehicles))


def end(charger: Charger) -> Identity:
    """Charge a little, leave, and return the recorded identity."""
    charger.charge(2.0, seconds=600)
    charger.leave()
    return charger.only().identity


def test_a_choice_outranks_the_card_and_the_card_stays_on_record() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    choose(charger, Driver.USER, BEN.user_id)
    assert who(charger) == ("Ben", IdentifiedBy.CHOICE)
    assert charger.names()[-1] == "session_identified"
    identity = end(charger)
    assert (identity.user_id, identity.identified_by) == (BEN.user_id, IdentifiedBy.CHOICE)
    assert identity.card == f"slot {ANNAS_SLOT}"


def test_a_card_that_comes_after_the_choice_changes_nothing() -> None:
    charger = Charger()
    charger.plug_in()
    choose(charger, Driver.USER, ANNA.user_id)
    charger.card(BENS_SLOT)
    assert who(charger) == ("Anna", IdentifiedBy.CHOICE)
    assert end(charger).user_name == "Anna"


def test_the_car_of_another_users_card_does_not_go_to_the_chosen_user() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    assert identity_and_id(charger)[0].vehicle_id == ID4.vehicle_id
    choose(charger, Driver.USER, BEN.user_id)
    assert identity_and_id(charger)[0].vehicle_id is None
    choose(charger, Driver.USER, ANNA.user_id)
    assert identity_and_id(charger)[0].vehicle_id == ID4.vehicle_id
    choose(charger, Driver.USER, BEN.user_id, ID4.vehicle_id)
    assert identity_and_id(charger)[0].vehicle_name == "ID.4"


def test_a_withdrawn_choice_gives_the_session_back_to_the_user_of_the_card() -> None:
    charger = Charger()
    charger.plug_in()
    choose(charger, Driver.GUEST)
    charger.card(BENS_SLOT)
    # Many readers clear the card right after reading it.
    charger.card(NOBODY)
    choose(charger, Driver.AUTOMATIC)
    assert who(charger) == ("Ben", IdentifiedBy.CARD)
    assert end(charger).user_name == "Ben"


def test_a_guest_without_a_person_is_a_guest_and_not_unknown() -> None:
    charger = Charger()
    charger.plug_in()
    choose(charger, Driver.GUEST)
    identity = end(charger)
    assert (identity.user_id, identity.user_name, identity.user_type) == (None, "Guest", UserType.GUEST)
    assert identity.known
    assert identity.unknown_reason is None
    assert not any("unknown_reason" in line.text for line in charger.logged)


def test_unknown_can_be_chosen_over_a_wrong_card() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    choose(charger, Driver.NOBODY)
    identity = end(charger)
    assert (identity.user_id, identity.identified_by) == (None, IdentifiedBy.CHOICE)
    assert not identity.known


def test_a_choice_made_ahead_is_for_the_next_session_only() -> None:
    charger = Charger()
    choose(charger, Driver.USER, BEN.user_id)
    assert charger.live is not None
    assert driver_of(charger.live.chosen) is Driver.USER
    charger.advance(HOUR_S - 60)
    charger.plug_in(card=ANNAS_SLOT)
    assert end(charger).user_name == "Ben"
    assert driver_of(charger.live.chosen) is Driver.AUTOMATIC
    charger.advance(60)
    charger.plug_in(card=ANNAS_SLOT)
    assert who(charger) == ("Anna", IdentifiedBy.CARD)


def test_a_choice_made_ahead_outlives_a_plug_that_was_not_in_properly() -> None:
    charger = Charger()
    choose(charger, Driver.USER, BEN.user_id)
    charger.plug_in()
    charger.leave()
    assert charger.names()[-1] == "session_discarded"
    charger.plug_in()
    assert who(charger) == ("Ben", IdentifiedBy.CHOICE)
    choose(charger, Driver.AUTOMATIC)
    charger.leave()
    charger.plug_in()
    assert who(charger) == ("Unknown", None)


def test_a_choice_made_ahead_is_forgotten_when_no_car_comes() -> None:
    charger = Charger()
    choose(charger, Driver.USER, BEN.user_id)
    charger.advance(HOUR_S + 1)
    assert charger.live is not None
    assert charger.live.chosen is None
    charger.plug_in(card=ANNAS_SLOT)
    assert who(charger) == ("Anna", IdentifiedBy.CARD)


@pytest.mark.parametrize("ahead", [True, False])
def test_a_choice_survives_a_crash(ahead: bool) -> None:
    charger = Charger()
    if not ahead:
        charger.plug_in(card=ANNAS_SLOT)
    choose(charger, Driver.USER, BEN.user_id)
    charger.crash()
    charger.advance(20)
    charger.start()
    if ahead:
        charger.plug_in(card=ANNAS_SLOT)
    assert who(charger) == ("Ben", IdentifiedBy.CHOICE)
    assert end(charger).user_name == "Ben"


def test_a_choice_of_a_deleted_user_changes_nothing() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    choose(charger, Driver.USER, "nobody-by-this-id")
    assert who(charger) == ("Anna", IdentifiedBy.CARD)


def test_a_choice_follows_the_name_of_its_user() -> None:
    charger = Charger()
    charger.plug_in()
    choose(charger, Driver.USER, BEN.user_id)
    renamed = replace(BEN, name="Benjamin")
    household = charger.settings.household
    users = MappingProxyType({**household.users, BEN.user_id: renamed})
    charger.configure(replace(charger.settings, household=replace(household, users=users)))
    assert who(charger) == ("Benjamin", IdentifiedBy.CHOICE)


def test_the_cars_own_plug_identifies_its_driver_where_nothing_else_does() -> None:
    charger = Charger(with_zoe())
    charger.plug_in()
    see_car(charger, ZOE.vehicle_id)
    assert who(charger) == ("Ben", IdentifiedBy.VEHICLE)
    assert end(charger).vehicle_name == "Zoe"


def test_the_car_outranks_the_chargers_default_user_and_a_card_outranks_the_car() -> None:
    charger = Charger(with_zoe(default_user_id=ANNA.user_id))
    charger.plug_in()
    assert who(charger) == ("Anna", IdentifiedBy.DEFAULT)
    see_car(charger, ZOE.vehicle_id)
    assert who(charger) == ("Ben", IdentifiedBy.VEHICLE)
    charger.card(ANNAS_SLOT)
    assert who(charger) == ("Anna", IdentifiedBy.CARD)


def test_a_car_seen_under_anothers_card_is_the_car_and_not_the_driver() -> None:
    charger = Charger(with_zoe())
    charger.plug_in(card=BENS_SLOT)
    see_car(charger, ID4.vehicle_id)
    identity = end(charger)
    assert (identity.user_name, identity.identified_by) == ("Ben", IdentifiedBy.CARD)
    assert identity.vehicle_name == "ID.4"


def test_a_car_without_a_usual_driver_identifies_no_user_but_is_on_record() -> None:
    charger = Charger()
    charger.plug_in()
    see_car(charger, ID4.vehicle_id)
    identity = end(charger)
    assert (identity.known, identity.vehicle_name) == (False, "ID.4")
    assert identity.unknown_reason is UnknownReason.NO_CARD


def test_a_car_of_a_finished_session_does_not_identify_the_next_one() -> None:
    charger = Charger(with_zoe())
    charger.plug_in()
    earlier = identity_and_id(charger)[1]
    end(charger)
    charger.plug_in()
    see_car(charger, ZOE.vehicle_id, earlier)
    assert who(charger) == ("Unknown", None)


def test_mapping_a_card_identifies_the_running_session_though_the_reader_has_cleared_it() -> None:
    charger = Charger()
    charger.plug_in(card=STRANGERS_SLOT)
    charger.card(NOBODY)
    assert identity_and_id(charger)[0].unknown_reason is UnknownReason.CARD_UNMAPPED
    charger.configure(mapped(charger.settings, STRANGERS_SLOT, BEN))
    assert who(charger) == ("Ben", IdentifiedBy.CARD)
    assert "session_identified" in charger.names()
    assert end(charger).user_name == "Ben"


def test_mapping_a_card_does_not_take_a_session_from_the_chosen_user() -> None:
    charger = Charger()
    charger.plug_in(card=STRANGERS_SLOT)
    choose(charger, Driver.USER, ANNA.user_id)
    charger.configure(mapped(charger.settings, STRANGERS_SLOT, BEN))
    assert who(charger) == ("Anna", IdentifiedBy.CHOICE)
    choose(charger, Driver.AUTOMATIC)
    assert who(charger) == ("Ben", IdentifiedBy.CARD)
