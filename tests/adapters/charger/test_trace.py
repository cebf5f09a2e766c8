"""The debug log: it explains why a session has no user, and contains nothing private."""

from __future__ import annotations

import logging

import pytest

from custom_components.ev_charging_manager.adapters.charger import trace
from custom_components.ev_charging_manager.domain.card import uid_reading
from custom_components.ev_charging_manager.domain.commits import Checkpoint, Commit
from custom_components.ev_charging_manager.domain.evidence import Signals
from custom_components.ev_charging_manager.domain.household import ChargerSettings, Settings
from custom_components.ev_charging_manager.domain.messages import (
    Announced,
    CardRead,
    ConfigurationChanged,
    IdentityKnown,
    LiveView,
    Observed,
    Phase,
    Progress,
    Started,
    Status,
)
from custom_components.ev_charging_manager.domain.metering.fold import CounterFold, Fold, PowerFold
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.records import IdentifiedBy, Identity, SessionRecord, UnknownReason
from custom_components.ev_charging_manager.runtime.messages import Marker, Woke
from tests.support.garage import Garage

PACKAGE = "custom_components.ev_charging_manager"
AT = Moment(1_700_000_000.0, 12.25)
UID = "04A1B2C3D4E5F6"
ANNA = Identity(user_id="u1", user_name="Anna", identified_by=IdentifiedBy.CARD, card=UID, unknown_reason=None)


def test_fields_with_their_defaults_are_left_out() -> None:
    assert trace.described(CardRead(AT, uid_reading(UID))) == (
        "CardRead(at=12.2 s, reading=CardReading(kind=card, key=**REDACTED**, text=**REDACTED**))"
    )


@pytest.mark.parametrize("reason", list(UnknownReason))
def test_an_unknown_identity_always_names_its_reason(reason: UnknownReason) -> None:
    text = trace.described(IdentityKnown(AT, Identity(unknown_reason=reason), waiting=True))
    assert text == (
        f"IdentityKnown(at=12.2 s, identity=Identity(identified_by=None, unknown_reason={reason.value}), waiting=True)"
    )


def test_a_known_identity_names_its_source_and_no_person() -> None:
    text = trace.described(IdentityKnown(AT, ANNA, tapped=True))
    assert "user_id='u1'" in text
    assert "identified_by=card" in text
    assert "Anna" not in text
    assert UID not in text


def test_a_fold_is_short() -> None:
    power = PowerFold(1.0, 7400.0, 7300.0)
    fold = Fold(AT, AT.later(1), session=CounterFold(100, 250, 150, 1), total=CounterFold(9, 159, 150), power=power)
    observed = Observed(AT, Signals(plug=True, card=uid_reading(UID)), fold=fold)
    assert trace.described(observed) == (
        "Observed(at=12.2 s, signals=Signals(plug=True, "
        "card=CardReading(kind=card, key=**REDACTED**, text=**REDACTED**)), "
        "fold=Fold(since=12.2 s, until=13.2 s, session=+150 to 250 mWh, 1 resets, total=+150 to 159 mWh, "
        "power=7300 W))"
    )


@pytest.mark.parametrize(
    "message",
    [
        ConfigurationChanged(AT, Settings(ChargerSettings("c1", "Garage of Anna"))),
        Started(AT, SessionRecord("s1", "c1", "Garage of Anna", 1.0, ANNA)),
        LiveView(Progress(AT, Status.TRACKING, Phase.CHARGING, SessionRecord("s1", "c1", "Anna", 1.0, ANNA))),
        Announced("session_started", {"user_name": "Anna", "card": UID}, 7),
        Marker(AT, (("resolver", ANNA),)),
        Commit(Checkpoint("c1", AT, {"resolver": ANNA}), (SessionRecord("s1", "c1", "Anna", 1.0, ANNA),) * 5),
        Woke("session", AT),
    ],
)
def test_bulky_messages_are_short_and_contain_nothing_private(message: object) -> None:
    text = trace.described(message)
    assert len(text) < 250
    assert "Anna" not in text
    assert UID not in text


def test_the_description_is_redacted_as_a_whole() -> None:
    describe = trace.describer(lambda text: text.replace("u1", "****"))
    assert "user_id='****'" in describe(ANNA)


async def _charge_with_a_strange_card(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    charger = garage.chargers["left"]
    charger.card("2")
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    charger.card("1")
    await garage.events.wait("session_identified")


async def test_the_debug_log_names_the_unknown_reason(garage: Garage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, PACKAGE)
    await _charge_with_a_strange_card(garage)

    lines = [record.getMessage() for record in caplog.records if record.name == f"{PACKAGE}.runtime.actor"]
    explained = [line for line in lines if line.startswith("left: resolver ← ") and "card_unmapped" in line]
    assert any("← CardRead(" in line and "Tapped(" in line and "IdentityKnown(" in line for line in explained)
    assert any("identified_by=card" in line for line in lines)
    for line in lines:
        assert "Anna" not in line
        assert "slot" not in line


async def test_no_message_is_described_while_the_debug_log_is_off(
    garage: Garage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, PACKAGE)
    described: list[object] = []
    monkeypatch.setattr(trace, "described", described.append)
    await _charge_with_a_strange_card(garage)
    assert described == []
