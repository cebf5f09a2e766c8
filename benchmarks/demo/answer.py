"""Who owns the unknown card: what the person at the terminal says, or what was said on the command line."""

from collections.abc import Sequence
from dataclasses import dataclass

from .terminal import Terminal

DEFAULT_OWNER = "Ben"


@dataclass(frozen=True, slots=True)
class Answers:
    """`owner`: what was said on the command line, None: ask where somebody is at the terminal."""

    terminal: Terminal
    owner: str | None = None

    @property
    def asks(self) -> bool:
        """Whether a person decides."""
        return self.owner is None and self.terminal.listens

    @property
    def without_asking(self) -> str:
        """Whose card it is where nobody can be asked, or nobody answers."""
        return self.owner or DEFAULT_OWNER

    async def owner_of(self, card: str, users: Sequence[str]) -> str:
        """Asks until there is a name."""
        offered = (*users, "a new name …")
        menu = " ".join(f"[{number}] {name}" for number, name in enumerate(offered, 1))
        question = f"? {card} is unknown. Whose is it? {menu}:"
        name: str | None = None
        while name is None:
            typed = await self.terminal.ask(question)
            if typed == str(len(offered)):
                typed = await self.terminal.ask("  The new name:")
            name = chosen(typed, users)
        return name


def chosen(typed: str, users: Sequence[str]) -> str | None:
    """A number of the menu, a user's name, or a new name; None if it is none of these."""
    if typed.isdecimal():
        return users[int(typed) - 1] if 0 < int(typed) <= len(users) else None
    known = {user.casefold(): user for user in users}
    return known.get(typed.casefold(), typed) or None
