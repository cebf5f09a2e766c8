"""The records of decisions in docs/decisions: their names, their parts, and their index."""

import re
from collections.abc import Iterable, Iterator

PARTS = ("Context", "Decision", "Consequences")
STATUSES = ("Proposed", "Accepted", "Superseded by", "Rejected")
_NAME = re.compile(r"(?P<number>\d{4})-[a-z0-9-]+\.md")
_TITLE = re.compile(r"# (?P<number>\d{4})[.:] \S.*")
_STATUS = re.compile(r"^Status: (?P<status>.+)$", re.MULTILINE)


def check_decision(name: str, text: str) -> Iterator[str]:
    """Yield each rule that a record breaks; `name` is its file's name."""
    named, titled = _NAME.fullmatch(name), _TITLE.match(text)
    if named is None:
        yield "the name is not of the form 0001-a-few-words.md"
    elif titled is None or titled["number"] != named["number"]:
        yield f"the title does not begin with # {named['number']}. and the decision"
    status = _STATUS.search(text)
    if status is None or not status["status"].startswith(STATUSES):
        yield f"Status: is none of {', '.join(STATUSES)}"
    if re.findall(r"^## (.+)$", text, re.MULTILINE) != list(PARTS):
        yield f"the parts are not {', '.join(PARTS)}"


def check_index(index: str, names: Iterable[str]) -> Iterator[str]:
    """Yield each record that the index does not list, and each that it lists and that does not exist."""
    listed, present = re.findall(r"\]\((\d{4}-[^)]+\.md)\)", index), set(names)
    yield from (f"{name} is not listed" for name in sorted(present - set(listed)))
    yield from (f"{name} is listed and does not exist" for name in sorted(set(listed) - present))
    if listed != sorted(listed):
        yield "the records are not in the order of their numbers"
