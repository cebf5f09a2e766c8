"""The prose inside Python files: comments and docstrings, and how often they use dialect instead of a field's noun.

CONTRIBUTING.md has the rules of prose with examples. The measured words stand where a noun belongs.
"""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

DIALECT = re.compile(
    r"\b(nobody|somebody|anybody|whoever|whomever|whatever|whom|whose|says|said|tells|told|anew"
    r"|of (?:its|their|his) own|as well)\b",
    re.IGNORECASE,
)
MOST_PER_THOUSAND = 3.0
_WORST_LINES = 5
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True, slots=True)
class Count:
    """Words of prose, and how many of them are dialect."""

    words: int = 0
    dialect: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Return the sum of both counts."""
        return Count(self.words + other.words, self.dialect + other.dialect)

    @property
    def per_thousand(self) -> float:
        """Dialect words in 1,000 words of prose; 0 without prose."""
        return self.dialect * 1000 / self.words if self.words else 0.0


def check_area(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield the rule that an area's files break together; `sources` are their texts by name."""
    total = sum((count_words(source) for source in sources.values()), Count())
    if total.per_thousand < MOST_PER_THOUSAND:
        return
    lines = Counter(f"{name}:{line}" for name, source in sources.items() for line, _ in dialect_in(source))
    worst = ", ".join(f"{place} ({uses})" for place, uses in lines.most_common(_WORST_LINES))
    yield (
        f"{total.per_thousand:.1f} of 1,000 words of comments and docstrings are dialect, "
        f"allowed are less than {MOST_PER_THOUSAND:g}; most at {worst}"
    )


def count_words(source: str) -> Count:
    """Count the words in the comments and docstrings of a Python file; text in backticks is code."""
    total = Count()
    for _, text in prose_of(source):
        prose = _CODE.sub("", text)
        total += Count(len(_WORD.findall(prose)), len(DIALECT.findall(prose)))
    return total


def dialect_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the word of each use of dialect."""
    for line, text in prose_of(source):
        for number, row in enumerate(text.splitlines()):
            for found in DIALECT.finditer(_CODE.sub("", row)):
                yield line + number, found[0]


def prose_of(source: str) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each comment and docstring."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("#: ")
    for node in ast.walk(ast.parse(source)):
        yield from _docstrings(node)


def _docstrings(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield strings that stand alone in a body: docstrings, and the texts below fields and constants."""
    if isinstance(node, ast.Lambda | ast.IfExp):
        return
    for statement in getattr(node, "body", ()):
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
            continue
        if isinstance(statement.value.value, str):
            yield statement.lineno, statement.value.value
