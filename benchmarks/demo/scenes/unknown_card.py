"""An unknown card, until the user assigns it to a person."""

import asyncio
from functools import partial
from math import inf

from ..answer import Answers
from ..errors import DemoError
from ..garage import RIGHT
from ..household import household_ids
from ..repairs import UnmappedCard, give_card, unmapped_card
from ..scene import Scene
from ..stage import Stage, Stay
from ..terminal import say
from ..totals import recorded_kwh
from ..verdict import Verdict

_DAY_S = 86_400
# One of these slots has no owner, even with data of an earlier run.
_SLOTS = (4, 6, 7, 8, 9, 10)
# Elapsed seconds. The demo must not wait forever for a person who has left the terminal.
_PATIENCE_S = 120.0
_UNKNOWN = "Unknown"


async def play(stage: Stage) -> Verdict:
    """The running session and the totals change immediately after the answer, the record at the end."""
    slot = _free_slot(stage)
    stay = await stage.comes(RIGHT, "Stranger", after_s=30, stay_s=_DAY_S, soc=0.1, card=slot, card_s=-5)
    look = partial(unmapped_card, stage.api, stay.charger, f"slot {slot}")
    card = await stage.until(look, "the repair of the unknown card", 600)
    await stage.charged(stay, 1.0)
    owner = await _owner(stage, stay, card)
    if owner is None:
        record, differences = await stage.judged(await stage.leaves(stay))
        return Verdict("no user: the card is ignored", record.user, differences)
    stage.expectation.name(stay.charger, slot, owner, stage.now())
    return await _followed(stage, stay, owner)


def _free_slot(stage: Stage) -> int:
    charger = next(each.name for each in stage.simulator.chargers if each.serial == RIGHT)
    slot = next((each for each in _SLOTS if stage.ids.owner_of(charger, each) is None), None)
    if slot is None:
        raise DemoError("every card has an owner already; run the demo without --keep to start with fresh data")
    return slot


async def _owner(stage: Stage, stay: Stay, card: UnmappedCard) -> str | None:
    """Return the user of the running session once the card has an owner; None if the repair was ignored."""
    ids = await household_ids(stage.api)
    users = list(ids.users) if ids else []
    name = await _answer(stage, card, users)
    if name is not None:
        await give_card(stage.api, card, name, users)
        say(f"  the repair is solved: {card.card} at {card.charger} belongs to {name}")
    elif await _ignored(stage, card):
        return None
    charger_id = stage.ids.chargers[stay.charger]

    async def identified() -> str | None:
        user = await stage.shown(charger_id, "current_user")
        if user == _UNKNOWN:
            return None
        return user

    found = await stage.until(identified, "the running session to get a user")
    return name or found


async def _answer(stage: Stage, card: UnmappedCard, users: list[str]) -> str | None:
    """Return a name; None if the repair was solved or ignored in the browser."""
    answers = stage.answers
    if not answers.asks:
        return answers.without_asking
    say(f"  Answer here, or in the browser: {stage.api.url}/config/repairs")
    asking = asyncio.create_task(_asked(answers, card, users))
    browser = asyncio.create_task(_gone(stage, card))
    try:
        await asyncio.wait((asking, browser), timeout=_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            return asking.result()
        if browser.done():
            return None
        return answers.without_asking
    finally:
        asking.cancel()
        browser.cancel()
        await asyncio.wait((asking, browser))


async def _asked(answers: Answers, card: UnmappedCard, users: list[str]) -> str:
    try:
        return await answers.owner_of(f"{card.card} at {card.charger}", users)
    except EOFError:
        return answers.without_asking


async def _gone(stage: Stage, card: UnmappedCard) -> None:
    async def gone() -> bool:
        return await unmapped_card(stage.api, card.charger, card.card) is None

    await stage.until(gone, "an answer", inf, every_s=0.5)


async def _ignored(stage: Stage, card: UnmappedCard) -> bool:
    issues = (await stage.api.ask("repairs/list_issues"))["issues"]
    return any(each["issue_id"] == card.issue_id and each["ignored"] for each in issues)


async def _followed(stage: Stage, stay: Stay, owner: str) -> Verdict:
    ids = await household_ids(stage.api)
    assert ids is not None, "the household is there"
    before = recorded_kwh(stage.config, owner)
    running = (await stage.charger(stay))["wh"] / 1000

    async def total(least: float) -> float | None:
        kwh = float(await stage.shown(ids.users[owner], "total_energy") or 0)
        if kwh > least - 0.001:
            return kwh
        return None

    followed = await stage.until(
        partial(total, before + running), f"{owner}'s total to include the running session", 600
    )
    truth = await stage.leaves(stay)
    record, differences = await stage.judged(truth)
    energy = record.energy_mwh / 1e6
    in_the_end = await stage.until(
        partial(total, before + energy), f"{owner}'s total to include the finished session", 600
    )
    return Verdict(
        f"{owner}, including the energy before the answer",
        f"{record.user}, {energy:.2f} kWh",
        differences,
        [f"{owner}'s total: {before:.2f} kWh before, {followed:.2f} during the session, {in_the_end:.2f} at the end"],
    )


SCENE = Scene("unknown-card", RIGHT, "a driver uses a card without an owner.", play)
