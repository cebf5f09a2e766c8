"""The schema of GitHub's issue forms, as far as this repository uses it.

Source: https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

REQUIRED = ("name", "description", "body")
TYPES = {"checkboxes", "dropdown", "input", "markdown", "textarea"}
_ID = re.compile(r"[a-z][a-z0-9_-]*")


def check_form(form: Mapping[str, Any]) -> Iterator[str]:
    """Yield each rule that an issue form breaks."""
    yield from (f"{key} is missing" for key in REQUIRED if not form.get(key))
    elements = form.get("body") or []
    for number, element in enumerate(elements, 1):
        yield from (f"element {number}: {rule}" for rule in _check_element(element))
    ids = [element["id"] for element in elements if "id" in element]
    yield from (f"id {name} is used twice" for name in sorted(set(ids)) if ids.count(name) > 1)
    if all(element.get("type") == "markdown" for element in elements):
        yield "the form has no field"


def check_chooser(chooser: Mapping[str, Any]) -> Iterator[str]:
    """Yield each rule that config.yml, the page on which a form is chosen, breaks."""
    if not isinstance(chooser.get("blank_issues_enabled"), bool):
        yield "blank_issues_enabled is neither true nor false"
    for link in chooser.get("contact_links", ()):
        if {"name", "url", "about"} - link.keys():
            yield f"contact link {link.get('name', '')} lacks name, url or about"


def _check_element(element: Mapping[str, Any]) -> Iterator[str]:
    kind, attributes = element.get("type"), element.get("attributes") or {}
    if kind not in TYPES:
        yield f"type {kind} is none of {', '.join(sorted(TYPES))}"
        return
    if kind == "markdown":
        if not attributes.get("value"):
            yield "markdown has no value"
        return
    if not _ID.fullmatch(str(element.get("id", ""))):
        yield f"{kind} has no id in lower case"
    if not attributes.get("label"):
        yield f"{kind} has no label"
    if kind in {"checkboxes", "dropdown"} and not attributes.get("options"):
        yield f"{kind} has no options"
