"""The ledger's thread with a slow, unresponsive, locked or damaged file."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from custom_components.ev_charging_manager.adapters.recording.ledger_thread import Deadlines, LedgerThread
from custom_components.ev_charging_manager.domain.commits import CommitFailed, Committed
from custom_components.ev_charging_manager.ledger import LedgerLocked, LedgerUnresponsive
from tests.ledger.damage.damaging import leaves_of, overwrite, pages_of
from tests.ledger.making import MARCH_NOON, STOCKHOLM, commit, completed, opened, session, sums


def run(path: Path, story: Callable[[LedgerThread], Awaitable[None]]) -> None:
    """Run a test with the thread of the ledger in this file."""

    async def told() -> None:
        thread = await LedgerThread.open(path, STOCKHOLM, lambda: MARCH_NOON)
        thread.deadlines = Deadlines(commit_s=0.2, call_s=0.2)
        try:
            await story(thread)
        finally:
            await thread.close(5.0)

    anyio.run(told)


async def hang(thread: LedgerThread) -> threading.Event:
    """Block the ledger's thread until the returned event is set."""
    begun, over = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        over.wait(20.0)

    with pytest.raises(LedgerUnresponsive):
        await thread.call(wait)
    assert begun.is_set()
    return over


def let_go() -> None:
    """Wait for the end of threads that a closed ledger left."""
    for worker in threading.enumerate():
        if worker.name == "ev_charging_ledger":
            worker.join(5.0)


def test_a_disk_that_hangs_fails_commits_in_time_and_takes_them_when_it_answers(tmp_path: Path) -> None:
    async def story(thread: LedgerThread) -> None:
        over = await hang(thread)
        for _ in range(3):
            answer = await thread.commit(commit(session()))
            assert isinstance(answer, CommitFailed)
            assert "did not answer" in answer.reason
        assert isinstance(thread.health.trouble, LedgerUnresponsive)
        over.set()
        assert isinstance(await thread.commit(commit(session())), Committed)
        assert thread.health.trouble is None
        assert await thread.call(thread.ledger.session, "s1") == session()

    run(tmp_path / "ledger.db", story)


def test_what_waits_for_a_disk_that_hangs_does_not_pile_up(tmp_path: Path) -> None:
    async def story(thread: LedgerThread) -> None:
        thread.deadlines = Deadlines(commit_s=0.01, call_s=0.2)
        over = await hang(thread)
        for n in range(50):
            assert isinstance(await thread.commit(commit(session(f"s{n}"))), CommitFailed)
            assert thread.waiting <= 1
        over.set()

    run(tmp_path / "ledger.db", story)


def test_closing_does_not_wait_for_a_disk_that_hangs_and_the_file_is_closed_when_it_answers(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"

    async def told() -> None:
        thread = await LedgerThread.open(path, STOCKHOLM)
        thread.deadlines = Deadlines(commit_s=0.1, call_s=0.1)
        await thread.commit(commit(session("before")))
        over = await hang(thread)
        await thread.commit(commit(session("never")))
        with anyio.fail_after(2.0):
            await thread.close(0.1)
        with pytest.raises(RuntimeError):
            await thread.call(thread.ledger.running)
        over.set()

    anyio.run(told)
    let_go()
    assert not Path(f"{path}-wal").exists()
    with opened(path) as ledger:
        assert ledger.session("before") == session("before")
        assert ledger.session("never") is None


def test_a_lock_of_another_program_fails_all_waiting_commits_with_that_reason(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"

    async def story(thread: LedgerThread) -> None:
        thread.deadlines = Deadlines(commit_s=20.0)
        answers: list[object] = []

        async def write(charger_id: str) -> None:
            answers.append(await thread.commit(commit(session(charger_id), charger_id=charger_id)))

        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            # Two busy timeouts: that of the first commit, and that of the others, which share a transaction.
            with anyio.fail_after(14.0):
                async with anyio.create_task_group() as tasks:
                    for n in range(6):
                        tasks.start_soon(write, f"charger{n}")
        assert all(isinstance(answer, CommitFailed) for answer in answers)
        assert isinstance(thread.health.trouble, LedgerLocked)
        await write("charger0")
        assert isinstance(answers[-1], Committed)
        assert thread.health.trouble is None

    run(path, story)


def test_an_invalid_checkpoint_is_put_aside_and_blocks_no_session_of_any_charger(tmp_path: Path) -> None:
    async def story(thread: LedgerThread) -> None:
        answers: dict[str, object] = {}

        async def write(charger_id: str, odd: object) -> None:
            made = commit(session(charger_id), charger_id=charger_id, odd=odd)
            answers[charger_id] = await thread.commit(made)

        async with anyio.create_task_group() as tasks:
            for charger_id, odd in (("first", 1), ("odd", object()), ("last", 1)):
                tasks.start_soon(write, charger_id, odd)
        assert {key for key, answer in answers.items() if isinstance(answer, Committed)} == {"first", "odd", "last"}
        assert thread.health.aside == {"checkpoint odd"}
        assert thread.health.trouble is None
        assert await thread.call(thread.ledger.checkpointed) == ["first", "last"]
        assert await thread.call(thread.ledger.session, "odd") == session("odd", charger_id="garage")

    run(tmp_path / "ledger.db", story)


def test_a_page_damaged_at_run_time_is_repaired_by_the_commit_that_finds_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    before = [session(f"s{n:03}", MARCH_NOON + n, quarters=12) for n in range(600)]
    with opened(path) as ledger:
        ledger.commit([commit(*before, events=[completed("s000")], step=1)])

    async def story(thread: LedgerThread) -> None:
        heard: list[int] = []
        thread.health.listen(lambda: heard.append(len(thread.health.mended)))
        thread.deadlines = Deadlines()
        overwrite(path, [*leaves_of(path, "sessions")[-2:], *range(pages_of(path) - 3, pages_of(path))])
        assert isinstance(await thread.commit(commit(session("new"), step=2)), Committed)
        (mended,) = thread.health.mended
        assert heard == [1]
        assert mended.salvaged.lost is not None
        assert 0 < mended.salvaged.lost < 60
        assert mended.salvaged.saved + mended.salvaged.lost == len(before)
        assert mended.aside.exists()
        assert await thread.call(thread.ledger.session, "new") == session("new")
        assert sums(await thread.call(thread.ledger.month_totals))[2] == mended.salvaged.saved + 1
        assert thread.health.as_dict()["mended"][0]["file"] == mended.aside.name

    run(path, story)


def test_a_disk_that_damages_file_after_file_is_not_filled_with_copies(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(*(session(f"s{n:03}", MARCH_NOON + n, quarters=12) for n in range(600)))])

    async def story(thread: LedgerThread) -> None:
        thread.deadlines = Deadlines()
        for answer in (Committed, CommitFailed, CommitFailed):
            await thread.call(thread.ledger.release)
            overwrite(path, range(2, pages_of(path) + 1))
            assert isinstance(await thread.commit(commit(session("new"))), answer)

    run(path, story)
    assert len([*tmp_path.glob("*.damaged-*.db")]) == 1


def test_a_call_that_has_not_begun_is_cancelled_when_closing_gives_up(
    tmp_path: Path,
) -> None:
    async def told() -> None:
        thread = await LedgerThread.open(tmp_path / "ledger.db", STOCKHOLM)
        thread.deadlines = Deadlines(commit_s=20.0, call_s=0.1)
        over = await hang(thread)
        thread.deadlines = Deadlines(commit_s=20.0, call_s=20.0)
        waiting = asyncio.ensure_future(thread.call(thread.ledger.running))
        with anyio.fail_after(5.0):
            await anyio.sleep(0.01)
            await thread.close(0.1)
            with pytest.raises(asyncio.CancelledError):
                await waiting
        over.set()

    anyio.run(told)
    let_go()


def test_a_commit_after_the_ledger_was_closed_fails(tmp_path: Path) -> None:
    async def told() -> None:
        thread = await LedgerThread.open(tmp_path / "ledger.db", STOCKHOLM)
        await thread.close()
        with anyio.fail_after(5.0):
            assert isinstance(await thread.commit(commit(session())), CommitFailed)
            assert isinstance(await thread.commit(commit(session())), CommitFailed)

    anyio.run(told)


def test_commits_of_one_turn_share_a_transaction_and_those_of_later_turns_wait_for_it(tmp_path: Path) -> None:
    async def story(thread: LedgerThread) -> None:
        answers: list[object] = []

        async def write(charger_id: str) -> None:
            answers.append(await thread.commit(commit(session(charger_id), charger_id=charger_id)))

        async with anyio.create_task_group() as tasks:
            for n in range(3):
                tasks.start_soon(write, f"first{n}")
            await anyio.lowlevel.checkpoint()
            await anyio.lowlevel.checkpoint()
            assert thread.waiting == 0
            for n in range(2):
                tasks.start_soon(write, f"second{n}")
            await anyio.lowlevel.checkpoint()
            assert thread.waiting == 2
        assert len([answer for answer in answers if isinstance(answer, Committed)]) == 5
        assert len(await thread.call(thread.ledger.last_sessions)) == 5

    run(tmp_path / "ledger.db", story)


def test_a_record_that_cannot_be_stored_does_not_block_the_later_ones_of_its_charger(tmp_path: Path) -> None:
    async def story(thread: LedgerThread) -> None:
        bad = session("bad", meter_start_mwh=2**70)
        assert isinstance(await thread.commit(commit(bad, events=[completed("bad")])), Committed)
        assert isinstance(await thread.commit(commit(session("good"))), Committed)
        assert thread.health.trouble is None
        assert thread.health.as_dict()["put_aside"] == 1
        assert await thread.call(thread.ledger.session, "good") == session("good")

    run(tmp_path / "ledger.db", story)


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_gone_is_noticed_at_the_next_commit_and_at_closing(tmp_path: Path, replaced: bool) -> None:
    path = tmp_path / "ledger.db"

    def remove() -> None:
        path.unlink()
        if replaced:
            path.write_bytes(b"another file")

    async def story(thread: LedgerThread) -> None:
        thread.mend_spacing_s = 0.0
        await thread.commit(commit(session("s1")))
        remove()
        assert isinstance(await thread.commit(commit(session("s2"))), Committed)
        await anyio.lowlevel.checkpoint()
        assert len(thread.health.restored) == 1
        remove()

    run(path, story)
    with opened(path) as ledger:
        assert sums(ledger.month_totals())[2] == 2
    assert len([*tmp_path.glob("ledger.replaced-*")]) == 2 * replaced


def test_a_file_that_is_replaced_again_and_again_does_not_fill_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"

    async def story(thread: LedgerThread) -> None:
        for number in range(3):
            other = tmp_path / "other"
            other.write_bytes(b"another file")
            other.rename(path)
            answer = await thread.commit(commit(session(f"s{number}")))
            assert isinstance(answer, CommitFailed if number else Committed)
        path.unlink()
        assert isinstance(await thread.commit(commit(session("last"))), Committed)

    run(path, story)
    assert len([*tmp_path.glob("ledger.replaced-*")]) == 1
