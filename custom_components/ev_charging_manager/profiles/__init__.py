"""The charger families, one data file each. `ALL` is in the order in which the wizard offers them."""

from __future__ import annotations

from ..domain.profile import Profile
from .generic import GENERIC
from .goe_api2 import GOE_API2

ALL: tuple[Profile, ...] = (GOE_API2, GENERIC)
BY_KEY: dict[str, Profile] = {profile.key: profile for profile in ALL}
