"""The owner of the unknown card: from the command line, or from the person at the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from .terminal import Terminal

DEFAULT_OWNER = "Ben"


@dataclass(frozen=True, slots=True)
class Answers:
    """Use `owner` from the command line. None: ask, if a person is at the terminal."""

    terminal: Terminal
    owner: str | None = None

    @property
    def asks(self) -> bool:
        """Whether a person decides."""
        return self.owner is None and self.terminal.listens

    @property
    def without_asking(self) -> str:
        """The owner if there is no person to ask or no answer."""
        return self.owner or DEFAULT_OWNER

    async def owner_of(self, card: str, users: Sequence[str]) -> str:
        """Ask until there is a valid name."""
        offered = (*users, "a new person …")
        menu = " ".join(f"[{number}] {name}" for number, name in enumerate(offered, 1))
        question = f"? {card} is unknown. Who owns it? {menu}:"
        name: str | None = None
        while name is None:
            typed = await self.terminal.ask(question)
            if typed == str(len(offered)):
                typed = await self.terminal.ask("  Name of the new person:")
            name = chosen(typed, users)
        return name


def chosen(typed: str, users: Sequence[str]) -> str | None:
    """Return the name for a number of the menu, a user's name or a new name; None if the input is invalid."""
    if typed.isdecimal():
        if 0 < int(typed) <= len(users):
            return users[int(typed) - 1]
        return None
    known = {user.casefold(): user for user in users}
    return known.get(typed.casefold(), typed) or None
