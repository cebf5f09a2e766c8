"""Stored events."""

from __future__ import annotations

from pathlib import Path

from custom_components.ev_charging_manager.domain.commits import EventKind, OutboxEntry

from .making import commit, completed, opened, session

DAY = 86_400.0


def test_an_event_waits_until_it_was_fired_also_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ((entry,),) = ledger.commit([commit(session(), events=[completed(energy_kwh=4.0, name="Åsa", gap=None)])])
        assert entry.entry_id is not None
    with opened(path) as ledger:
        assert ledger.pending_events() == [entry]
        ledger.mark_fired([entry.entry_id], at=5.0)
        assert ledger.pending_events() == []


def test_events_come_in_the_order_they_were_recorded_in(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        started = OutboxEntry(EventKind.STARTED, "s1", "garage", {})
        first, second = ledger.commit(
            [commit(events=[started, completed("s1")]), commit(events=[completed("s2")], charger_id="yard")]
        )
        assert ledger.pending_events() == [*first, *second]
        assert [entry.session_id for entry in second] == ["s2"]


def test_a_repeat_after_a_crash_returns_the_stored_event(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ((first,),) = ledger.commit([commit(session(), events=[completed(price=1)])])
        ((again,),) = ledger.commit([commit(session(), events=[completed(price=2)])])
        assert again == first
        assert ledger.pending_events() == [first]
        ledger.mark_fired([again.entry_id or 0], at=5.0)
        ((third,),) = ledger.commit([commit(session(), events=[completed(price=1)])])
        assert third.entry_id == first.entry_id
        assert ledger.pending_events() == []


def test_fired_events_are_forgotten_after_thirty_days_and_waiting_ones_never(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        (entries,) = ledger.commit([commit(events=[completed(f"s{n}") for n in range(4)])])
        ids = [entry.entry_id or 0 for entry in entries]
        ledger.mark_fired([ids[0]], at=0.0)
        ledger.mark_fired([ids[1]], at=2 * DAY)
        ledger.mark_fired([ids[2]], at=31 * DAY)
        (again,) = ledger.commit([commit(events=[completed(f"s{n}") for n in range(4)])])
        assert again[0].entry_id not in ids
        assert [entry.entry_id for entry in again[1:]] == ids[1:]
        assert ledger.pending_events() == [entries[3], again[0]]


def test_an_event_marked_twice_keeps_the_time_it_was_first_fired(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ((entry,),) = ledger.commit([commit(events=[completed()])])
        ledger.mark_fired([entry.entry_id or 0], at=0.0)
        ledger.mark_fired([entry.entry_id or 0], at=20 * DAY)
        ledger.mark_fired([], at=31 * DAY)
        ((again,),) = ledger.commit([commit(events=[completed()])])
        assert again.entry_id != entry.entry_id
