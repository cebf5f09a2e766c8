"""Markdown pages of the documentation: sections, tables, links and code blocks."""

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

# Pages for developers, relative to the repository. They contain names from tests and benchmarks.
FOR_DEVELOPERS = ("docs/architecture.md", "docs/decisions/", "docs/performance", "docs/reliability.md")

_BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @cached_property
    def text(self) -> str:
        """Return the whole text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """Return the text without the code blocks."""
        return _BLOCK.sub("", self.text)

    @property
    def name(self) -> str:
        """Return the path relative to the repository, with slashes."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def anchors(self) -> set[str]:
        """Return the anchors of all headings."""
        return {anchor(title) for _, title in _HEADING.findall(self.prose)}

    @property
    def links(self) -> list[str]:
        """Return the targets of all links and images."""
        return _LINK.findall(self.prose)

    @property
    def code(self) -> set[str]:
        """Return all inline code outside the code blocks."""
        return set(_CODE.findall(self.prose))

    def blocks(self, language: str) -> list[str]:
        """Return the code blocks in `language`, without indentation."""
        return [dedent(block["text"]) for block in _BLOCK.finditer(self.text) if block["language"] == language]

    def section(self, title: str) -> str:
        """Return the text below the heading `title`, up to the next heading of any level."""
        found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", self.text, re.MULTILINE | re.DOTALL)
        assert found is not None, f"{self.path.name} has no section {title}"
        return found[1]

    def table(self, title: str, number: int = 0) -> list[list[str]]:
        """Return the rows of a table below the heading `title`, as stripped cells, without its header."""
        tables = re.findall(r"(?:^\|.*\n)+", self.section(title), re.MULTILINE)
        assert len(tables) > number, f"{self.path.name}: section {title} has {len(tables)} tables"
        rows = tables[number].splitlines()[2:]
        return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip("|"))] for row in rows]


def page(name: str) -> Page:
    """Return a page by its path below `docs`, or the README."""
    return Page(ROOT / name if name == "README.md" else ROOT / "docs" / name)


def pages() -> Iterator[Page]:
    """Yield the README and all pages below `docs`."""
    yield page("README.md")
    yield from (Page(path) for path in sorted((ROOT / "docs").rglob("*.md")))


def for_users() -> Iterator[Page]:
    """Return the pages in which users know every name."""
    return (one for one in pages() if not one.name.startswith(FOR_DEVELOPERS))


def anchor(title: str) -> str:
    """Return the anchor that GitHub generates for a heading."""
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")


def ticked(cell: str) -> list[str]:
    """Return the inline code in a table cell, in order."""
    return _CODE.findall(cell)
