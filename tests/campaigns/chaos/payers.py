"""The expected user of a session, and valid reasons for another user or none.

- `unknown_reason`, or the default user as `identified_by`: the driver was not identified while the reader, Home
  Assistant or the chain was in trouble.
- One driver pays for another only if all available evidence names that driver. Usually this is a card that was tapped
  unseen, and the record is `reconstructed`.
"""

from __future__ import annotations

from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.records import IdentifiedBy, SessionRecord

from .kinds import Kind
from .truth import BLIND, Scope, Tap, Trouble, Truth, Visit

CARD_UNKNOWN = f"{Role.CARD} unknown"
DEAF = (Scope.CARD, Scope.AWAY, Scope.OUTAGE, Scope.CHAIN, Scope.PLUG, Scope.LOCK)
READER_AWAY = (Scope.AWAY, Scope.OUTAGE, Scope.CARD)
TAPPED_UNSEEN = "a card that was tapped unseen and is still shown"
# A driver may tap a card this long before the plug-in.
EARLY_S = 6.0


class Payers:
    """Explains why a record has another user than the truth."""

    def __init__(self, kind: Kind, truth: Truth) -> None:
        """Prepare for this charger's day."""
        self._kind, self._truth = kind, truth

    def why(self, visit: Visit, record: SessionRecord, troubles: list[Trouble]) -> str | None:
        """Return why this record does not have the user that the evidence names; None: it has no valid reason."""
        deaf = any(one.scope in DEAF for one in troubles)
        return (self._in_trouble(visit, record, troubles) if deaf else None) or self._by_card(visit, record)

    def _in_trouble(self, visit: Visit, record: SessionRecord, troubles: list[Trouble]) -> str | None:
        who = record.identity
        if who.user_id is None and (who.unknown_reason is not None or who.identified_by is not None):
            return str(who.unknown_reason or who.identified_by)
        if who.identified_by in (IdentifiedBy.DEFAULT, IdentifiedBy.VEHICLE):
            return str(who.identified_by)
        if self.tapped_unseen(record, troubles):
            return TAPPED_UNSEEN
        if self._chosen_for_another(visit, record, troubles):
            return "chosen for a car with an unseen arrival"
        return None

    def tapped_unseen(self, record: SessionRecord, troubles: list[Trouble]) -> bool:
        """Return whether a card of the billed driver was tapped unseen and is still shown."""
        if not record.reconstructed or record.identity.identified_by is not IdentifiedBy.CARD:
            return False
        taps = [tap.at for tap in self._truth.taps if tap.user_id == record.identity.user_id]
        unseen = [one for one in troubles if one.scope in (*READER_AWAY, Scope.CHAIN)]
        return any(one.since <= at <= one.until for at in taps for one in unseen)

    def _chosen_for_another(self, visit: Visit, record: SessionRecord, troubles: list[Trouble]) -> bool:
        """Return whether a choice was meant for another car, which came in an absence while the session seemed to
        continue.
        """
        if record.identity.identified_by is not IdentifiedBy.CHOICE:
            return False
        meant = [one for one in self._truth.visits if one is not visit and one.user_id == record.identity.user_id]
        absent = [one for one in troubles if one.scope in BLIND]
        return any(one.since <= car.since <= one.until for car in meant for one in absent)

    # Taps that the card shown by the reader does not reveal

    def _by_card(self, visit: Visit, record: SessionRecord) -> str | None:
        if record.identity.identified_by is not IdentifiedBy.CARD:
            return None
        billed = record.identity.user_id
        if self._shown_again(visit, billed):
            return "the last card is shown again, after unknown, between two cars"
        if visit.before:
            # A user was chosen as the driver.
            return None
        if self._only_the_last(visit, billed):
            return "of several cards that were held there in one absence, only the last is shown"
        if self._held_again(visit, billed):
            return "held a card that is shown since an absence"
        return None

    def _shown_again(self, visit: Visit, billed: str | None) -> bool:
        """Return whether the last card appears again after an unknown state of the reader, which looks like another
        tap.
        """
        if not self._kind.keeps_card:
            return False
        left = max((one.until for one in self._truth.visits if one.until <= visit.since), default=0.0)
        unknown = [one for one in self._truth.troubles if one.name == CARD_UNKNOWN and one.until >= left]
        # A card tapped at the moment of the plug-in is read after it.
        taps = [tap for tap in self._truth.taps if tap.at < visit.since]
        between = any(one.since <= visit.since for one in unknown)
        return between and bool(taps) and taps[-1].user_id == billed

    def _only_the_last(self, visit: Visit, billed: str | None) -> bool:
        """Return whether the first card for this car and the billed card were both tapped in one absence."""
        taps = self._taps_for(visit)
        if not taps or taps[0].user_id != visit.user_id:
            return False
        absences = [one for one in self._truth.troubles if one.scope in READER_AWAY]
        within = [[tap for tap in taps if one.since <= tap.at <= one.until] for one in absences]
        return any(seen[:1] == taps[:1] and seen[-1].user_id == billed for seen in within)

    def _held_again(self, visit: Visit, billed: str | None) -> bool:
        """Return whether the billed driver tapped for this car without a visible change.

        The reader shows the card since an absence, so that the tap for this car cannot be distinguished.
        """
        taps = self._taps_for(visit)
        before = [tap for tap in self._truth.taps if taps and tap.at < taps[0].at]
        if not self._kind.keeps_card or not before or taps[0].user_id != billed or before[-1].user_id != billed:
            return False
        absences = [one for one in self._truth.troubles if one.scope in READER_AWAY]
        return any(one.since <= before[-1].at <= one.until for one in absences)

    def _taps_for(self, visit: Visit) -> list[Tap]:
        return [tap for tap in self._truth.taps if visit.since - EARLY_S <= tap.at <= visit.until]
