"""The repairs of the integration as the user sees them: issues and their forms."""

from __future__ import annotations

import asyncio
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from custom_components.ev_charging_manager.const import DOMAIN
from tests.flows.house import WORDS
from tests.support.garage import PATIENCE_S


def issues(hass: HomeAssistant, key: str) -> list[ir.IssueEntry]:
    """Return the integration's issues with this translation key."""
    found = ir.async_get(hass).issues.values()
    return [issue for issue in found if issue.domain == DOMAIN and issue.translation_key == key]


async def until_issues(hass: HomeAssistant, key: str, count: int) -> list[ir.IssueEntry]:
    """Wait until there are `count` issues with this translation key; return them."""
    changed = asyncio.Event()
    stop = hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, callback(lambda _: changed.set()))
    async with asyncio.timeout(PATIENCE_S):
        while len(issues(hass, key)) != count:
            await changed.wait()
            changed.clear()
    stop()
    return issues(hass, key)


class RepairForm:
    """The form of a repair, step by step. Each text that it shows must have a translation."""

    def __init__(self, hass: HomeAssistant, issue: ir.IssueEntry) -> None:
        self._manager = hass.data[REPAIRS]["flow_manager"]
        self._issue = issue
        self._texts = WORDS["issues"][str(issue.translation_key)]["fix_flow"]
        self.shown: Any = None

    async def open(self) -> list[str]:
        """Open the form; return the options of its menu."""
        self.shown = await self._manager.async_init(DOMAIN, data={"issue_id": self._issue.issue_id})
        options: list[str] = self.shown["menu_options"]
        assert set(options) <= set(self._texts["step"]["init"]["menu_options"]), "an option has no text"
        return options

    async def pick(self, option: str) -> Any:
        """Open the form and choose an option of its menu."""
        await self.open()
        return await self._next({"next_step_id": option})

    async def submit(self, typed: dict[str, Any]) -> Any:
        """Submit the present step."""
        return await self._next(typed)

    async def _next(self, typed: dict[str, Any]) -> Any:
        self.shown = await self._manager.async_configure(self.shown["flow_id"], typed)
        assert set((self.shown.get("errors") or {}).values()) <= set(self._texts["error"]), "an error has no text"
        assert self.shown.get("reason") in {None, *self._texts["abort"]}, "an abort reason has no text"
        if self.shown["type"] == "form":
            step = self._texts["step"][self.shown["step_id"]]
            assert {str(field) for field in self.shown["data_schema"].schema} <= set(step.get("data", {}))
        return self.shown
