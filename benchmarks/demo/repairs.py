"""Settings → Repairs, as the frontend uses it."""

from collections.abc import Collection
from dataclasses import dataclass

from .api import Api
from .errors import DemoError
from .flow import fix_issue
from .household import DOMAIN


@dataclass(frozen=True, slots=True)
class UnmappedCard:
    """The repair for a card without a user. `card`: the card as the user sees it."""

    issue_id: str
    charger: str
    card: str


async def unmapped_card(api: Api, charger: str, card: str) -> UnmappedCard | None:
    """Return the open repair for this card at this charger; None if there is none or it is ignored."""
    for issue in (await api.ask("repairs/list_issues"))["issues"]:
        words = issue["translation_placeholders"] or {}
        ours = issue["domain"] == DOMAIN and issue["translation_key"] == "card_unmapped" and not issue["ignored"]
        if ours and (words["charger"], words["card"]) == (charger, card):
            return UnmappedCard(issue["issue_id"], charger, card)
    return None


async def give_card(api: Api, card: UnmappedCard, owner: str, users: Collection[str]) -> None:
    """Fill in the repair's form: an existing user or a new one."""
    known = {"next_step_id": "user", "user_id": owner}
    answers = known if owner in users else {"next_step_id": "new_user", "name": owner}
    result = await fix_issue(api, DOMAIN, card.issue_id, answers)
    if result["type"] != "create_entry":
        raise DemoError(f"The repair of {card.card} ended with {result.get('reason')}.")
