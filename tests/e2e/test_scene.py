"""The order of scenes, and the effect of a failed scene on the exit code."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from benchmarks.demo.errors import DemoError
from benchmarks.demo.scene import Scene, play_all
from benchmarks.demo.stage import Stage
from benchmarks.demo.verdict import Verdict

WELL = Verdict("3 kWh", "3 kWh")
NO_STAGE = cast(Stage, None)


def scene(name: str, charger: str | None, course: list[str], verdict: Verdict = WELL) -> Scene:
    async def play(_: Stage) -> Verdict:
        course.append(f"{name} begins")
        await asyncio.sleep(0)
        course.append(f"{name} ends")
        return verdict

    return Scene(name, charger, "Something happens.", play)


def played(*scenes: Scene) -> bool:
    return asyncio.run(play_all(scenes, NO_STAGE))


def test_scenes_of_one_charger_follow_each_other_and_those_of_others_are_played_meanwhile() -> None:
    course: list[str] = []
    assert played(scene("a", "1", course), scene("b", "1", course), scene("c", "2", course))
    assert course.index("a ends") < course.index("b begins")
    assert course.index("c begins") < course.index("a ends")


def test_scene_that_needs_the_whole_house_waits_for_all_others() -> None:
    course: list[str] = []
    played(scene("alone", None, course), scene("a", "1", course), scene("b", "2", course))
    assert course[-2:] == ["alone begins", "alone ends"]


def test_difference_is_shown_and_makes_the_outcome_bad(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = Verdict("3 kWh", "4 kWh", ("energy is 4 kWh, was 3 kWh",))
    assert not played(scene("a", "1", [], wrong), scene("b", "1", []))
    lines = capsys.readouterr().out.splitlines()
    assert "  energy is 4 kWh, was 3 kWh" in lines
    assert "✗ a: expected 3 kWh · recorded 4 kWh" in lines
    assert "✓ b: expected 3 kWh · recorded 3 kWh" in lines


def test_scene_that_does_not_end_is_a_difference_and_the_others_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    async def stuck(_: Stage) -> Verdict:
        raise DemoError("waited in vain for the charger to be back")

    play: Callable[[Stage], Awaitable[Verdict]] = stuck
    assert not played(Scene("a", "1", "Something happens.", play), scene("b", "1", []))
    told = capsys.readouterr().out
    assert "waited in vain for the charger to be back" in told
    assert "✗ a:" in told
    assert "✓ b:" in told
