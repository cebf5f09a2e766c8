"""The payers: present users, deleted users, and sessions without a user."""

from __future__ import annotations

from collections.abc import Mapping

from ..household import User, UserType
from ..records import Identity

type Payer = tuple[str | None, UserType | None]
"""A user's id; without a user the type, so that Unknown and guests who are not set up as users stay apart."""


def payer_of(who: Identity) -> Payer:
    """Return the payer that an identity counts for."""
    if who.user_id is not None:
        return who.user_id, None
    return None, who.user_type


class Payers:
    """The name of each payer, and whether it is a resident, a guest or Unknown: always exactly one of these.

    Present users are as the household has them; all others as their last recorded session has them.
    """

    def __init__(self) -> None:
        """Start without payers."""
        self._users: Mapping[str, User] = {}
        self._met: dict[Payer, Identity] = {}

    def set_users(self, users: Mapping[str, User]) -> bool:
        """Take the household's users; return whether they changed."""
        news = users != self._users
        self._users = users
        return news

    def meet(self, who: Identity) -> bool:
        """Remember a payer from a recorded session; return whether its name or type may have changed."""
        payer = payer_of(who)
        before = self._met.get(payer)
        self._met[payer] = who
        return before is None or (before.user_type, before.user_name) != (who.user_type, who.user_name)

    def type_of(self, who: Identity) -> UserType:
        """Return the present type of a payer."""
        user = self._users.get(who.user_id or "")
        if user is not None:
            return user.user_type
        return self._met.get(payer_of(who), who).user_type

    def name_of(self, who: Identity) -> str:
        """Return the present name of a payer; that of a deleted user is marked as removed."""
        user = self._users.get(who.user_id or "")
        if user is not None:
            return user.name
        name = self._met.get(payer_of(who), who).user_name
        return name if who.user_id is None else f"{name} (removed)"

    def met(self, payer: Payer) -> Identity:
        """Return a payer as its last recorded session has it. Raises KeyError for one without a session."""
        return self._met[payer]
