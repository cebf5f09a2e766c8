"""A release needs matching versions, notes from the changelog, and the archive that HACS expects."""

import json
import runpy
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from scripts.release.archive import write_archive
from scripts.release.changelog import MissingSectionError, check_changelog, section_of, sections
from scripts.release.versions import differences
from scripts.repository.tree import ROOT

COMPONENT = ROOT / "custom_components" / "ev_charging_manager"
CHANGELOG = """# Changelog

## [Unreleased]

## [1.1.0] - 2027-01-02

### Added

- A sensor.

### Fixed

- A price.

## [1.0.0] - 2026-12-01

### Added

- Everything.

[Unreleased]: https://example.com/compare/v1.1.0...HEAD
[1.1.0]: https://example.com/compare/v1.0.0...v1.1.0
[1.0.0]: https://example.com/releases/tag/v1.0.0
"""


def project(root: Path, manifest: str, pyproject: str) -> Path:
    """Write a project of two versions and return its integration's folder."""
    component = root / "custom_components" / "sample"
    component.mkdir(parents=True)
    (component / "manifest.json").write_text(json.dumps({"version": manifest}))
    (root / "pyproject.toml").write_text(f'[project]\nversion = "{pyproject}"\n')
    return component


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command line and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["scripts.release", *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("scripts.release", run_name="__main__")
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_equal_versions_are_no_difference(tmp_path: Path) -> None:
    assert list(differences(tmp_path, project(tmp_path, "1.1.0", "1.1.0"), "v1.1.0")) == []


@pytest.mark.parametrize(
    ("manifest", "pyproject", "tag", "difference"),
    [
        ("1.0.0", "1.1.0", "v1.1.0", "custom_components/sample/manifest.json has version 1.0.0, the tag has 1.1.0"),
        ("1.1.0", "1.0.0", "v1.1.0", "pyproject.toml has version 1.0.0, the tag has 1.1.0"),
        ("1.1.0", "1.1.0", "1.1.0", "tag 1.1.0 does not start with v"),
    ],
)
def test_a_version_that_differs_from_the_tag_is_named(
    tmp_path: Path, manifest: str, pyproject: str, tag: str, difference: str
) -> None:
    assert list(differences(tmp_path, project(tmp_path, manifest, pyproject), tag)) == [difference]


def test_the_notes_are_the_section_of_the_version_and_nothing_else() -> None:
    assert section_of(CHANGELOG, "1.1.0") == "### Added\n\n- A sensor.\n\n### Fixed\n\n- A price."
    assert section_of(CHANGELOG, "1.0.0") == "### Added\n\n- Everything."


@pytest.mark.parametrize("version", ["2.0.0", "Unreleased"])
def test_without_text_for_a_version_there_are_no_notes(version: str) -> None:
    with pytest.raises(MissingSectionError, match=version):
        section_of(CHANGELOG, version)


def test_a_good_changelog_breaks_no_rule() -> None:
    assert list(check_changelog(CHANGELOG)) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("# Changelog\n", "# Changes\n", "the title is not"),
        ("## [Unreleased]\n", "", "the first section is not"),
        ("## [1.1.0] - 2027-01-02", "## [1.1.0]", "1.1.0 has no date"),
        ("### Fixed", "### Repaired", "1.1.0 has a part Repaired"),
        ("## [1.1.0] - 2027-01-02", "## [1.0.0] - 2027-01-02", "1.0.0 has two sections"),
        ("[1.0.0]: https://example.com/releases/tag/v1.0.0\n", "", "1.0.0 has no link"),
    ],
)
def test_a_wrong_changelog_is_found(old: str, new: str, rule: str) -> None:
    assert rule in "\n".join(check_changelog(CHANGELOG.replace(old, new)))


def test_the_changelog_has_a_section_for_the_version_of_the_manifest() -> None:
    version = json.loads((COMPONENT / "manifest.json").read_text())["version"]
    found = sections((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert version in [section.version for section in found]


def test_the_archive_holds_the_files_of_the_integration_at_its_top(tmp_path: Path) -> None:
    component = tmp_path / "sample"
    (component / "domain" / "__pycache__").mkdir(parents=True)
    (component / "manifest.json").write_text("{}")
    (component / "domain" / "session.py").write_text("x = 1\n")
    (component / "domain" / "__pycache__" / "session.pyc").write_bytes(b"\0")

    write_archive(component, tmp_path / "sample.zip")

    with ZipFile(tmp_path / "sample.zip") as packed:
        assert packed.namelist() == ["domain/session.py", "manifest.json"]
        assert packed.read("domain/session.py") == b"x = 1\n"


def test_two_archives_of_the_same_files_are_equal(tmp_path: Path) -> None:
    write_archive(COMPONENT, tmp_path / "one.zip")
    write_archive(COMPONENT, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_command_accepts_the_tag_of_this_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    version = json.loads((COMPONENT / "manifest.json").read_text())["version"]
    assert run(monkeypatch, "check", f"v{version}") == 0
    assert f"Ready to release v{version}" in capsys.readouterr().out
    assert run(monkeypatch, "notes", f"v{version}") == 0
    assert "### Added" in capsys.readouterr().out


def test_the_command_refuses_a_tag_without_notes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "check", "v99.0.0") == 1
    assert "no section with text for 99.0.0" in capsys.readouterr().err


def test_the_command_writes_the_archive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run(monkeypatch, "zip", str(tmp_path / "out.zip")) == 0
    with ZipFile(tmp_path / "out.zip") as packed:
        assert {"manifest.json", "translations/en.json", "brand/icon.png"} <= set(packed.namelist())
