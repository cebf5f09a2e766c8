"""Command line: `python -m scripts.release check TAG | notes TAG | zip FILE`.

`check` lists each place with another version than the tag; `notes` prints the changelog's section; `zip` writes the
archive. Exit code 1 means that the release must not go out.
"""

import argparse
import sys
from pathlib import Path

from .archive import write_archive
from .changelog import MissingSectionError, section_of
from .versions import differences

ROOT = Path(__file__).resolve().parents[2]
COMPONENT = ROOT / "custom_components" / "ev_charging_manager"


def main() -> int:
    """Run the command that the arguments name and return the exit code."""
    given = _arguments()
    if given.command == "zip":
        write_archive(COMPONENT, given.file)
        return 0
    try:
        notes = section_of(_changelog(), given.tag.removeprefix("v"))
    except MissingSectionError as error:
        print(error, file=sys.stderr)
        return 1
    if given.command == "notes":
        print(notes)
        return 0
    found = list(differences(ROOT, COMPONENT, given.tag))
    print("\n".join(found) or f"Ready to release {given.tag}")
    return int(bool(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.release")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("check", "notes"):
        commands.add_parser(name).add_argument("tag")
    commands.add_parser("zip").add_argument("file", type=Path)
    return parser.parse_args()


def _changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
