"""The documentation as its readers see it: pages, sections, tables, links, examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import dedent
from typing import Any

from custom_components.ev_charging_manager.const import DOMAIN

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "custom_components" / DOMAIN
WORDS: dict[str, Any] = json.loads((PACKAGE / "translations" / "en.json").read_text(encoding="utf-8"))

# What developers measure and prove has a vocabulary of its own.
FOR_DEVELOPERS = {"architecture.md", "performance.md", "reliability.md"}

_BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """All but the code blocks."""
        return _BLOCK.sub("", self.text)

    @property
    def anchors(self) -> set[str]:
        """What a link can point to, as GitHub makes it of the headings."""
        return {anchor(title) for _, title in _HEADING.findall(self.prose)}

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return _LINK.findall(self.prose)

    @property
    def code(self) -> set[str]:
        """What stands in backticks."""
        return set(_CODE.findall(self.prose))

    def blocks(self, language: str) -> list[str]:
        """The code blocks in one language."""
        return [dedent(block["text"]) for block in _BLOCK.finditer(self.text) if block["language"] == language]

    def section(self, title: str) -> str:
        """What stands below a heading, up to the next one of any level."""
        found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", self.text, re.MULTILINE | re.DOTALL)
        assert found is not None, f"{self.path.name} has no section {title}"
        return found[1]

    def table(self, title: str, number: int = 0) -> list[list[str]]:
        """The rows of a table below a heading, without its head."""
        tables = re.findall(r"(?:^\|.*\n)+", self.section(title), re.MULTILINE)
        assert len(tables) > number, f"{self.path.name}: section {title} has {len(tables)} tables"
        rows = tables[number].splitlines()[2:]
        return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip("|"))] for row in rows]


def page(name: str) -> Page:
    """A page by its path below `docs`, or the README."""
    return Page(ROOT / name if name == "README.md" else ROOT / "docs" / name)


def pages() -> Iterator[Page]:
    """All pages."""
    yield page("README.md")
    yield from (Page(path) for path in sorted((ROOT / "docs").rglob("*.md")))


def for_users() -> Iterator[Page]:
    """The pages in which every word is one that users meet."""
    return (one for one in pages() if one.path.name not in FOR_DEVELOPERS)


def anchor(title: str) -> str:
    """The anchor that GitHub makes of a heading."""
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")


def ticked(cell: str) -> list[str]:
    """What stands in backticks in a table's cell, in order."""
    return _CODE.findall(cell)
