"""Edits a charger through its form, as a user does who changes one field."""

from typing import Any

from benchmarks.demo.api import Api

_FLOW = "config/config_entries/subentries/flow"


async def edit_charger(api: Api, entry_id: str, charger_id: str, changes: dict[str, Any]) -> None:
    """Send the last form and wait for the response; the charger's pipeline then restarts."""
    step = await api.post(_FLOW, {"handler": [entry_id, "charger"], "subentry_id": charger_id})
    while step["type"] == "form":
        filled = {field["name"]: _offered(field) for field in step["data_schema"] if _offered(field) is not None}
        fields = {field["name"] for field in step["data_schema"]}
        answers = filled | {name: value for name, value in changes.items() if name in fields}
        step = await api.post(f"{_FLOW}/{step['flow_id']}", answers)
    assert step.get("reason") == "reconfigure_successful", step


def _offered(field: dict[str, Any]) -> Any:
    suggested = (field.get("description") or {}).get("suggested_value")
    if suggested is None:
        return field.get("default")
    return suggested
