"""What is on record of one turnover, gathered for its gates: from acts of this service and from other ledgers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from services.chassis import inbox, tree
from services.chassis.scope import Scope
from services.chassis.store import Reader, Value, int_of, text_of
from services.kernel.paths import contains, segments
from services.schedule.domain.gates import APPROVAL, DONE, FILED, RESULT, Facts, Recorded, UnitCount
from services.schedule.domain.milestones import Template
from services.schedule.domain.records import Kept
from services.schedule.domain.results import results
from services.schedule.domain.turnover_events import DirectiveScope
from services.schedule.domain.turnovers import Turnover
from services.schedule.store import layers, turnovers, votes


def milestone_cause(turnover_id: str, milestone_id: str) -> str:
    """How a directive names the milestone that caused it."""
    return f"milestone/{turnover_id}/{milestone_id}"


def facts_of(reader: Reader, turnover: Turnover, template: Template) -> Facts:
    """Everything that the turnover's gates may ask for."""
    recorded = {
        f"{DONE}:{name}": Recorded(date.fromisoformat(each.done_day))
        for name, each in turnovers.milestones(reader, turnover.turnover_id).items()
        if each.done_day
    }
    for kind, matter, organ, number, day in reader.all(
        "SELECT kind, matter, organ, number, day FROM record WHERE turnover_id = ? AND withdrawn = 0 ORDER BY position",
        (turnover.turnover_id,),
    ):
        _earliest(recorded, Kept(text_of(kind), text_of(matter), text_of(organ)).fact, text_of(day), text_of(number))
    for matter, number, day, approved, reply_number, reply_day in reader.all(
        "SELECT matter, number, sent_day, approved, reply_number, reply_day FROM paper "
        "WHERE turnover_id = ? AND unit_id = ? AND matter <> '' AND state IN ('sent', 'answered')",
        (turnover.turnover_id, turnover.unit_id),
    ):
        _earliest(recorded, f"{FILED}:{text_of(matter)}", text_of(day), text_of(number))
        if int_of(approved):
            _earliest(recorded, f"{APPROVAL}:{text_of(matter)}", text_of(reply_day), text_of(reply_number))
    for name, vote in results(votes.declared(reader, turnover.turnover_id, turnover.unit_id)).items():
        recorded[f"{RESULT}:{name}"] = Recorded(vote.day, vote.election_id)
    units = {
        milestone.id: UnitCount(progress.done, progress.due)
        for milestone in template.milestones
        if milestone.issues
        and (progress := progress_of(reader, milestone_cause(turnover.turnover_id, milestone.id)))
        and not progress.withdrawn
    }
    return Facts(recorded, units)


def _earliest(recorded: dict[str, Recorded], fact: str, day: str, reference: str) -> None:
    held_on = date.fromisoformat(day)
    if fact not in recorded or held_on < recorded[fact].held_on:
        recorded[fact] = Recorded(held_on, reference)


# ---- what became of a directive ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How many units a directive obliges now, and of how many reporting has a verified report."""

    directive_id: str
    due: int
    done: int
    withdrawn: bool


def progress_of(reader: Reader, cause: str) -> Progress | None:
    """None until reporting has issued the directive."""
    row = reader.one(
        "SELECT directive_id, issuer_unit_id, subtree_unit_id, scope, withdrawn FROM caused_directive WHERE cause = ?",
        (cause,),
    )
    if row is None:
        return None
    directive_id = text_of(row[0])
    due, done = _counts(reader, directive_id, text_of(row[1]), text_of(row[2]), text_of(row[3]))
    return Progress(directive_id, due, done, bool(int_of(row[4])))


def directive_of(reader: Reader, cause: str) -> str:
    """The directive that was issued for a cause, or nothing; without counting anything."""
    row = reader.one("SELECT directive_id FROM caused_directive WHERE cause = ?", (cause,))
    return text_of(row[0]) if row else ""


def _counts(reader: Reader, directive_id: str, issuer: str, subtree: str, scope: str) -> tuple[int, int]:
    obliged, params = _obliged(reader, issuer, subtree, scope)
    let_off, more = _let_off(reader, directive_id)
    row = reader.one(
        "SELECT COUNT(*), COALESCE(SUM(COALESCE(c.verified, 0)), 0) FROM tree_unit u LEFT JOIN caused_unit c "
        f"ON c.directive_id = ? AND c.unit_id = u.unit_id WHERE u.state = 'active' AND {obliged}{let_off}",
        (directive_id, *params, *more),
    )
    return (int_of(row[0]), int_of(row[1])) if row else (0, 0)


def _obliged(reader: Reader, issuer: str, subtree: str, scope: str) -> tuple[str, list[Value]]:
    kinds, listed, excluded = json.loads(scope)
    params: list[Value]
    if listed:
        sql, params = f"u.unit_id IN ({_marks(listed)})", list(listed)
    else:
        root = tree.find(reader, subtree)
        sql, found = Scope((root.path,) if root else ()).where("u.path")
        params = list(found)
        if kinds:
            sql += f" AND u.kind IN ({_marks(kinds)})"
            params += kinds
    left_out = [issuer, *excluded]
    return f"{sql} AND u.unit_id NOT IN ({_marks(left_out)})", [*params, *left_out]


def _let_off(reader: Reader, directive_id: str) -> tuple[str, list[Value]]:
    """A unit whose assignment is withdrawn takes everything below out with it."""
    rows = reader.all(
        "SELECT u.path FROM caused_unit c JOIN tree_unit u ON u.unit_id = c.unit_id "
        "WHERE c.directive_id = ? AND c.withdrawn = 1",
        (directive_id,),
    )
    if not rows:
        return "", []
    sql, params = Scope(tuple(text_of(row[0]) for row in rows)).where("u.path")
    return f" AND NOT {sql}", list(params)


def _marks(values: list[str]) -> str:
    return ", ".join("?" * len(values))


# ---- whom a plan concerns ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Below:
    """The units below one that a directive of some kinds obliges: how many, and how many layers deep."""

    units: int
    layers: int


def below(reader: Reader, unit_id: str, kinds: tuple[str, ...]) -> Below:
    """Counts without loading. No kinds: every kind."""
    rows = [row for row in layers.rows_of(reader, unit_id, kinds) if row[0]]
    return Below(sum(units for _, _, units in rows), max((depth for depth, _, _ in rows), default=0))


def on_way(reader: Reader, turnover_unit_id: str, unit_id: str, kinds: tuple[str, ...]) -> bool:
    """The unit is obliged by a directive of these kinds below the turnover's unit, or has to pass it on."""
    top, unit = tree.find(reader, turnover_unit_id), tree.find(reader, unit_id)
    if (
        top is None
        or unit is None
        or not unit.active
        or top.unit_id == unit.unit_id
        or not contains(top.path, unit.path)
    ):
        return False
    return not kinds or unit.kind in kinds or below(reader, unit_id, kinds).units > 0


def layer_of(turnover_unit_id: str, path: str) -> int:
    """How many layers a path lies below the turnover's unit; 0 for the unit itself and for what is not below it."""
    ids = segments(path)
    return len(ids) - 1 - ids.index(turnover_unit_id) if turnover_unit_id in ids else 0


def layers_of(reader: Reader, unit_id: str, scope: DirectiveScope) -> int:
    """How many layers below the unit the deepest obliged unit stands; 0 where nobody is obliged."""
    top = tree.find(reader, unit_id)
    if top is None:
        return 0
    if scope.unit_ids:
        named = set(scope.unit_ids) - {unit_id, *scope.excluded_unit_ids}
        listed = [unit for name in named if (unit := tree.find(reader, name)) and unit.active]
        return max((0, *(unit.depth - top.depth for unit in listed)))
    root = tree.find(reader, scope.subtree_unit_id)
    if root is None or not root.active:
        return 0
    left: dict[int, int] = {}
    for depth, _, units in layers.rows_of(reader, root.unit_id, scope.kinds):
        left[root.depth + depth] = left.get(root.depth + depth, 0) + units
    for name in {unit_id, *scope.excluded_unit_ids}:
        unit = tree.find(reader, name)
        inside = unit is not None and unit.active and contains(root.path, unit.path)
        if unit is not None and inside and (not scope.kinds or unit.kind in scope.kinds):
            left[unit.depth] -= 1
    return max((0, *(depth - top.depth for depth, units in left.items() if units)))


def heard(reader: Reader) -> int:
    """How far reporting's ledger has been read: the position that figures from it stand at."""
    return inbox.position_of(reader, "reporting").position
