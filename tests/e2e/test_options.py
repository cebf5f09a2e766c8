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
    ("words", "error"),
    [
        (["--scenes", "ghost"], "unknown scene ghost; known scenes: all, none, guest"),
        (["--scenes", "all,guest"], "unknown scene all"),
        (["--name-card", "  "], "the name must contain letters"),
    ],
)
def test_invalid_options_are_named(words: list[str], error: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options(words)
    assert error in capsys.readouterr().err
