"""The prose inside Python files: comments and docstrings, and how often they use words of the old dialect."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

# Words that stand where a noun of the field belongs. CONTRIBUTING.md has the rules and examples.
DIALECT = re.compile(
    r"\b(nobody|somebody|anybody|whoever|whomever|whatever|whom|whose|says|said|tells|told|anew"
    r"|of (?:its|their|his) own|as well)\b",
    re.IGNORECASE,
)
MOST_PER_THOUSAND = 3.0
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
        """Dialect words in 1,000 words of prose."""
        return self.dialect * 1000 / self.words if self.words else 0.0


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
        yield from _docstring(node)


def _docstring(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield strings that stand alone: docstrings, and the texts below fields and constants."""
    for statement in getattr(node, "body", ()) if not isinstance(node, ast.Lambda | ast.IfExp) else ():
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
            continue
        if isinstance(statement.value.value, str):
            yield statement.lineno, statement.value.value
