"""What a document promises, held against the tree: the tests it names and the addresses it gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NAMED_TEST = re.compile(r"`(tests/[\w/.]+)::(\w+)`")
ADDRESS = re.compile(r"`(/[^`\s]*)`")
RULE_OF_TABLE = re.compile(r"[:\-| ]+")


@cache
def functions_of(file: Path) -> frozenset[str]:
    """The names of the functions of a module; none of a file that is not there."""
    if not file.is_file():
        return frozenset()
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))


def named_tests(text: str) -> list[tuple[str, str]]:
    """(file, function) of every test that a document names."""
    return NAMED_TEST.findall(text)


def missing_tests(text: str) -> list[str]:
    """The tests that a document names and the tree has not."""
    return [f"{file}::{name}" for file, name in named_tests(text) if name not in functions_of(ROOT / file)]


def unknown_addresses(text: str, app: Flask) -> list[str]:
    """The addresses in a document that no rule of the site answers, whatever the verb."""
    known = app.url_map.bind("localhost")
    return [path for path in ADDRESS.findall(text) if not known.allowed_methods(path)]


def section(text: str, heading: str) -> str:
    """What stands under a heading, until the next one of that level or higher."""
    level = len(heading) - len(heading.lstrip("#"))
    lines = text.splitlines()
    after = lines[lines.index(heading) + 1 :]
    end = next((n for n, line in enumerate(after) if re.match(rf"#{{1,{level}}} ", line)), len(after))
    return "\n".join(after[:end])


def table_rows(text: str) -> list[list[str]]:
    """The cells of every row of every table, without the head."""
    lines = text.splitlines()
    rows = []
    for number, line in enumerate(lines):
        is_head = number + 1 < len(lines) and RULE_OF_TABLE.fullmatch(lines[number + 1] or "x")
        if line.startswith("|") and not is_head and not RULE_OF_TABLE.fullmatch(line):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return rows


def rows_not_there_once(text: str, heading: str, expected: Iterable[str]) -> list[str]:
    """The names that do not stand exactly once in the first column under a heading."""
    here = [row[0] for row in table_rows(section(text, heading))]
    return [name for name in expected if here.count(name) != 1]


def rows_that_promise_too_much(text: str, headings: Iterable[str], words: Sequence[str]) -> list[list[str]]:
    """Every row says how far it is, in one of `words`: the first is done, the second is done in part.

    What is there, whole or in part, has a page and a test; what is not whole says what lacks. The last three
    columns are the page, the test and what lacks.
    """
    rows = [row for heading in headings for row in table_rows(section(text, heading))]
    return [row for row in rows if not _keeps_its_promise(row, words)]


def _keeps_its_promise(row: list[str], words: Sequence[str]) -> bool:
    how_far = next((cell for cell in row if cell in words), None)
    if how_far is None:
        return False
    if how_far in words[:2] and not ("`/" in row[-3] and named_tests(row[-2])):
        return False
    return how_far == words[0] or row[-1] != "–"
