"""The last session of each payer at each charger."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings, strategies as st

from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord

from .making import ANNA, GUEST, MARCH_NOON, NOBODY, SOME_GUEST, commit, given_to, opened, session

MONTH = 31 * 86_400

histories = st.lists(
    st.builds(
        lambda who, charger, when, outcome: session(
            f"s{when}", MARCH_NOON + when * 86_400, identity=who, charger_id=charger, outcome=outcome
        ),
        st.sampled_from((ANNA, GUEST, NOBODY, SOME_GUEST)),
        st.sampled_from(("garage", "yard")),
        st.integers(0, 120),
        st.sampled_from((Outcome.COMPLETED, Outcome.COMPLETED, Outcome.DISCARDED)),
    ),
    max_size=12,
    unique_by=lambda record: record.session_id,
)


@settings(max_examples=40, deadline=None)
@given(histories)
def test_each_payer_has_the_newest_completed_session_at_each_charger(history: list[SessionRecord]) -> None:
    newest = {
        (record.charger_id, record.identity.user_id, record.identity.user_type): record.session_id
        for record in sorted(history, key=lambda record: record.started_at)
        if record.outcome is Outcome.COMPLETED
    }
    with TemporaryDirectory() as folder, opened(Path(folder) / "ledger.db") as ledger:
        ledger.commit([commit(*history)])
        found = ledger.last_of_each()
    cells = {(one.charger_id, one.identity.user_id, one.identity.user_type): one.session_id for one in found}
    assert cells == newest
    assert len(found) == len(newest)
    assert [one.ended_at for one in found] == sorted(one.ended_at or 0.0 for one in found)


def test_a_session_that_ran_into_the_next_month_is_found(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session("s1", MARCH_NOON), session("s2", MARCH_NOON + MONTH, quarters=2_500))])
        assert [one.session_id for one in ledger.last_of_each()] == ["s2"]


def test_a_corrected_session_is_the_last_of_its_new_user(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session("s1"), session("s2", MARCH_NOON + MONTH))])
        ledger.assign("s2", given_to(GUEST), "somebody", 0.0)
        found = {one.identity.user_id: one.session_id for one in ledger.last_of_each()}
    assert found == {"anna": "s1", "gus": "s2"}
