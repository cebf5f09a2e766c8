"""The command-line options of the demo."""

import pytest

from benchmarks.demo.options import options
from benchmarks.demo.scenes import ALL, BY_NAME

NAMES = tuple(BY_NAME)


def test_every_scene_that_the_demo_promises_is_there() -> None:
    assert set(NAMES) == {"spot", "guest", "stale", "no-cards", "outage", "crash", "unknown-card"}
    assert len(NAMES) == len(ALL)


@pytest.mark.parametrize(
    ("words", "scenes", "ends"),
    [
        ("", NAMES, False),
        ("--sessions 2 --headless", (), False),
        ("--scenes all", NAMES, True),
        ("--scenes none", (), False),
        ("--scenes crash,guest", ("guest", "crash"), True),
        ("--scenes stale --sessions 5", ("stale",), False),
    ],
)
def test_words_choose_scenes_and_when_it_ends(words: str, scenes: tuple[str, ...], ends: bool) -> None:
    chosen = options(words.split())
    assert chosen.scenes == scenes
    assert chosen.ends is ends


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scenes", "ghost"], "there is no scene ghost, only all, none, guest"),
        (["--scenes", "all,guest"], "there is no scene all"),
        (["--name-card", "  "], "a name has letters"),
    ],
)
def test_words_that_make_no_sense_are_named(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options(words)
    assert said in capsys.readouterr().err
