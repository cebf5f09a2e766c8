"""The scenes of the demo, in the order in which they are played at each charger."""

from ..scene import Scene
from . import crash, guest, no_cards, outage, spot, stale, unknown_card

ALL: tuple[Scene, ...] = (
    guest.SCENE,
    unknown_card.SCENE,
    no_cards.SCENE,
    spot.SCENE,
    stale.SCENE,
    outage.SCENE,
    crash.SCENE,
)
BY_NAME = {scene.name: scene for scene in ALL}
