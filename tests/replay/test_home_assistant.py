"""A third of the traces through a real Home Assistant: the same records, and each event once."""

from __future__ import annotations

import pytest
from homeassistant.core import HomeAssistant

from .golden import agree
from .in_home_assistant import FINE_S, LiveReplay, StoppedClock
from .marked import marked
from .trace import Trace, all_traces


@pytest.mark.parametrize("trace", marked(trace for trace in all_traces() if trace.home_assistant))
async def test_a_trace_comes_to_its_golden_records(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, trace: Trace
) -> None:
    hass.config.currency = "EUR"
    replay = LiveReplay(hass, trace, StoppedClock(monkeypatch, trace.begins))
    records = await replay.play()
    # Timers between two moves of the clock fire at the later one.
    agree(trace, records, tolerance_s=FINE_S)
    over = [session_id for name, session_id in replay.told if name != "session_started"]
    assert over == [record.session_id for record in records]
