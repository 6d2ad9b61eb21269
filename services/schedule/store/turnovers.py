"""Turnovers and their plans, loaded for decisions and read for questions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from services.chassis.refusals import NotFound
from services.chassis.scope import Scope
from services.chassis.store import Reader, Row, int_of, text_of
from services.kernel.paths import segments
from services.schedule.domain.milestones import Template
from services.schedule.domain.openings import MilestoneState
from services.schedule.domain.templates import read_template
from services.schedule.domain.turnovers import Turnover, TurnoverState

_COLUMNS = (
    "turnover_id, t.unit_id, level, t.name, last_congress_day, term_years, on_time_days, t.state, plan_version, "
    "congress_day, term_approval_number, t.version, t.position"
)
TEMPLATES_KEPT_MAX = 64


def load(reader: Reader, turnover_id: str, unit_id: str = "") -> Turnover:
    """The turnover, of that unit where one is named. Raises NotFound."""
    row = reader.one(f"SELECT {_COLUMNS} FROM turnover t WHERE turnover_id = ?", (turnover_id,))
    if row is None or (unit_id and text_of(row[1]) != unit_id):
        raise NotFound(kind="turnover", id=turnover_id)
    return _turnover_of(row)


def open_of(reader: Reader, unit_id: str, level: str, name: str) -> Turnover | None:
    """The unit's turnover of a level and name that is neither archived nor closed."""
    row = reader.one(
        f"SELECT {_COLUMNS} FROM turnover t "
        "WHERE unit_id = ? AND level = ? AND name = ? AND t.state IN ('open', 'filed')",
        (unit_id, level, name),
    )
    return _turnover_of(row) if row else None


def page(reader: Reader, scope: Scope, unit_id: str, before_position: int, rows_max: int) -> list[Turnover]:
    """Newest first; those of units in the scope, or of units above a unit in it."""
    seen, params = scope.where("u.path")
    # A unit sees the turnovers of the bodies that it stands under: its days come from them.
    above = sorted({unit for path in scope.paths for unit in segments(path)})
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM turnover t JOIN tree_unit u ON u.unit_id = t.unit_id "
        f"WHERE t.position < ? AND (? = '' OR t.unit_id = ?) "
        f"AND ({seen} OR t.unit_id IN ({', '.join('?' * len(above))})) ORDER BY t.position DESC LIMIT ?",
        (before_position, unit_id, unit_id, *params, *above, rows_max),
    )
    return [_turnover_of(row) for row in rows]


def under_way(reader: Reader) -> list[Turnover]:
    """Those with a plan that are open or filed, oldest first."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM turnover t WHERE t.state IN ('open', 'filed') AND plan_version > 0 ORDER BY t.position"
    )
    return [_turnover_of(row) for row in rows]


def told_on(reader: Reader, turnover_id: str, day: str) -> bool:
    """Whether the plan was told that day."""
    row = reader.one("SELECT 1 FROM plan_digest WHERE turnover_id = ? AND day = ?", (turnover_id, day))
    return row is not None


def _turnover_of(row: Row) -> Turnover:
    return Turnover(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), date.fromisoformat(text_of(row[4])),
        int_of(row[5]), int_of(row[6]), TurnoverState(text_of(row[7])), int_of(row[8]), text_of(row[9]),
        text_of(row[10]), int_of(row[11]), int_of(row[12]),
    )  # fmt: skip


# ---- plans ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A version of a plan as it was adopted. `latest`: the latest day of each milestone."""

    plan_version: int
    template_id: str
    template: Template
    congress: date
    reason: str
    approver: str
    document_number: str
    term_approval_number: str
    calendar_version: str
    adopted_us: int
    moved: tuple[tuple[str, str, str], ...]
    latest: Mapping[str, str]


_PLAN = (
    "plan_version, template_id, template, congress_day, reason, approver, document_number, term_approval_number, "
    "calendar_version, adopted_us, moved, latest"
)


def plan(reader: Reader, turnover: Turnover) -> KeptPlan:
    """The plan in force. Raises PlanMissing."""
    turnover.check_planned()
    found = plans(reader, turnover.turnover_id, turnover.plan_version - 1)
    return found[-1]


def plans(reader: Reader, turnover_id: str, after_version: int = 0) -> list[KeptPlan]:
    """Every version after one, oldest first."""
    rows = reader.all(
        f"SELECT {_PLAN} FROM plan WHERE turnover_id = ? AND plan_version > ? ORDER BY plan_version",
        (turnover_id, after_version),
    )
    return [_plan_of(row) for row in rows]


@lru_cache(maxsize=TEMPLATES_KEPT_MAX)
def _template_of(text: str) -> Template:
    return read_template(json.loads(text))


def _plan_of(row: Row) -> KeptPlan:
    return KeptPlan(
        int_of(row[0]), text_of(row[1]), _template_of(text_of(row[2])), date.fromisoformat(text_of(row[3])),
        text_of(row[4]), text_of(row[5]), text_of(row[6]), text_of(row[7]), text_of(row[8]), int_of(row[9]),
        tuple(tuple(each) for each in json.loads(text_of(row[10]))), json.loads(text_of(row[11])),
    )  # fmt: skip


# ---- milestones that something happened to ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptMilestone:
    """How far a milestone has come. `stages`: layer, stage and latest day of the directive that it issued."""

    state: MilestoneState
    opened_day: str
    done_day: str
    override_id: str
    stages: tuple[tuple[int, int, str], ...]


WAITING = KeptMilestone(MilestoneState.WAITING, "", "", "", ())


def milestones(reader: Reader, turnover_id: str) -> dict[str, KeptMilestone]:
    """By id; one that is not there waits."""
    rows = reader.all(
        "SELECT milestone_id, state, opened_day, done_day, override_id, stages FROM milestone WHERE turnover_id = ?",
        (turnover_id,),
    )
    return {
        text_of(row[0]): KeptMilestone(
            MilestoneState(text_of(row[1])), text_of(row[2]), text_of(row[3]), text_of(row[4]),
            tuple(tuple(each) for each in json.loads(text_of(row[5]))),
        )
        for row in rows
    }  # fmt: skip


def done_days(kept: Mapping[str, KeptMilestone]) -> dict[str, date]:
    """When each milestone that is done was done."""
    return {name: date.fromisoformat(each.done_day) for name, each in kept.items() if each.done_day}
