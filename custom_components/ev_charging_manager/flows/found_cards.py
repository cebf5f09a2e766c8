"""The form that assigns all cards of a charger at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigSubentry

from .. import const
from ..adapters.charger.goe_cards import ProgrammedCard
from ..adapters.configuration import active_users, card_key, subentries
from ..adapters.sanitize import without_markup
from ..domain.profile import CardFormat
from .fields import one_of

WH_PER_KWH: Final = 1000

# What stands where there is nothing to name.
NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class FoundCards:
    """The programmed cards of one charger, beside what the household knows of them at this moment."""

    entry: ConfigEntry[Any]
    charger_id: str
    cards: Sequence[ProgrammedCard]

    def fields(self) -> dict[Any, Any]:
        """A user for each card; of a card that is mapped already its owner and nobody else."""
        active = active_users(self.entry)
        owners = self._owners()
        return {
            vol.Optional(field_of(card.slot)): one_of([owners[card.slot]] if card.slot in owners else active)
            for card in self.cards
        }

    def proposals(self) -> dict[str, str]:
        """Whose each card seems to be, by field: the owner, or the user of whom the card's name speaks."""
        owners, active = self._owners(), active_users(self.entry)
        likely = {card.slot: owners.get(card.slot) or namesake(card.name, active) for card in self.cards}
        return {field_of(slot): user.subentry_id for slot, user in likely.items() if user}

    def words(self) -> dict[str, str]:
        """Each card's name and energy, and the mapped ones with their owners, as placeholders of the form."""
        owners = self._owners()
        shown = {card.slot: card_words(card) for card in self.cards}
        mapped = [f"{shown[slot]} → {owner.title}" for slot, owner in owners.items() if slot in shown]
        cards = {f"card_{slot}": shown.get(slot, NONE) for slot in const.CARD_SLOTS}
        return {**cards, "mapped": "; ".join(mapped) or NONE}

    def errors(self, typed: Mapping[str, Any]) -> dict[str, str]:
        """What became impossible while the form was open."""
        mapped = {field_of(slot) for slot in self._owners()}
        active = {user.subentry_id for user in active_users(self.entry)}
        gone = {name: "user_gone" for name, user in typed.items() if name not in mapped and user not in active}
        return gone | {name: "mapped_meanwhile" for name, user in self._conflicts(typed)}

    def assigned(self, typed: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The mappings to add, as they are stored."""
        owners = self._owners()
        return [
            {**self._identity(card.slot), const.CONF_USER: typed[field_of(card.slot)], const.CONF_ACTIVE: True}
            for card in self.cards
            if card.slot not in owners and field_of(card.slot) in typed
        ]

    def _conflicts(self, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
        owners = {field_of(slot): owner.subentry_id for slot, owner in self._owners().items()}
        return [(name, user) for name, user in typed.items() if owners.get(name, user) != user]

    def _identity(self, slot: int) -> dict[str, Any]:
        return {const.CONF_CARD_KIND: CardFormat.SLOT.value, const.CONF_CHARGER: self.charger_id, const.CONF_SLOT: slot}

    def _owners(self) -> dict[int, ConfigSubentry]:
        """The owners of the mapped cards by slot. A user's cards are deleted with the user."""
        mappings = {card_key(mapping.data): mapping.data for mapping in subentries(self.entry, const.SUBENTRY_RFID)}
        known = {card.slot: mappings.get(card_key(self._identity(card.slot))) for card in self.cards}
        owners = {slot: self.entry.subentries.get(data[const.CONF_USER]) for slot, data in known.items() if data}
        return {slot: owner for slot, owner in owners.items() if owner}


def field_of(slot: int) -> str:
    """The form's field for a slot."""
    return f"slot_{slot}"


def card_words(card: ProgrammedCard) -> str:
    """A card as the form names it: "#1 Anna, 12.3 kWh"."""
    # The front end shows it as Markdown: a picture in a name would be fetched from wherever it lies.
    name = without_markup(card.name) or NONE
    return f"#{card.slot} {name}, {card.energy_wh / WH_PER_KWH:.1f} kWh"


def namesake(name: str, users: Iterable[ConfigSubentry]) -> ConfigSubentry | None:
    """The one user of whom a card's name speaks; None where nobody or several could be meant.

    "Anna" and "Annas card" differ too much to guess, "Anna VW" or "anna" do not: whole words decide.
    """
    words = _words(name)
    same, similar = [], []
    for user in users:
        theirs = _words(user.title)
        if theirs == words:
            same.append(user)
        if theirs <= words or words <= theirs:
            similar.append(user)
    candidates = (same or similar) if words else []
    return candidates[0] if len(candidates) == 1 else None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())
