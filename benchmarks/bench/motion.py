"""The integration's clock in fast motion, for cases that set up the integration by its config entry."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager

from custom_components.ev_charging_manager.adapters.clock import FAST_MOTION


@contextmanager
def fast_motion(rate: float, house_origin: float | None = None) -> Generator[None]:
    """Run this many house seconds per second, starting at `house_origin` (UTC epoch seconds; None: now)."""
    now = time.time()
    os.environ[FAST_MOTION] = f"{rate},{now},{now if house_origin is None else house_origin}"
    try:
        yield
    finally:
        del os.environ[FAST_MOTION]
