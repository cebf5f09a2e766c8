"""The integration's issues in Home Assistant's issue registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const

# Followed by the name of the damaged file that was put aside.
MENDED: Final = "ledger_mended_"
# Followed by `deleted`, or by the name of the other file that was put aside.
RESTORED: Final = "ledger_restored_"


@callback
def create_charger_issue(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    charger_id: str,
    key: str,
    placeholders: Mapping[str, str],
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
) -> None:
    """Create or update the fixable issue `key` (its translation key) of a charger.

    The texts receive the charger's name as `charger` beside the placeholders.
    """
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        charger_issue_id(key, charger_id),
        data={"entry_id": entry.entry_id, "charger_id": charger_id},
        is_fixable=True,
        severity=severity,
        translation_key=key,
        translation_placeholders={"charger": charger_name(entry, charger_id), **placeholders},
    )


@callback
def delete_charger_issue(hass: HomeAssistant, charger_id: str, key: str) -> None:
    """Delete the issue `key` of a charger, if there is one."""
    ir.async_delete_issue(hass, const.DOMAIN, charger_issue_id(key, charger_id))


def charger_issue_id(key: str, charger_id: str) -> str:
    """Return the id of the issue that a charger has at most once."""
    return f"{key}_{charger_id}"


def charger_name(entry: ConfigEntry[Any], charger_id: str) -> str:
    """Return the charger's name, or its id if it was deleted."""
    charger = entry.subentries.get(charger_id)
    return charger.title if charger else charger_id


@callback
def issues_of(hass: HomeAssistant, key: str) -> list[ir.IssueEntry]:
    """Return the integration's issues with this translation key."""
    found = ir.async_get(hass).issues.values()
    return [issue for issue in found if issue.domain == const.DOMAIN and issue.translation_key == key]


def charger_id_of(issue: ir.IssueEntry) -> str:
    """Return the id of the charger that the issue concerns."""
    data = issue.data or {}
    return str(data.get("charger_id"))


@callback
def delete_all(hass: HomeAssistant) -> None:
    """Delete the integration's issues, except those that show where a ledger was put aside."""
    ours = [issue_id for domain, issue_id in ir.async_get(hass).issues if domain == const.DOMAIN]
    for issue_id in ours:
        if not issue_id.startswith((MENDED, RESTORED)):
            ir.async_delete_issue(hass, const.DOMAIN, issue_id)
