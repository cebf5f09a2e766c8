"""GitHub workflows: actions pinned by commit, and a token that can only read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

# A tag can be moved to other code, a commit cannot. Renovate updates commit and comment together.
_USES = re.compile(r"^\s*(?:- )?uses:\s*(?P<action>\S+)(?P<comment>\s+#\s*\S+)?\s*$", re.MULTILINE)
_PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}")
_LEAST = {"contents": "read"}


def check_workflow(text: str, workflow: Mapping[str, Any]) -> Iterator[str]:
    """Yield each rule that a workflow breaks; `workflow` is its text, parsed."""
    if workflow.get("permissions") != _LEAST:
        yield "permissions of the workflow are not contents: read; give a job more where it needs more"
    for found in _USES.finditer(text):
        action = found["action"]
        if action.startswith("./"):
            continue
        if not _PINNED.fullmatch(action):
            yield f"action {action} is not pinned by a commit of 40 hexadecimal digits"
        elif found["comment"] is None:
            yield f"action {action} has no comment with its version"
