"""The form that assigns all cards of a charger in one step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry

from ... import const
from ...adapters.charger.goe_cards import ProgrammedCard
from ...adapters.configuration import active_users, card_key, subentries
from ...adapters.sanitize import without_markup
from ...domain.profile import CardFormat
from ..fields import Form, HouseholdEntry, Values, one_of

WH_PER_KWH: Final = 1000

# Shown in place of a missing name, number or list.
NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class FoundCards:
    """The programmed cards of one charger, compared with the household's mappings at this moment."""

    entry: HouseholdEntry
    charger_id: str
    cards: Sequence[ProgrammedCard]

    def fields(self) -> Form:
        """Return a user selector for each card; a card that is mapped already offers only its owner."""
        active = active_users(self.entry)
        owners = self._owners()
        offered = {card.slot: active for card in self.cards} | {slot: [owner] for slot, owner in owners.items()}
        return {vol.Optional(field_of(slot)): one_of(users) for slot, users in offered.items()}

    def proposals(self) -> dict[str, str]:
        """Return the likely user of each card by field: its owner, or the user that the card is named after."""
        owners = self._owners()
        active = active_users(self.entry)
        likely = {card.slot: owners.get(card.slot) or namesake(card.name, active) for card in self.cards}
        return {field_of(slot): user.subentry_id for slot, user in likely.items() if user}

    def words(self) -> dict[str, str]:
        """Return the form's placeholders: each card's name and energy, and the mapped cards with their owners."""
        owners = self._owners()
        shown = {card.slot: card_words(card) for card in self.cards}
        mapped = [f"{shown[slot]} → {owner.title}" for slot, owner in owners.items() if slot in shown]
        cards = {f"card_{slot}": shown.get(slot, NONE) for slot in const.CARD_SLOTS}
        return {**cards, "mapped": "; ".join(mapped) or NONE}

    def errors(self, typed: Values) -> dict[str, str]:
        """Return an error for each field that became impossible while the form was open."""
        mapped = {field_of(slot) for slot in self._owners()}
        active = {user.subentry_id for user in active_users(self.entry)}
        gone = {name: "user_gone" for name, user in typed.items() if name not in mapped and user not in active}
        return gone | dict.fromkeys(self._conflicts(typed), "mapped_meanwhile")

    def assigned(self, typed: Values) -> list[dict[str, Any]]:
        """Return the data of the mappings to add."""
        owners = self._owners()
        return [
            {**self._identity(card.slot), const.CONF_USER: typed[field_of(card.slot)], const.CONF_ACTIVE: True}
            for card in self.cards
            if card.slot not in owners and field_of(card.slot) in typed
        ]

    def _conflicts(self, typed: Values) -> Iterator[str]:
        """Return the fields of cards that were mapped to another user meanwhile."""
        owners = {field_of(slot): owner.subentry_id for slot, owner in self._owners().items()}
        return (name for name, user in typed.items() if owners.get(name, user) != user)

    def _identity(self, slot: int) -> dict[str, Any]:
        return {const.CONF_CARD_KIND: CardFormat.SLOT.value, const.CONF_CHARGER: self.charger_id, const.CONF_SLOT: slot}

    def _owners(self) -> dict[int, ConfigSubentry]:
        """Return the owners of the mapped cards by slot. A card without a user is about to be deleted."""
        mappings = {card_key(mapping.data): mapping.data for mapping in subentries(self.entry, const.SUBENTRY_RFID)}
        found = {card.slot: mappings.get(card_key(self._identity(card.slot))) for card in self.cards}
        owners = {slot: self.entry.subentries.get(data[const.CONF_USER]) for slot, data in found.items() if data}
        return {slot: owner for slot, owner in owners.items() if owner}


def field_of(slot: int) -> str:
    """Return the form's field for a slot."""
    return f"slot_{slot}"


def card_words(card: ProgrammedCard) -> str:
    """Return a card as the form shows it: "#1 Anna, 12.3 kWh"."""
    # The front end renders Markdown: it would fetch a picture in a card's name from a foreign server.
    name = without_markup(card.name) or NONE
    return f"#{card.slot} {name}, {card.energy_wh / WH_PER_KWH:.1f} kWh"


def namesake(name: str, users: Iterable[ConfigSubentry]) -> ConfigSubentry | None:
    """Return the one user that a card is named after; None if there is no such user, or more than one.

    Whole words are compared, without regard to case: "Anna VW" matches the user Anna, "Annas card" does not.
    """
    words = _words(name)
    if not words:
        return None
    candidates = [(user, _words(user.title)) for user in users]
    same = [user for user, title in candidates if title == words]
    similar = [user for user, title in candidates if title <= words or words <= title]
    matches = same or similar
    if len(matches) != 1:
        return None
    return matches[0]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())
