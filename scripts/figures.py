"""Print the layout of the code: files, lines, lengths, conditional expressions, `Any`, and the words of its prose.

`python -m scripts.figures [--words] [PATH ...]`; with --words, it lists each use of a dialect word by file and line.
"""

import argparse
import ast
import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .repository.prose import Count, count_words, dialect_in

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "custom_components" / "ev_charging_manager"


@dataclass(slots=True)
class Figures:
    """The measurements of one room."""

    files: list[tuple[int, str]] = field(default_factory=list)
    functions: list[tuple[int, str]] = field(default_factory=list)
    conditionals: int = 0
    any_names: int = 0
    prose: Count = field(default_factory=Count)

    @property
    def lines(self) -> int:
        """Number of lines of all files."""
        return sum(lines for lines, _ in self.files)

    def add(self, name: str, source: str) -> None:
        """Add one file to the measurements; `name` is shown in the table."""
        self.files.append((source.count("\n"), name))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions.append(((node.end_lineno or node.lineno) - node.lineno + 1, f"{name}:{node.name}"))
            self.conditionals += isinstance(node, ast.IfExp)
            self.any_names += isinstance(node, ast.Name) and node.id == "Any"
        self.prose += count_words(source)

    def row(self, room: str) -> str:
        """Return the room's line of the table."""
        lengths = [length for length, _ in self.functions] or [0]
        return (
            f"{room:<42}{len(self.files):>6}{self.lines:>8}"
            f"{statistics.median(lines for lines, _ in self.files):>8.0f}{max(self.files)[0]:>6}"
            f"{statistics.median(lengths):>8.0f}{max(lengths):>6}"
            f"{self.conditionals * 1000 / max(1, self.lines):>8.1f}{self.any_names:>6}{self.prose.per_thousand:>8.1f}"
        )


HEAD = (
    f"{'room':<42}{'files':>6}{'lines':>8}{'file':>8}{'max':>6}"
    f"{'func':>8}{'max':>6}{'if/1000':>8}{'Any':>6}{'words':>8}"
)


def python_files(paths: Iterable[Path]) -> list[Path]:
    """Return the Python files below the paths, in order."""
    found = {file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py"))}
    return sorted(file for file in found if "__pycache__" not in file.parts)


def room_of(path: Path) -> str:
    """Return the room of a file: its folder below the package, or its folder below the repository."""
    folder = path.resolve().parent
    if folder.is_relative_to(PACKAGE):
        return str(folder.relative_to(PACKAGE.parent))
    return folder.relative_to(ROOT).parts[0]


def main() -> None:
    """Print a line for each room, one for the integration and one for all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", action="store_true", help="list each use of a dialect word")
    parser.add_argument("paths", nargs="*", type=Path)
    given = parser.parse_args()
    usual = [ROOT / name for name in ("custom_components", "benchmarks", "scripts", "tests")]
    files = python_files(given.paths or usual)
    if given.words:
        for path in files:
            for line, word in dialect_in(path.read_text(encoding="utf-8")):
                print(f"{path}:{line}: {word}")
        return
    rooms: dict[str, Figures] = defaultdict(Figures)
    production, everything = Figures(), Figures()
    for path in files:
        name, source = str(path.resolve().relative_to(ROOT)), path.read_text(encoding="utf-8")
        for figures in (rooms[room_of(path)], everything, *([production] if path.is_relative_to(PACKAGE) else [])):
            figures.add(name, source)
    print(HEAD)
    for room in sorted(rooms):
        print(rooms[room].row(room))
    if production.files:
        print(production.row("the integration"))
        print("longest files:", *(f"{name} ({lines})" for lines, name in sorted(production.files)[-5:]))
        print("longest functions:", *(f"{name} ({length})" for length, name in sorted(production.functions)[-5:]))
    print(everything.row("all"))


if __name__ == "__main__":
    main()
