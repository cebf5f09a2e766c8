"""All scenes of the demo with a real Home Assistant, and the unknown card that gets its owner in the browser."""

import asyncio
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.demo.api import Api
from benchmarks.demo.household import household_ids
from benchmarks.demo.repairs import give_card, unmapped_card
from benchmarks.demo.scenes import BY_NAME

ROOT = Path(__file__).parents[2]
DEMO = (sys.executable, "-m", "benchmarks.demo", "--headless", "--port", "0")
CLOSING_LINE = re.compile(r"meters (\d+\.\d\d) kWh = sessions (\d+\.\d\d) kWh · 0 lost · 0 doubled")
SURVIVED = re.compile(r"  Garage (\w+): (\d+\.\d) kWh before, (\d+\.\d) after, (\d+\.\d) at the end, recorded once")


@pytest.mark.timeout(420)
def test_all_scenes_end_as_they_should(tmp_path: Path) -> None:
    demo = subprocess.run(
        [*DEMO, "--scenes", "all", "--name-card", "Emil", "--data", str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=400,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout
    lines = demo.stdout.splitlines()
    assert {name for name in BY_NAME if any(line.startswith(f"✓ {name}: ") for line in lines)} == set(BY_NAME)
    meters, sessions = CLOSING_LINE.fullmatch(lines[-1]).groups()  # type: ignore[union-attr]
    assert meters == sessions
    # The repair created a new user.
    assert any(line.startswith("✓ unknown-card: ") and "recorded Emil, " in line for line in lines)
    assert sum("Recovered session " in line for line in lines) == 2
    survivors = {found[1]: [float(kwh) for kwh in found.groups()[1:]] for found in map(SURVIVED.match, lines) if found}
    before, after, recorded = survivors["left"]
    assert 0 < before < after <= recorded
    assert len(set(survivors["right"])) == 1


async def name_in_the_browser(url: str, name: str) -> None:
    """Do what the frontend does when a user opens Settings → Repairs and fills in the form."""
    async with Api(url) as api:
        await api.sign_in()
        card = await unmapped_card(api, "Garage right", "slot 4")
        ids = await household_ids(api)
        assert card is not None
        assert ids is not None
        await give_card(api, card, name, ids.users)


@pytest.mark.timeout(240)
def test_card_that_is_named_in_the_browser_ends_the_question_at_the_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    words = [*DEMO, "--scenes", "unknown-card", "--data", str(tmp_path)]
    screen, named = b"", False
    with subprocess.Popen(words, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        try:
            while part := os.read(ours, 4096):
                screen += part
                if not named and b"Who owns it?" in screen and screen.endswith(b": "):
                    url = re.search(rb"in the browser: (\S+)/config/repairs", screen)
                    assert url is not None
                    asyncio.run(name_in_the_browser(url[1].decode(), "Anna"))
                    named = True
        except OSError:
            pass  # Linux raises this error when the other end of the terminal is closed.
        assert process.wait(60) == 0, screen.decode()
    os.close(ours)
    assert named
    assert "recorded Anna, " in screen.decode()
