"""A scene, and how scenes are played: in parallel at different chargers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp

from .errors import DemoError
from .stage import Stage
from .terminal import say
from .verdict import Verdict, failed


@dataclass(frozen=True, slots=True)
class Scene:
    """`charger`: the serial of its charger; None: it uses the whole house and is played after all others."""

    name: str
    charger: str | None
    opening: str
    play: Callable[[Stage], Awaitable[Verdict]]


async def play_all(scenes: Sequence[Scene], stage: Stage) -> bool:
    """Return whether each scene ended as expected. Scenes of one charger are played in the given order."""
    chargers = dict.fromkeys(each.charger for each in scenes if each.charger is not None)
    queues = [[each for each in scenes if each.charger == charger] for charger in chargers]
    alone = [each for each in scenes if each.charger is None]
    ended = await asyncio.gather(*(_one_after_the_other(queue, stage) for queue in queues))
    return all([*ended, await _one_after_the_other(alone, stage)])


async def _one_after_the_other(scenes: Sequence[Scene], stage: Stage) -> bool:
    return all([await _told(scene, stage) for scene in scenes])


async def _told(scene: Scene, stage: Stage) -> bool:
    say(f"▸ {scene.name}: {scene.opening}")
    try:
        verdict = await scene.play(stage)
    except (DemoError, aiohttp.ClientError) as error:
        verdict = failed(str(error) or repr(error))
    for line in verdict.lines(scene.name):
        say(line)
    return verdict.equal
