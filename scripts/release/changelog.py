"""CHANGELOG.md after Keep a Changelog 1.1.0: its sections, and the rules that the file breaks.

Source: https://keepachangelog.com/en/1.1.0/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
UNRELEASED = "Unreleased"

_HEADING = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)
_KIND = re.compile(r"^### (.+)$", re.MULTILINE)
_LINK = re.compile(r"^\[(?P<version>[^\]]+)\]: https://\S+$", re.MULTILINE)


class MissingSectionError(Exception):
    """The changelog has no section for a version, or the section is empty."""


@dataclass(frozen=True, slots=True)
class Section:
    """One `##` section: its version, its date (ISO 8601) and its text without the heading and the link list."""

    version: str
    date: str | None
    text: str


def sections(changelog: str) -> list[Section]:
    """Return all sections in the order of the file."""
    body = _LINK.sub("", changelog)
    headings = list(_HEADING.finditer(body))
    ends = [heading.start() for heading in headings[1:]] + [len(body)]
    return [
        Section(heading["version"], heading["date"], body[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    ]


def section_of(changelog: str, version: str) -> str:
    """Return the text of a version's section; raises `MissingSectionError`."""
    for section in sections(changelog):
        if section.version == version and section.text:
            return section.text
    raise MissingSectionError(f"CHANGELOG.md has no section with text for {version}")


def check_changelog(changelog: str) -> Iterator[str]:
    """Yield each rule of Keep a Changelog that the file breaks."""
    found = sections(changelog)
    if not changelog.startswith("# Changelog\n"):
        yield "the title is not # Changelog"
    if not found or found[0].version != UNRELEASED:
        yield "the first section is not [Unreleased]"
    versions = [section.version for section in found]
    yield from (f"{version} has two sections" for version in sorted(set(versions)) if versions.count(version) > 1)
    for section in found:
        yield from _check_section(section)
    linked = {link["version"] for link in _LINK.finditer(changelog)}
    yield from (f"{version} has no link at the end of the file" for version in versions if version not in linked)


def _check_section(section: Section) -> Iterator[str]:
    if section.version != UNRELEASED and section.date is None:
        yield f"{section.version} has no date"
    for kind in _KIND.findall(section.text):
        if kind not in KINDS:
            yield f"{section.version} has a part {kind}; the parts are {', '.join(KINDS)}"
