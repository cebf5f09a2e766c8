"""The question for the owner of the unknown card, at a real terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.demo.answer import chosen

ROOT = Path(__file__).parents[2]
USERS = ("Anna", "Ben")
ASKING = """
import asyncio
from benchmarks.demo.answer import Answers
from benchmarks.demo.terminal import TERMINAL, say

async def main():
    answers = Answers(TERMINAL)
    assert answers.asks
    asyncio.get_running_loop().call_soon(say, "a session ends meanwhile")
    say("owner: " + await answers.owner_of("slot 4 at Garage right", ["Anna", "Ben"]))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("typed", "owner"),
    [
        ("2", "Ben"),
        ("ben", "Ben"),
        ("Clara", "Clara"),
        ("", None),
        ("0", None),
        ("4", None),
    ],
)
def test_typed_words_are_a_person(typed: str, owner: str | None) -> None:
    assert chosen(typed, USERS) == owner


def conversation(*typed: str) -> str:
    """Return the screen of a user who types these lines, one after each question that ends with a colon."""
    ours, theirs = pty.openpty()
    words = [sys.executable, "-c", ASKING]
    with subprocess.Popen(words, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        screen, left = b"", list(typed)
        try:
            while part := os.read(ours, 4096):
                screen += part
                if left and screen.rstrip().endswith(b":"):
                    os.write(ours, left.pop(0).encode() + b"\n")
        except OSError:
            pass  # Linux raises this error when the other end of the terminal is closed.
        assert process.wait(20) == 0, screen.decode()
    os.close(ours)
    return screen.decode()


def test_person_at_the_terminal_chooses_from_the_menu() -> None:
    screen = conversation("7", "2")
    assert screen.count("? slot 4 at Garage right is unknown. Who owns it? [1] Anna [2] Ben [3] a new person …:") == 2
    assert "owner: Ben" in screen


def test_person_at_the_terminal_gives_a_new_name() -> None:
    assert "owner: Dora Müller" in conversation("3", "Dora Müller")


def test_lines_do_not_interrupt_a_question() -> None:
    screen = conversation("1")
    question, told = screen.index("Who owns it?"), screen.index("a session ends meanwhile")
    assert question < screen.index("…:") < told
    assert "a session" not in screen[question : screen.index("…:")]
