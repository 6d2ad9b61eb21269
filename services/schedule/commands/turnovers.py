"""A turnover is opened, and ended when all is over or when it was opened by mistake."""

from __future__ import annotations

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.refusals import BadRequest, NotFound
from services.kernel.workdays import day_of
from services.schedule.commands.fields import choice_of, line_of, past_day, reason_of
from services.schedule.domain.office_errors import TurnoverOpenAlready
from services.schedule.domain.terms import term_of
from services.schedule.domain.turnover_events import TurnoverClosed, TurnoverOpened
from services.schedule.domain.turnovers import NAME_CHARS_MAX, ON_TIME_DAYS_MAX, UNIT_KINDS, TurnoverDeed, check_level
from services.schedule.store import turnovers


def open_turnover(command: pb.OpenTurnoverRequest, act: Act) -> pb.OpenTurnoverResponse:
    """Of a district, a township or a primary unit; each its own, overlapping.

    Raises NotFound, BadRequest, LevelNotOfUnit, TermYearsUnknown, DayAhead, TurnoverOpenAlready.
    """
    unit = tree.find(act.tx, command.unit_id)
    if unit is None or not unit.active:
        raise NotFound(kind="unit", id=command.unit_id)
    level = choice_of("level", command.level, UNIT_KINDS)
    check_level(level, unit.kind)
    if not command.last_congress_day.strip():
        raise BadRequest(field="last_congress_day", problem="required")
    began = past_day("last_congress_day", command.last_congress_day, day_of(act.now_us))
    if command.on_time_days > ON_TIME_DAYS_MAX:
        raise BadRequest(field="on_time_days", problem="out_of_range")
    term = term_of(level, command.term_years, began)
    name = line_of("name", command.name, NAME_CHARS_MAX, required=True)
    standing = turnovers.open_of(act.tx, unit.unit_id, level, name)
    if standing is not None:
        raise TurnoverOpenAlready(turnover_id=standing.turnover_id)
    turnover_id = act.new_id("turnover")
    event = TurnoverOpened(
        turnover_id, unit.unit_id, level, name, began.isoformat(), term.regular_end.isoformat(), term.years,
        command.on_time_days,
    )  # fmt: skip
    act.record(event, subject=turnover_id, turnover=turnover_id)
    return pb.OpenTurnoverResponse(turnover_id=turnover_id, expires_day=event.expires_day, version=1)


def close_turnover(command: pb.CloseTurnoverRequest, act: Act) -> pb.TurnoverResponse:
    """Raises NotFound, WrongStanding: what is filed is archived first."""
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    state = turnover.after(TurnoverDeed.CLOSE)
    event = TurnoverClosed(turnover.turnover_id, reason_of(command.reason))
    act.record(event, subject=turnover.turnover_id, turnover=turnover.turnover_id)
    return pb.TurnoverResponse(state=state, version=turnover.version + 1)
