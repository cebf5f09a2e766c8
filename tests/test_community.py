"""The files that contributors and GitHub read are complete, and each check finds one that is not."""

import json
import re
import tomllib
from collections.abc import Iterable
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from scripts.repository import decisions, forms, workflows
from scripts.repository.tree import ROOT

SHA = "0123456789abcdef0123456789abcdef01234567"
GOOD_WORKFLOW = (
    f"permissions:\n  contents: read\njobs:\n  x:\n    steps:\n      - uses: actions/checkout@{SHA} # v7.0.1\n"
)
FIELD = {"type": "input", "id": "version", "attributes": {"label": "Version"}}
GOOD_FORM: dict[str, Any] = {"name": "Bug", "description": "Report a bug", "body": [FIELD]}
GOOD_DECISION = "# 0001. One chain\n\nStatus: Accepted\n\n## Context\n\na\n\n## Decision\n\nb\n\n## Consequences\n\nc\n"


def one(rules: Iterable[str]) -> str:
    """Return the only rule that is broken."""
    (rule,) = rules
    return rule


def of_workflow(text: str) -> list[str]:
    return list(workflows.check_workflow(text, yaml.safe_load(text)))


def test_a_good_workflow_breaks_no_rule() -> None:
    assert of_workflow(GOOD_WORKFLOW) == []
    assert of_workflow(GOOD_WORKFLOW.replace(f"actions/checkout@{SHA} # v7.0.1", "./.github/workflows/test.yml")) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (f"@{SHA} # v7.0.1", "@v7", "is not pinned"),
        (SHA, SHA[:12], "is not pinned"),
        (" # v7.0.1", "", "has no comment with its version"),
        ("contents: read", "contents: write", "permissions of the workflow"),
        ("permissions:\n  contents: read\n", "", "permissions of the workflow"),
    ],
)
def test_a_wrong_workflow_is_found(old: str, new: str, rule: str) -> None:
    assert rule in one(of_workflow(GOOD_WORKFLOW.replace(old, new)))


def test_the_workflows_test_both_ends_of_the_supported_range() -> None:
    test = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    ends = {row["homeassistant"]: row["python"] for row in test["jobs"]["test"]["strategy"]["matrix"]["include"]}
    assert ends == {"oldest": "3.13", "newest": "3.14"}


def test_one_action_has_one_commit_in_all_workflows() -> None:
    pins: dict[str, set[str]] = {}
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        for line in path.read_text().splitlines():
            name, _, commit = line.partition("uses: ")[2].partition("@")
            if commit:
                pins.setdefault(name, set()).add(commit)
    assert {name: commits for name, commits in pins.items() if len(commits) > 1} == {}


def test_only_the_job_that_publishes_may_write() -> None:
    release = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
    writers = [name for name, job in release["jobs"].items() if "permissions" in job]
    assert writers == ["publish"]
    assert release["jobs"]["publish"]["needs"] == "checks"


def test_a_good_form_breaks_no_rule() -> None:
    note = {"type": "markdown", "attributes": {"value": "Thank you"}}
    choice = {"type": "dropdown", "id": "kind", "attributes": {"label": "Kind", "options": ["a"]}}
    assert list(forms.check_form(GOOD_FORM | {"body": [note, FIELD, choice]})) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"name": ""}, "name is missing"),
        ({"description": None}, "description is missing"),
        ({"body": [FIELD, FIELD]}, "id version is used twice"),
        ({"body": [FIELD | {"type": "text"}]}, "type text is none of"),
        ({"body": [FIELD | {"id": "Big Id"}]}, "has no id in lower case"),
        ({"body": [FIELD | {"attributes": {}}]}, "input has no label"),
        ({"body": [FIELD | {"type": "dropdown"}]}, "dropdown has no options"),
        ({"body": [FIELD, {"type": "markdown"}]}, "markdown has no value"),
        ({"body": [{"type": "markdown", "attributes": {"value": "x"}}]}, "the form has no field"),
    ],
)
def test_a_wrong_form_is_found(change: dict[str, Any], rule: str) -> None:
    assert rule in one(forms.check_form(GOOD_FORM | change))


@pytest.mark.parametrize(
    ("chooser", "rule"),
    [
        ({}, "blank_issues_enabled is neither"),
        ({"blank_issues_enabled": False, "contact_links": [{"name": "Docs"}]}, "contact link Docs lacks"),
    ],
)
def test_a_wrong_chooser_is_found(chooser: dict[str, Any], rule: str) -> None:
    assert rule in one(forms.check_chooser(chooser))


def test_a_bug_report_asks_for_what_an_answer_needs() -> None:
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/bug_report.yml").read_text())
    required = {e["id"] for e in form["body"] if (e.get("validations") or {}).get("required")}
    present = {element["id"] for element in form["body"] if "id" in element}
    assert required >= {"expected", "recorded", "version", "home_assistant", "charger", "diagnostics"}
    assert "log" in present


def test_a_good_decision_breaks_no_rule() -> None:
    assert list(decisions.check_decision("0001-one-chain.md", GOOD_DECISION)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        ("one-chain.md", "", "", "the name is not of the form"),
        ("0002-one-chain.md", "", "", "the title does not begin with # 0002."),
        ("0001-one-chain.md", "Accepted", "Perhaps", "Status: is none of"),
        ("0001-one-chain.md", "## Decision", "## Choice", "the parts are not"),
    ],
)
def test_a_wrong_decision_is_found(name: str, old: str, new: str, rule: str) -> None:
    assert rule in one(decisions.check_decision(name, GOOD_DECISION.replace(old, new) if old else GOOD_DECISION))


@pytest.mark.parametrize(
    ("index", "names", "rule"),
    [
        ("[1](0001-a.md)", ["0001-a.md", "0002-b.md"], "0002-b.md is not listed"),
        ("[1](0001-a.md) [2](0002-b.md)", ["0001-a.md"], "0002-b.md is listed and does not exist"),
        ("[2](0002-b.md) [1](0001-a.md)", ["0001-a.md", "0002-b.md"], "not in the order"),
    ],
)
def test_a_wrong_index_of_decisions_is_found(index: str, names: list[str], rule: str) -> None:
    assert rule in one(decisions.check_index(index, names))


def test_pre_commit_runs_the_versions_of_pyproject() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    tools = {tool.name: tool for tool in map(Requirement, groups["tools"])}
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    revisions = {
        repo["repo"].rpartition("/")[2]: repo["rev"].removeprefix("v") for repo in repositories if "rev" in repo
    }
    assert revisions.keys() == {"ruff-pre-commit", "codespell"}
    assert tools["ruff"].specifier.contains(revisions["ruff-pre-commit"])
    assert tools["codespell"].specifier.contains(revisions["codespell"])


def test_the_container_forwards_the_port_of_the_demo() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    assert container["forwardPorts"] == [8123]
    assert container["postAttachCommand"] == "scripts/demo"


def test_renovate_holds_all_packages_of_the_home_assistant_groups_together() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    pinned = {
        Requirement(line).name.lower()
        for name, lines in groups.items()
        if name.startswith("home-assistant-")
        for line in lines
    }
    rules = json.loads((ROOT / "renovate.json").read_text())["packageRules"]
    (held,) = (rule for rule in rules if rule.get("groupName") == "Home Assistant groups")
    assert set(held["matchPackageNames"]) == pinned


def test_every_path_that_contributing_names_exists() -> None:
    package = ROOT / "custom_components" / "ev_charging_manager"
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:py|json|yaml|md|toml))`", text))
    named -= {".venv/"}  # the commands create it
    missing = {path for path in named if not any((root / path).exists() for root in (ROOT, package))}
    assert missing == set()
