"""The rule for a stale card: one that the reader still shows although it was held there for an earlier session.

A card that was shown when a session ended, and has not changed since, identifies no user. It counts again once it is
held to the reader again.

Two actors apply the rule, each to what it sees:

- The resolver sees each value of the reader. It applies the rule to sessions that end with an unplug
  (`left_at_end`, `left_after_reading`).
- The session actor sees absences of the charger. It applies the rule to sessions that ended or ran during one
  (`left_by_session`, `left_by_unseen_car`, `left_after_identity`).

Both use `with_stale_card` as the identity that such a card stands for.
"""

from __future__ import annotations

from ..card import CardKind, CardReading
from ..household import ChargerSettings, Options, Settings
from ..moment import Moment
from ..records import Identity, UnknownReason
from .identity import without_user


def applies(charger: ChargerSettings) -> bool:
    """Return whether a card can be stale here; False where the charger itself forgets the card with its session."""
    return not charger.card_belongs_to_transaction


def with_stale_card(settings: Settings) -> Identity:
    """Return who charges while a stale card is shown: the default user, or no user."""
    return without_user(UnknownReason.STALE_CARD, settings)


# The resolver: sessions that ended while the reader was watched.


def left_at_end(read_at: Moment | None, ended: Moment) -> bool:
    """Return whether the value that the reader shows was read before the plug went off: later, it is a new tap."""
    return read_at is None or read_at.mono <= ended.mono


def left_after_reading(
    stale: CardReading | None, reading: CardReading, connected: bool | None, missed: bool
) -> CardReading | None:
    """Return the stale value after the reader showed a value.

    `missed`: a car left while the reader was unavailable. The card that it shows on its return may be that car's, so it
    is stale until the next car is connected. A reader that is silent for a moment while a car is connected shows the
    same card afterwards, which is no tap. Between two cars, silence may be how the reader shows that there is no card.
    """
    if missed and not connected:
        return reading
    silent_for_a_moment = reading.kind is CardKind.SILENT and connected is True
    if reading == stale or silent_for_a_moment:
        return stale
    return None


def is_stale(stale: CardReading | None, reading: CardReading) -> bool:
    """Return whether the value that the reader shows is the stale one."""
    return stale is not None and stale == reading


# The session: sessions that ended or ran while the charger was away. Cards are texts here, as records keep them.


def left_by_session(last_tapped: Identity | None, candidate: Identity) -> bool:
    """Return whether the card that is shown is the one of the session that ended during an absence."""
    return last_tapped is not None and last_tapped.card == candidate.card


def left_by_unseen_car(received_mwh: int, options: Options) -> bool:
    """Return whether a car came and left during an absence: then the card that is shown was held there for that car."""
    return received_mwh >= options.least_energy_mwh


def left_after_identity(stale: str | None, card: str | None, tapped: bool, unseen: bool) -> str | None:
    """Return the stale card after the resolver named an identity with this card (None: with no card).

    A tap or another card ends it. A reader that is unavailable does not. `unseen`: the identity belongs to the moment
    at which it was found that a car came and left unseen.
    """
    if unseen:
        return card
    if tapped or (card is not None and card != stale):
        return None
    return stale
