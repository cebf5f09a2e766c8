"""Every trace, with the clock moved by hand: the records are the golden ones, to the second and the milliwatt-hour."""

from __future__ import annotations

import pytest
from homeassistant.core import HomeAssistant

from .golden import agree
from .inline import Replay
from .marked import marked
from .trace import Trace, all_traces


@pytest.mark.parametrize("trace", marked(all_traces()))
async def test_a_trace_comes_to_its_golden_records(hass: HomeAssistant, trace: Trace) -> None:
    hass.config.currency = "EUR"
    replay = Replay(hass, trace)
    records = await replay.play()
    agree(trace, records)
    over = [session_id for name, session_id in replay.told if name in ("session_completed", "session_discarded")]
    assert over == [record.session_id for record in records], "the end of each session is announced once"
