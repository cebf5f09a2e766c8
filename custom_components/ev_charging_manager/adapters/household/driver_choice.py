"""The choice of the driver by a person: sent into the charger's pipeline, and confirmed by its next view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeassistant.exceptions import HomeAssistantError

from ... import const
from ...domain.messages import Driver, DriverChosen, Progress
from .lookup import refused

if TYPE_CHECKING:
    from .household import HouseholdRuntime

# Far longer than a healthy pipeline takes, and short enough for a person to wait for.
ANSWER_S = 5.0


async def choose(
    household: HouseholdRuntime, charger_id: str, driver: Driver, user_id: str | None, vehicle_id: str | None = None
) -> Progress:
    """Choose the driver of the running session, or of the next one; return the view that contains the choice.

    Raises ServiceValidationError if the charger is paused, HomeAssistantError if its pipeline does not answer.
    """
    charger = household.chargers.get(charger_id)
    if charger is None:
        raise refused("charger_not_running")
    message = DriverChosen(household.clock.now(), driver, user_id, vehicle_id)
    if not charger.send(message):
        raise _not_taken(charger.charger.title)
    try:
        return await charger.display.reached(message.at.mono, ANSWER_S)
    except TimeoutError as error:
        raise _not_taken(charger.charger.title) from error


def _not_taken(charger: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=const.DOMAIN,
        translation_key="choice_not_taken",
        translation_placeholders={"charger": charger},
    )
