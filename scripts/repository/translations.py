"""The rules of hassfest for an integration's translations, and the comparison of all languages with English."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

type Path = tuple[str, ...]

HTML = re.compile(r"</?[A-Za-z][^>]*>")
URL = re.compile(r"\w+://")
QUOTED_PLACEHOLDER = re.compile(r"'\{\w+\}'")
PLACEHOLDER = re.compile(r"\{\w+\}")


def check_translation(translation: Mapping[str, Any]) -> Iterator[str]:
    """Yield each rule that one language's texts break."""
    for path, text in texts(translation):
        where = ".".join(path)
        if not isinstance(text, str) or not text.strip():
            yield f"{where} is not a text"
            continue
        if HTML.search(text):
            yield f"{where} contains HTML"
        if URL.search(text):
            yield f"{where} contains a URL; pass it as a placeholder"
        if QUOTED_PLACEHOLDER.search(text):
            yield f"{where} contains a placeholder in single quotes"
    yield from check_descriptions(translation, ())
    for name, subentry in translation.get("config_subentries", {}).items():
        if "entry_type" not in subentry:
            yield f"config_subentries.{name} has no entry_type"
        if "user" not in subentry.get("initiate_flow", {}):
            yield f"config_subentries.{name} has no initiate_flow.user"


def check_descriptions(node: Mapping[str, Any], path: Path) -> Iterator[str]:
    """Yield each data_description, at any depth, of a field that its form does not have."""
    for key in node.get("data_description", {}):
        if key not in node.get("data", {}):
            yield f"{'.'.join((*path, 'data_description', key))} describes no key of data"
    for key, child in node.items():
        if isinstance(child, Mapping):
            yield from check_descriptions(child, (*path, key))


def check_languages(source: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Yield each key that only one of two languages has, and each text with other placeholders than the source."""
    here, there = dict(texts(source)), dict(texts(other))
    yield from (f"{'.'.join(path)} is missing" for path in here.keys() - there.keys())
    yield from (f"{'.'.join(path)} is not in the source language" for path in there.keys() - here.keys())
    for path in here.keys() & there.keys():
        if placeholders(here[path]) != placeholders(there[path]):
            yield f"{'.'.join(path)} has other placeholders than the source language"


def placeholders(text: object) -> set[str]:
    """Return the placeholders of a text."""
    return set(PLACEHOLDER.findall(str(text)))


def texts(node: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield every leaf with the keys of the path to it."""
    for key, child in node.items():
        if isinstance(child, Mapping):
            yield from texts(child, (*path, key))
        else:
            yield (*path, key), child
