"""The people and chargers of the demo."""

from dataclasses import replace

from benchmarks.simulator import Car, CardSlot, ChargerSettings, Driver, Scenario, demo_garage

from .prices import Price, SpotPrice
from .simulator_process import ChargerAddress

PASSWORD = "simulator"
LEFT, RIGHT, CARPORT, DRIVEWAY = "409787", "409788", "409789", "409790"
CARPORT_USER = "Clara"
GUEST_PRICE = 0.39
SPOT_ENTITY = "sensor.demo_spot_price"

# Prices per kWh. Chargers that are not listed here belong to the garage, in order.
_PRICES: dict[str, Price] = {CARPORT: 0.23, DRIVEWAY: SpotPrice(additional=0.145, vat=1.25)}
_GARAGE_PRICES = (0.21, 0.25)
_FALLBACK_PRICE = 0.30


def everyday_garage(seed: int) -> Scenario:
    """Return a scenario with two chargers and random visits."""
    return demo_garage(seed, password=PASSWORD)


def scene_garage(seed: int) -> Scenario:
    """Add two chargers and two people for the scenes; drivers come only when a scene sends them."""
    garage = everyday_garage(seed)
    dora = CardSlot(5, "Dora", "04e1f2a3b4c5d6")
    chargers = [replace(each, cards=(*each.cards, dora)) for each in garage.chargers]
    driveway = replace(chargers[0], serial=DRIVEWAY, name="Driveway", eto_wh=1_904_227)
    # Its integration provides a card reader, as for all go-e chargers. The household is set up without it.
    carport = ChargerSettings(serial=CARPORT, name="Carport", password=PASSWORD, eto_wh=954_310)
    return replace(
        garage,
        chargers=(*chargers, carport, driveway),
        cars={**garage.cars, "Twingo": Car("Twingo", 22_000, 9_000), "Model 3": Car("Model 3", 57_500, 11_000)},
        drivers={
            **garage.drivers,
            CARPORT_USER: Driver(CARPORT_USER, "Twingo", None, CARPORT_USER, "resident"),
            "Dora": Driver("Dora", "Model 3", 5, "Dora", "resident"),
        },
        opening={},
        then="stop",
    )


def price_of(position: int) -> float:
    """Return the price of a kilowatt-hour at the garage's charger at this position."""
    return _GARAGE_PRICES[position % len(_GARAGE_PRICES)]


def prices_of(scenario: Scenario) -> dict[str, Price]:
    """Return the price of a kilowatt-hour by the charger's name."""
    return {each.name: _PRICES.get(each.serial, price_of(at)) for at, each in enumerate(scenario.chargers)}


def default_users(scenario: Scenario) -> dict[str, str]:
    """Return the default user of each charger without a card reader, by the charger's name."""
    return {each.name: CARPORT_USER for each in scenario.chargers if each.serial == CARPORT}


def charger_answers(charger: ChargerAddress, position: int) -> dict[str, object]:
    """Return the values a person enters for this charger; the wizard finds or offers the others."""
    price = _PRICES.get(charger.serial, price_of(position))
    if isinstance(price, SpotPrice):
        spot = {"entity": SPOT_ENTITY, "additional": price.additional, "vat": price.vat, "fallback": _FALLBACK_PRICE}
        return {"source": charger.serial, "name": charger.name, "method": "spot", **spot}
    answers = {"name": charger.name, "method": "static", "price": price}
    return answers | (_by_hand(charger) if charger.serial == CARPORT else {"source": charger.serial})


def _by_hand(charger: ChargerAddress) -> dict[str, object]:
    """Return the values for a charger of no known family, entity by entity."""
    own = f"goe_{charger.serial}"
    return {
        "source": "generic",
        "serial": charger.name,
        "plug": f"binary_sensor.{own}_car_0",
        "session_energy": f"sensor.{own}_wh",
        "total_energy": f"sensor.{own}_eto",
        "power": f"sensor.{own}_nrg_11",
        "default_user_id": CARPORT_USER,
    }
