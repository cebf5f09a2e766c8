"""Those who have charged: users of today, users who were deleted, and those who are no user."""

from __future__ import annotations

from collections.abc import Mapping

from ..household import User, UserType
from ..records import Identity

type Payer = tuple[str | None, UserType | None]
"""A user's id, or the type of those who are no user: Unknown stays apart from guests without a name."""


def payer_of(who: Identity) -> Payer:
    """Whom an identity counts for."""
    return (who.user_id, None) if who.user_id is not None else (None, who.user_type)


class Payers:
    """What each payer is called, and whether they are a resident, a guest or Unknown: always exactly one of these.

    Today's household says so; for those it does not know any more, their last session does.
    """

    def __init__(self) -> None:
        """Know nobody."""
        self._users: Mapping[str, User] = {}
        self._met: dict[Payer, Identity] = {}

    def know(self, users: Mapping[str, User]) -> bool:
        """Take who belongs to the household; whether that is news."""
        news = users != self._users
        self._users = users
        return news

    def meet(self, who: Identity) -> bool:
        """Remember a payer as of a recorded session; whether they may be somebody else by that."""
        payer = payer_of(who)
        before = self._met.get(payer)
        self._met[payer] = who
        return before is None or (before.user_type, before.user_name) != (who.user_type, who.user_name)

    def type_of(self, who: Identity) -> UserType:
        """What somebody is."""
        user = self._users.get(who.user_id or "")
        return user.user_type if user else self._met.get(payer_of(who), who).user_type

    def name_of(self, who: Identity) -> str:
        """What somebody is called."""
        user = self._users.get(who.user_id or "")
        if user is not None:
            return user.name
        name = self._met.get(payer_of(who), who).user_name
        return name if who.user_id is None else f"{name} (removed)"

    def met(self, payer: Payer) -> Identity:
        """A payer as of their last recorded session."""
        return self._met[payer]
