"""docs/charger-profiles and the profiles: unique ids, fields, labels of the forms, and the template as code."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

from custom_components.ev_charging_manager import profiles
from custom_components.ev_charging_manager.domain.profile import Profile
from custom_components.ev_charging_manager.profiles.goe_api2 import GOE_API2

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "charger-profiles"
README = (PAGES / "README.md").read_text(encoding="utf-8")
GOE = (PAGES / "goe-api2.md").read_text(encoding="utf-8")
WORDS = json.loads((Path(profiles.__file__).parents[1] / "translations" / "en.json").read_text(encoding="utf-8"))


def template() -> tuple[str, dict[str, Any]]:
    """Return the text of the template, and the names that it defines."""
    (text,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    defined: dict[str, Any] = {}
    exec(compile(text, "template", "exec"), defined)
    return text, defined


def test_the_template_is_a_profile_with_every_field() -> None:
    text, defined = template()
    assert isinstance(defined["FAMILY"], Profile)
    assert re.findall(r"^    (\w+)=", text, re.MULTILINE) == [field.name for field in fields(Profile)]


def test_every_field_of_a_profile_is_explained() -> None:
    explained = re.findall(r"^\| (`.*?) \|", README.split("### Template")[1], re.MULTILINE)
    names = [name for cell in explained for name in re.findall(r"`(\w+)`", cell)]
    assert names == [field.name for field in fields(Profile)]


def test_every_profile_is_listed_and_every_linked_page_exists() -> None:
    listed = re.findall(r"^\| `(\w+)` \| ", README.split("## Generic")[0], re.MULTILINE)
    assert listed == [profile.key for profile in profiles.ALL]
    for page in re.findall(r"\]\(([\w-]+\.md)\)", README):
        assert (PAGES / page).is_file()


def test_the_documented_unique_ids_of_a_goe_are_those_of_its_profile() -> None:
    documented = re.findall(r"`(goecharger_api2\.goe_\{serial\}_\w+)`", GOE)
    assert documented == list(GOE_API2.unique_ids.values())
    assert GOE.count("**Needed**") == len(GOE_API2.required)


def test_ways_to_add_a_card_have_the_labels_of_the_form() -> None:
    for words in WORDS["selector"]["card_kind"]["options"].values():
        assert f"**{words}**" in GOE


def test_documented_messages_are_those_of_the_form() -> None:
    errors = " ".join(WORDS["config_subentries"]["rfid_mapping"]["error"].values())
    table = GOE.split("| message | remedy |")[1].split("\n\n")[0]
    messages = re.findall(r"^\| ([A-Z][^|]+?) \|", table, re.MULTILINE)
    assert len(messages) == 5
    for part in (part for message in messages for part in message.split("…")):
        assert part in errors
