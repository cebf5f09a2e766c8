"""The notifications about sums: an event at one charger notifies only the listeners of its own sums."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import cast

from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.household.sums import Sums
from custom_components.ev_charging_manager.adapters.recording.ledger_thread import LedgerThread
from custom_components.ev_charging_manager.domain.commits import Committed
from custom_components.ev_charging_manager.domain.messages import LiveView, Recorded
from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord
from custom_components.ev_charging_manager.domain.statistics.sums import HOUSEHOLD, Scope
from custom_components.ev_charging_manager.domain.statistics.totals import MonthTotal
from tests.ledger.making import MARCH_NOON, STOCKHOLM, commit, session

from ...domain.household import settings
from ...support.garage import Garage
from ...support.refreshing import Clock, view
from ...support.shown import charge


class Shown:
    """The shown sums: the value of each at its last notification, and the number of notifications."""

    def __init__(self, sums: Sums, *scopes: Scope) -> None:
        self._sums = sums
        self.times = dict.fromkeys(scopes, 0)
        self.mwh = dict.fromkeys(scopes, 0)
        for scope in scopes:
            sums.listen(scope, partial(self._look, scope))

    def _look(self, scope: Scope) -> None:
        self.times[scope] += 1
        self.mwh[scope] = self._sums.statistics.total(scope).energy_mwh - 10**6


ANNA, BEN = Scope(user_id="anna"), Scope(user_id="ben")


def two_at_once(hass: HomeAssistant, clock: Clock) -> tuple[Sums, Shown]:
    """Show a session of Anna at the left charger and one of Ben at the right one."""
    sums = Sums(hass, cast(LedgerThread, None), UTC, clock)
    shown = Shown(sums, ANNA, BEN, Scope(user_id="ben", charger_id="right"), HOUSEHOLD)
    sums.shown(LiveView(view("left", 0, 0)), settings())
    sums.shown(LiveView(view("right", 0, 0, "ben")), settings())
    sums.notify_all()
    return sums, shown


async def test_an_event_at_one_charger_does_not_notify_about_the_sums_of_another(hass: HomeAssistant) -> None:
    sums, shown = two_at_once(hass, Clock())
    sums.shown(LiveView(view("right", 1, 7, "ben")), settings())
    before = dict(shown.times)
    for second in range(1, 6):
        sums.shown(LiveView(view("left", second, second)), settings())
        sums.happened("left")
    assert {scope for scope, times in shown.times.items() if times != before[scope]} == {ANNA, HOUSEHOLD}
    assert shown.times[ANNA] == before[ANNA] + 5


async def test_shown_sums_add_up_although_they_are_notified_separately(hass: HomeAssistant) -> None:
    clock = Clock()
    sums, shown = two_at_once(hass, clock)
    for second in range(1, 40):
        clock.run_until(float(second))
        sums.shown(LiveView(view("left", second, second)), settings())
        sums.shown(LiveView(view("right", second, 3 * second, "ben")), settings())
        if second % 7 == 0:
            sums.happened("left")
        assert shown.mwh[ANNA] + shown.mwh[BEN] == shown.mwh[HOUSEHOLD] - 10**6


async def test_events_at_one_charger_do_not_delay_the_refresh_of_the_others(hass: HomeAssistant) -> None:
    clock = Clock()
    sums, shown = two_at_once(hass, clock)
    for second in range(1, 65):
        clock.run_until(float(second))
        sums.shown(LiveView(view("left", second, second)), settings())
        sums.shown(LiveView(view("right", second, second, "ben")), settings())
        sums.happened("left")
    assert shown.mwh[BEN] >= 55


async def test_an_identified_user_moves_the_session_between_sums_immediately(hass: HomeAssistant) -> None:
    sums, shown = two_at_once(hass, Clock())
    sums.shown(LiveView(view("left", 1, 5, "ben")), settings())
    sums.happened("left")
    assert shown.mwh[ANNA] == -(10**6)
    assert shown.mwh[BEN] == 10**6 + 5


async def test_a_session_followed_by_another_keeps_all_its_energy(hass: HomeAssistant) -> None:
    sums, shown = two_at_once(hass, Clock())
    last, first = view("left", 9, 50), view("left", 9, 1)
    assert first.record is not None
    sums.shown(LiveView(last), settings())
    sums.shown(LiveView(replace(first, record=replace(first.record, session_id="next"))), settings())
    sums.happened("left")
    assert shown.mwh[ANNA] == 10**6 + 51


async def test_pending_values_are_not_counted_beside_the_record(hass: HomeAssistant) -> None:
    sums, shown = two_at_once(hass, Clock())
    last = view("left", 9, 50)
    assert last.record is not None
    sums.shown(LiveView(last), settings())
    sums.recorded(Recorded((replace(last.record, outcome=Outcome.COMPLETED, ended_at=109.0),)))
    sums.happened("left")
    sums.notify_all()
    assert shown.mwh[ANNA] == 50


class Answer:
    """A ledger that answers with sums, and an event that happens while the answer is on its way."""

    ledger = None

    def __init__(self, record: SessionRecord) -> None:
        self._record = record
        self.meanwhile: Callable[[], None] = lambda: None

    async def call(self, *_: object) -> tuple[list[MonthTotal], list[SessionRecord]]:
        self.meanwhile()
        record, who = self._record, self._record.identity
        amounts = record.energy_mwh, 0, 1
        payer = who.user_id, who.user_name, who.user_type
        return [MonthTotal(record.charger_id, *payer, "1970-01", record.currency, *amounts)], [record]


async def test_a_session_that_ended_while_the_ledger_was_read_is_counted_once(hass: HomeAssistant) -> None:
    last = view("left", 9, 50)
    assert last.record is not None
    ledger = Answer(replace(last.record, outcome=Outcome.COMPLETED, ended_at=109.0))
    sums = Sums(hass, cast(LedgerThread, ledger), UTC, Clock())
    shown = Shown(sums, ANNA)
    ledger.meanwhile = lambda: sums.shown(LiveView(last), settings())
    await sums.recount()
    sums.happened("left")
    assert shown.mwh[ANNA] == 50
    assert sums.statistics.total(ANNA).sessions == 1


async def test_a_session_recorded_between_the_read_and_its_answer_stays_in_the_sums(
    hass: HomeAssistant, tmp_path: Path
) -> None:
    ledger = await LedgerThread.open(tmp_path / "ledger.db", STOCKHOLM, lambda: MARCH_NOON)
    sums = Sums(hass, ledger, STOCKHOLM, Clock())
    held, over = threading.Event(), threading.Event()

    async def end() -> None:
        answer = await ledger.commit(commit(session()))
        assert isinstance(answer, Committed)
        sums.recorded(Recorded(answer.sessions))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ledger.call(held.wait, 5.0))
        for task in (sums.recount(), end(), ledger.call(over.set)):
            await asyncio.sleep(0)
            tasks.create_task(task)
        await asyncio.sleep(0)
        # The event loop is busy for a moment, so that all answers arrive in one turn.
        held.set()
        over.wait(5.0)
    await ledger.close()
    assert sums.statistics.total(HOUSEHOLD).sessions == 1
    assert sums.statistics.last(HOUSEHOLD) is not None


async def test_a_session_notifies_no_sums_of_other_users(house: Garage) -> None:
    told: list[str] = []
    for user in ("Anna", "Gita"):
        house.entry.runtime_data.on_totals(Scope(user_id=house.id_of(user)), partial(told.append, user))
    await charge(house, "left", "1", 1000)
    assert "Anna" in told
    # Her sums are computed once more, because the first record of a user may change what belongs to them.
    assert told.count("Gita") <= 1
