"""A plan as a chart's data, a countdown, a calendar feed, a workbook and a print: all of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any, Final

from pydantic import BaseModel
from starlette.types import ASGIApp

from gateway.api.answers import Answered, answer_json
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.papers.plan import PlanRow, PlanSheet, countdown, gantt
from gateway.papers.plan_feed import MEDIA_TYPE as ICS
from gateway.papers.plan_feed import calendar_feed
from gateway.papers.plan_prints import plan_pdf, plan_workbook
from gateway.papers.typst import Head
from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.wording import Language
from services.kernel.workdays import work_calendar
from services.schedule.domain.cascade import REPORT

PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ONE: Final = "/turnovers/{turnover_id}"


class Bar(BaseModel):
    """One milestone of a Gantt chart."""

    milestone: str
    title: str
    phase: str
    owner: str
    earliest: str
    latest: str
    done_on: str | None
    slack_workdays: int
    critical: bool
    waits_for: list[str]


class Gantt(BaseModel):
    """A chart's data."""

    turnover: str
    version: int
    congress: str
    first: str
    last: str
    bars: list[Bar]


class Step(BaseModel):
    """One step on a countdown board."""

    milestone: str
    title: str
    owner: str
    latest: str
    workdays_left: int
    waits_for: list[str]


class Countdown(BaseModel):
    """What is left until the congress."""

    turnover: str
    congress: str
    today: str
    days_left: int
    workdays_left: int
    done: int
    milestones: int
    overdue: list[Step]
    near: list[Step]
    next: list[Step]


async def get_plan_gantt(incoming: Incoming) -> ASGIApp:
    """Bars from the earliest to the latest day."""
    return answer_json(gantt(_sheet(incoming, await _plan(incoming))))


async def get_plan_countdown(incoming: Incoming) -> ASGIApp:
    """Overdue, near, next."""
    plan = await _plan(incoming)
    today = date.fromisoformat(plan.today)
    return answer_json(countdown(_sheet(incoming, plan), today, work_calendar(plan.calendar_version)))


async def get_plan_calendar(incoming: Incoming) -> ASGIApp:
    """Every milestone as an all-day event."""
    sheet = _sheet(incoming, await _plan(incoming))
    return _file(calendar_feed(sheet, incoming.language, _now_us(incoming)), ICS, "plan.ics")


async def get_unit_calendar(incoming: Incoming) -> ASGIApp:
    """What one unit owes, each on the unit's own latest day."""
    plan = await _plan(incoming)
    request = pb.ListUnitDaysRequest(**incoming.params)
    days = (await incoming.ask("schedule.ListUnitDays", request, pb.ListUnitDaysResponse)).days
    own = {day.milestone_id: _own_day(day) for day in days}
    sheet = _sheet(incoming, plan, own)
    return _file(calendar_feed(sheet, incoming.language, _now_us(incoming), own), ICS, "unit.ics")


async def get_plan_workbook(incoming: Incoming) -> ASGIApp:
    """The plan as a workbook."""
    sheet = _sheet(incoming, await _plan(incoming))
    return await _drawn(
        incoming, partial(plan_workbook, sheet, incoming.language, _now_us(incoming)), XLSX, "plan.xlsx"
    )


async def print_plan(incoming: Incoming) -> ASGIApp:
    """The plan on A4, landscape."""
    sheet = _sheet(incoming, await _plan(incoming))
    folder = incoming.api.folder
    head = Head(
        sheet.title, folder.identity.district_name, incoming.language, _now_us(incoming),
        rehearsal=folder.clock.kind == "rehearsal",
    )  # fmt: skip
    return await _drawn(incoming, partial(plan_pdf, sheet, head), PDF, "plan.pdf")


async def _drawn(incoming: Incoming, draw: Callable[[], bytes], media_type: str, name: str) -> Answered:
    """Raises Busy while too many papers are asked for."""
    return _file(await incoming.api.printer.run(draw), media_type, name)


def _file(content: bytes, media_type: str, name: str) -> Answered:
    headers = [(b"content-disposition", f'inline; filename="{name}"'.encode())]
    return Answered(content, headers=headers, media_type=media_type)


async def _plan(incoming: Incoming) -> pb.Plan:
    request = pb.GetPlanRequest(turnover_id=incoming.params["turnover_id"])
    return await incoming.ask("schedule.GetPlan", request, pb.Plan)


def _now_us(incoming: Incoming) -> int:
    return incoming.api.folder.business_clock().now_us()


def _own_day(day: pb.UnitDay) -> date:
    """Where the unit has a directive to report on: its layer's day for that; else the milestone's."""
    reports = [each.day for each in day.stages if each.stage == REPORT]
    return date.fromisoformat(reports[0] if reports else day.latest_day)


def _sheet(incoming: Incoming, plan: pb.Plan, own: dict[str, date] | None = None) -> PlanSheet:
    """The plan worded for its reader. `own`: other latest days, of one unit."""
    language = incoming.language
    phases = {each.phase: _said(language, each.title_zh, each.title_en) for each in plan.phases}

    def worded(each: pb.PlanMilestone) -> PlanRow:
        owner = incoming.api.problems.detail(f"owner:{each.owner}", {}, language)
        return _row(each, language, phases.get(each.phase, each.phase), owner, own or {})

    return PlanSheet(
        turnover=plan.turnover_id,
        title=plan.name,
        kind=_said(language, plan.template_title_zh, plan.template_title_en),
        version=plan.plan_version,
        congress=date.fromisoformat(plan.congress_day),
        term_end=date.fromisoformat(plan.term_end_day),
        calendar_version=plan.calendar_version,
        rows=tuple(map(worded, plan.milestones)),
        shortfall_workdays=plan.shortfall_workdays,
        unannounced_years=tuple(plan.unannounced_years),
        rehearsal=incoming.api.folder.clock.kind == "rehearsal",
    )


def _row(each: pb.PlanMilestone, language: Language, phase: str, owner: str, own: dict[str, date]) -> PlanRow:
    return PlanRow(
        milestone=each.milestone_id,
        title=_said(language, each.title_zh, each.title_en),
        phase=phase,
        owner=owner,
        earliest=date.fromisoformat(each.earliest_day),
        latest=own.get(each.milestone_id, date.fromisoformat(each.latest_day)),
        slack_workdays=each.slack_workdays,
        critical=each.critical,
        citation=_said(language, each.citation.zh, each.citation.en),
        confidence=each.citation.confidence,
        documents=_all_said(language, each.documents),
        waits_for=_all_said(language, each.missing),
        done_on=date.fromisoformat(each.done_day) if each.done_day else None,
    )


def _said(language: Language, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def _all_said(language: Language, words: Iterable[Any]) -> tuple[str, ...]:
    return tuple(_said(language, each.zh, each.en) for each in words)


_TAG: Final = "plans"
OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("get_plan_gantt", "GET", _ONE + "/plan/gantt", _TAG, "Data of a Gantt chart", get_plan_gantt,
              answer=Gantt),
    Operation("get_plan_countdown", "GET", _ONE + "/plan/countdown", _TAG, "Data of a countdown board",
              get_plan_countdown, answer=Countdown),
    Operation("get_plan_calendar", "GET", _ONE + "/plan/calendar.ics", _TAG, "The plan as a calendar feed",
              get_plan_calendar, gives="text/calendar"),
    Operation("get_unit_calendar", "GET", _ONE + "/units/{unit_id}/calendar.ics", _TAG,
              "What one unit owes, as a calendar feed", get_unit_calendar, gives="text/calendar"),
    Operation("get_plan_workbook", "GET", _ONE + "/plan/workbook.xlsx", _TAG, "The plan as a workbook",
              get_plan_workbook, gives=XLSX),
    Operation("print_plan", "GET", _ONE + "/plan/print.pdf", _TAG, "The plan on paper", print_plan, gives=PDF),
)  # fmt: skip
