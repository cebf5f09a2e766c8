"""Links lead somewhere, and every page can be reached from the README."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, pages

PAGES = {one.path: one for one in pages()}


def inside(one: Page) -> Iterator[tuple[str, Path, str]]:
    """The links of a page that stay in the repository: as written, the file, the anchor."""
    for link in one.links:
        if not link.startswith(("http://", "https://")):
            name, _, place = link.partition("#")
            yield link, (one.path.parent / name).resolve() if name else one.path, place


@pytest.mark.parametrize("one", PAGES.values(), ids=lambda one: one.path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(one: Page) -> None:
    for link, path, place in inside(one):
        assert path.exists(), f"{link}: no such file"
        assert not place or place in PAGES[path].anchors, f"{link}: no such heading"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in PAGES and path not in reached:
            reached.add(path)
            waiting += [target for _, target, _ in inside(PAGES[path])]

    assert PAGES.keys() - reached == set()
