"""The cases, in the order in which they run. A case is a module with a `NAME` and a `run(rounds)`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from ..result import Result
from . import burst, chargers, ledger, live_refresh, sample, set_up, websocket_feed

type Case = Callable[[int], Coroutine[Any, Any, Result]]

CASES: Mapping[str, Case] = {
    module.NAME: module.run for module in (sample, burst, live_refresh, chargers, ledger, set_up, websocket_feed)
}
