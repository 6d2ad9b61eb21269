"""docs/promises.md is true in form: every promise that is built names tests that exist; those not built say so."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.house.services import ROOT

PAGE = ROOT / "docs" / "promises.md"
NOT_BUILT = "Not built yet"
ROW = re.compile(r"^\| (?P<id>[0-9]+\.[0-9]+) \| (?P<promise>.+?) \| (?P<shown>.+?) \|$", re.MULTILINE)
REFERENCE = re.compile(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?`")


def rows() -> list[tuple[str, str, str, bool]]:
    """(id, promise, what shows it, built) of each row."""
    found = []
    built = True
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            built = NOT_BUILT not in line
        match = ROW.match(line)
        if match:
            found.append((match["id"], match["promise"], match["shown"], built))
    return found


@cache
def names_in(path: str) -> frozenset[str]:
    """Names of the test functions, and Class::function, of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            names |= {
                f"{node.name}::{n.name}" for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
            }
            names.add(node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
    return frozenset(names)


def test_the_page_holds_promises() -> None:
    assert len([r for r in rows() if r[3]]) > 50


def test_no_promise_is_numbered_twice() -> None:
    ids = [r[0] for r in rows()]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("row", rows(), ids=[r[0] for r in rows()])
def test_a_promise_names_a_test_that_exists(row: tuple[str, str, str, bool]) -> None:
    _, promise, shown, built = row
    references = REFERENCE.findall(shown)
    if not built:
        assert not references, f"{promise}: it has a test, so it is built"
        return
    assert references, f"{promise}: no test shows it"
    for path, name in references:
        assert (ROOT / path).is_file(), path
        assert not name or name in names_in(path), f"{path}::{name}"


def test_every_row_of_the_page_is_understood() -> None:
    text = PAGE.read_text(encoding="utf-8")
    written = [line for line in text.splitlines() if re.match(r"^\| [0-9]", line)]
    assert len(written) == len(rows())
