"""Corrections of sessions."""

from __future__ import annotations

from pathlib import Path

import pytest

from custom_components.ev_charging_manager.domain.records import Outcome
from custom_components.ev_charging_manager.ledger import Correction, SessionUnknown

from .making import ANNA, GUEST, NOBODY, commit, given_to, opened, session, sums


def test_an_assigned_session_counts_for_its_new_user_and_what_was_measured_stays(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(session(identity=NOBODY), session("s2", identity=ANNA))])
        assert ledger.assign("s1", given_to(ANNA), "user:abc", 9.5) == session(identity=ANNA)
    with opened(path) as ledger:
        assert ledger.session("s1") == session(identity=ANNA)
        assert ledger.measured("s1") == session(identity=NOBODY)
        (total,) = ledger.month_totals()
        assert (total.user_id, total.sessions, total.energy_mwh) == ("anna", 2, 8_000_000)
        assert len(ledger.user_month("anna", "2026-03")) == 2
        assert len(ledger.history(user_id="anna").sessions) == 2
        assert ledger.history(user_id=None).sessions == ()


def test_the_newest_correction_counts_and_all_are_kept(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session(identity=NOBODY))])
        ledger.assign("s1", given_to(ANNA), "user:abc", 9.5)
        ledger.assign("s1", given_to(GUEST), "user:def", 10.5)
        assert ledger.corrections("s1") == [
            Correction(9.5, "user:abc", given_to(NOBODY), given_to(ANNA)),
            Correction(10.5, "user:def", given_to(ANNA), given_to(GUEST)),
        ]
        assert [total.user_id for total in ledger.month_totals()] == ["gus"]
        ledger.assign("s1", given_to(NOBODY), "user:def", 11.5)
        assert ledger.session("s1") == session(identity=NOBODY)
        assert [total.user_id for total in ledger.month_totals()] == [None]


def test_a_correction_survives_a_repeat_of_the_session_and_a_rebuild(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session(identity=NOBODY))])
        ledger.assign("s1", given_to(ANNA), "user:abc", 9.5)
        before = ledger.month_totals()
        ledger.commit([commit(session(identity=NOBODY))])
        assert ledger.month_totals() == before
        ledger.rebuild_totals()
        assert ledger.month_totals() == before
        assert [record.identity for record in ledger.last_sessions()] == [ANNA]


def test_a_discarded_session_may_be_corrected_and_still_counts_nowhere(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session(outcome=Outcome.DISCARDED))])
        ledger.assign("s1", given_to(GUEST), "user:abc", 9.5)
        assert sums(ledger.month_totals()) == (0, 0, 0)


def test_a_session_that_is_not_there_or_still_runs_cannot_be_corrected(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session(outcome=Outcome.RUNNING))])
        for session_id in ("s1", "s2"):
            with pytest.raises(SessionUnknown, match=session_id):
                ledger.assign(session_id, given_to(ANNA), "user:abc", 9.5)
        assert ledger.corrections("s1") == []


def test_what_a_guest_is_charged_moves_with_the_session_and_what_was_measured_stays(tmp_path: Path) -> None:
    guests = session(identity=GUEST, charge_price_micro=2_000_000, charge_price_method="price", soc_added_pct=5.5)
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(guests)])
        assert ledger.assign("s1", given_to(ANNA), "user:abc", 9.5) == session(identity=ANNA)
        (listed,) = ledger.last_sessions()
        assert (listed.charge_price_micro, listed.charge_price_method, listed.soc_added_pct) == (None, None, None)
        assert ledger.measured("s1") == guests
        ledger.assign("s1", given_to(GUEST, 1_999_999), "user:def", 10.5)
        assert [record.charge_price_micro for record in ledger.last_of_each()] == [1_999_999]
        first, second = ledger.corrections("s1")
        assert first.before == guests.attribution
        assert (second.before, second.after) == (given_to(ANNA), given_to(GUEST, 1_999_999))
