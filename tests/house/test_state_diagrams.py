"""Every table of states in a domain is drawn in its service's README, arrow by arrow, and nothing else is."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest

from tests.house.services import ROOT, folders

_DIAGRAM = re.compile(r"```mermaid\nstateDiagram-v2\n(.*?)```", re.DOTALL)
_ARROW = re.compile(r"^\s+(\w+) --> (\w+): ([\w, ]+)$", re.MULTILINE)
Arrow = tuple[str, str, str]


def drawn(folder: Path) -> set[Arrow]:
    """(from, to, act) of every arrow of the README's diagrams."""
    diagrams = _DIAGRAM.findall((folder / "README.md").read_text("utf-8"))
    arrows = [arrow for diagram in diagrams for arrow in _ARROW.findall(diagram)]
    return {(source, target, act) for source, target, acts in arrows for act in acts.split(", ")}


def declared(folder: Path) -> set[Arrow]:
    """(from, to, act) of every TRANSITIONS of the domain."""
    return {arrow for path in sorted((folder / "domain").rglob("*.py")) for arrow in arrows_of(path)}


def arrows_of(path: Path) -> Iterator[Arrow]:
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for (state, act), leads in getattr(module, "TRANSITIONS", {}).items():
        for target in [leads] if isinstance(leads, str | Enum) else leads:
            yield text(state), text(target), text(act)


def text(value: str | Enum) -> str:
    return str(value.value) if isinstance(value, Enum) else value


@pytest.mark.parametrize("folder", folders().values(), ids=folders().keys())
def test_the_readme_draws_the_tables_of_the_domain(folder: Path) -> None:
    assert drawn(folder) == declared(folder)


def test_there_are_tables_to_draw() -> None:
    assert {name for name, folder in folders().items() if declared(folder)} >= {"reporting", "identity"}
