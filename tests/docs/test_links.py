"""Links and named files of the pages exist, and every page can be reached from the README."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, pages

PAGES = {one.path: one for one in pages()}
# Paths of files from the top of the repository, in backticks.
_FILE = re.compile(r"(?:automations|benchmarks|custom_components|docs|scripts|tests)/[\w./-]+\.\w+")


def inside(one: Page) -> Iterator[tuple[str, Path, str]]:
    """Yield the links of a page within the repository: the link as written, the file and the anchor."""
    for link in one.links:
        if not link.startswith(("http://", "https://")):
            name, _, place = link.partition("#")
            yield link, (one.path.parent / name).resolve() if name else one.path, place


@pytest.mark.parametrize("one", PAGES.values(), ids=lambda one: one.name)
def test_every_link_leads_to_an_existing_file_and_heading(one: Page) -> None:
    for link, path, place in inside(one):
        assert path.exists(), f"{link}: no such file"
        assert not place or place in PAGES[path].anchors, f"{link}: no such heading"


@pytest.mark.parametrize("one", PAGES.values(), ids=lambda one: one.name)
def test_every_file_that_a_page_names_exists(one: Page) -> None:
    named = {path for code in one.code for path in _FILE.findall(code)}
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in PAGES and path not in reached:
            reached.add(path)
            waiting += [target for _, target, _ in inside(PAGES[path])]

    assert PAGES.keys() - reached == set()
