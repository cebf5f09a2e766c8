"""Fills in Home Assistant's forms like a person, who enters known values and keeps the offered values."""

from collections.abc import Mapping
from typing import Any

from .api import Api
from .errors import DemoError

type Answers = Mapping[str, Any]

_CONFIG = "config/config_entries/flow"
_REPAIR = "repairs/issues/fix"
_SUBENTRY = "config/config_entries/subentries/flow"


async def add_entry(api: Api, domain: str, answers: Answers) -> dict[str, Any]:
    """ "Add integration": return the result of the last step, an entry or an abort with its reason."""
    return await _walk(api, _CONFIG, {"handler": domain}, answers)


async def add_subentry(api: Api, entry_id: str, subentry_type: str, answers: Answers) -> None:
    """ "Add charger", "Add user" and others on the page of an entry. Raises DemoError if the flow is refused."""
    result = await _walk(api, _SUBENTRY, {"handler": [entry_id, subentry_type]}, answers)
    if result["type"] != "create_entry":
        raise DemoError(f"Adding a {subentry_type} ended with {result.get('reason')}.")


async def fix_issue(api: Api, domain: str, issue_id: str, answers: Answers) -> dict[str, Any]:
    """ "Fix" at an issue in Settings → Repairs; `answers["next_step_id"]` is the choice in a menu."""
    return await _walk(api, _REPAIR, {"handler": domain, "issue_id": issue_id}, answers)


async def _walk(api: Api, path: str, start: dict[str, Any], answers: Answers) -> dict[str, Any]:
    step = await api.post(path, start)
    while step["type"] in ("form", "menu"):
        if step.get("errors"):
            raise DemoError(f"{start['handler']}, step {step['step_id']}: {step['errors']}")
        step = await api.post(f"{path}/{step['flow_id']}", _said(step, answers))
    return dict(step)


def _said(step: dict[str, Any], answers: Answers) -> dict[str, Any]:
    if step["type"] == "menu":
        return {"next_step_id": answers["next_step_id"]}
    return dict(_filled(field, answers) for field in step["data_schema"] if _wanted(field, answers))


def _wanted(field: dict[str, Any], answers: Answers) -> bool:
    return field["name"] in answers or _offered(field) is not None


def _filled(field: dict[str, Any], answers: Answers) -> tuple[str, Any]:
    name = field["name"]
    value = answers.get(name, _offered(field))
    return name, _chosen(field, value)


def _offered(field: dict[str, Any]) -> Any:
    suggested = (field.get("description") or {}).get("suggested_value")
    if suggested is None:
        return field.get("default")
    return suggested


def _chosen(field: dict[str, Any], value: Any) -> Any:
    """Return the value of the option with this label, or with a label that contains it."""
    options = field.get("selector", {}).get("select", {}).get("options") or []
    labels = {each["label"]: each["value"] for each in options if isinstance(each, dict)}
    if not isinstance(value, str) or value in labels.values():
        return value
    return labels.get(value) or next((each for label, each in labels.items() if value in label), value)
