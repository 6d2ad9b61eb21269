"""Rosters for tests: a small one, and what every plan made in a test is held to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from services.chassis.sheets import Row
from services.chassis.sheets.model import is_formula_text
from services.chassis.wording import LANGUAGES, Catalogue
from services.reporting.domain.roster import KnownUnit, RosterPlan, UnitKind, plan_import

SAMPLE = Path(__file__).parents[2] / "infra" / "local" / "sample"
CATALOGUE = Catalogue.load("services.reporting")
HEADER = ("党组织代码", "党组织名称", "类别", "上级党组织", "党员人数")
DISTRICT = ("1", "区委", "区委", "", "")
STREET = ("2", "甲街道党工委", "党工委", "区委", "")
VILLAGE = ("3", "东村党总支", "党总支", "甲街道党工委", "80")
GROUP = ("4", "东村第一党支部", "党支部", "东村党总支", "30")
ROSTER = (HEADER, DISTRICT, STREET, VILLAGE, GROUP)
CODE, NAME, KIND, PARENT, MEMBERS = range(5)
Table = Sequence[Sequence[str]]


def rows_of(table: Table) -> list[Row]:
    """Rows as the sheet reader gives them; lines count from 1 and blank rows are left out."""
    rows = []
    for line, cells in enumerate(table, 1):
        if any(cells):
            formulas = frozenset(place for place, cell in enumerate(cells) if is_formula_text(cell))
            rows.append(Row(line, tuple(cells), formulas))
    return rows


def ids(first: int = 1) -> Callable[[], str]:
    numbers = count(first)
    return lambda: f"unit_{next(numbers)}"


def plan(table: Table, known: Sequence[KnownUnit] = ()) -> RosterPlan:
    return checked(plan_import(rows_of(table), known, ids(len(known) + 1)))


def checked(planned: RosterPlan) -> RosterPlan:
    """What holds for every plan: each finding has its words, and a refused plan does nothing."""
    for finding in (*planned.problems, *planned.notes):
        for language in LANGUAGES:
            params: dict[str, str | int] = {"line": finding.line, "column": finding.column, **finding.params}
            CATALOGUE.render(finding.code, params, language)
    if planned.refused:
        assert not planned.establish and not planned.change and not planned.missing
    return planned


def changed(table: Table, line: int, column: int, value: str) -> list[tuple[str, ...]]:
    """The table with one cell replaced."""
    rows = [tuple(row) for row in table]
    rows[line - 1] = (*rows[line - 1][:column], value, *rows[line - 1][column + 1 :])
    return rows


def found(planned: RosterPlan) -> list[tuple[int, str]]:
    return [(problem.line, problem.code.removeprefix("ROSTER_")) for problem in planned.problems]


def notes(planned: RosterPlan) -> dict[str, dict[str, str]]:
    return {note.code.removeprefix("ROSTER_"): dict(note.params) for note in planned.notes}


def applied(planned: RosterPlan, known: Sequence[KnownUnit] = ()) -> list[KnownUnit]:
    """The plan carried out step by step; no step may leave an orphan or a cycle."""
    units = {unit.unit_id: unit for unit in known}
    for new in planned.establish:
        assert new.unit_id not in units
        assert new.parent_id in units or not (new.parent_id or units)
        units[new.unit_id] = KnownUnit(new.unit_id, new.parent_id, new.code, new.name, new.kind, new.members)
    for change in planned.change:
        fields = ("code", "name", "kind", "parent_id", "members")
        new_values = {name: getattr(change, name) for name in fields if getattr(change, name) is not None}
        units[change.unit_id] = replace(units[change.unit_id], **new_values)
        assert_no_cycle(units)
    return list(units.values())


def assert_no_cycle(units: dict[str, KnownUnit]) -> None:
    for unit in units.values():
        for _ in units:
            if not unit.parent_id:
                break
            unit = units[unit.parent_id]
        assert not unit.parent_id


def tree_of(units: Sequence[KnownUnit]) -> dict[str, tuple[str, str, UnitKind, int]]:
    """Code → parent's code, name, kind, members: a tree without its ids."""
    codes = {unit.unit_id: unit.code for unit in units} | {"": ""}
    return {unit.code: (codes[unit.parent_id], unit.name, unit.kind, unit.members) for unit in units}
