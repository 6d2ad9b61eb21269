"""A plan is adopted: the first, or a new version with its reason and who approved it."""

from __future__ import annotations

import json

from huanjie.schedule.v1 import schedule_pb2 as pb
from huanjie.schedule.v1 import turnovers_pb2
from services.chassis.act import Act
from services.chassis.refusals import StaleVersion
from services.chassis.store import Reader
from services.kernel.workdays import WorkCalendar, calendar_versions, day_of, work_calendar
from services.schedule.commands.adjustments import adjustments_of, kept_adjustments
from services.schedule.commands.fields import ORGAN_CHARS_MAX, day_of_text, line_of, number_of, reason_of
from services.schedule.domain.adjust import adjust
from services.schedule.domain.milestones import Milestone, Template
from services.schedule.domain.office_errors import PlanUnchanged
from services.schedule.domain.plan import Plan, check_feasible
from services.schedule.domain.plan_errors import WindowBelowLayers
from services.schedule.domain.planning import Moved, Wanted, cascade_of, kinds_concerned, moved, plan_for
from services.schedule.domain.template_rows import template_row
from services.schedule.domain.templates import shipped_template
from services.schedule.domain.turnover_events import MilestoneMoved, PlanAdopted, PlannedMilestone, StageDay
from services.schedule.domain.turnovers import Turnover, TurnoverDeed
from services.schedule.store import facts, turnovers


def newest_calendar() -> WorkCalendar:
    """The calendar that new plans are made by."""
    return work_calendar(calendar_versions()[-1])


def wanted_of(reader: Reader, turnover: Turnover, request: pb.TryPlanRequest | pb.AdoptPlanRequest) -> Wanted:
    """What a plan is to be made of: what is not said stays as in the plan in force.

    Raises TemplateUnknown, PlanMissing, BadRequest, and whatever adjusting refuses.
    """
    standing = turnovers.plan(reader, turnover) if turnover.plan_version else None
    keeps = standing is not None and not request.template_id
    template = standing.template if standing and keeps else shipped_template(request.template_id)
    template = adjust(template, adjustments_of(request.adjustments)) if request.adjustments else template
    congress = (
        day_of_text("congress_day", request.congress_day)
        if request.congress_day or standing is None
        else standing.congress
    )
    number = number_of("term_approval_number", request.term_approval_number, required=False)
    return Wanted(template, congress, number or (standing.term_approval_number if standing else ""))


def adopt_plan(command: pb.AdoptPlanRequest, act: Act) -> pb.AdoptPlanResponse:
    """Also one that cannot be met as of today, where the caller says so: what was done before is entered then.

    Raises what making it refuses, PlanInfeasible, WindowBelowLayers, PlanUnchanged, StaleVersion.
    """
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    turnover.after(TurnoverDeed.ADOPT)
    if command.expected_version not in (0, turnover.version):
        raise StaleVersion(expected=command.expected_version, actual=turnover.version)
    calendar, today = newest_calendar(), day_of(act.now_us)
    wanted = wanted_of(act.tx, turnover, command)
    done = turnovers.done_days(turnovers.milestones(act.tx, turnover.turnover_id))
    plan = plan_for(turnover, wanted, done, today, calendar)
    if not command.despite_shortfall:
        check_feasible(wanted.template, plan, calendar)
    standing = turnovers.plan(act.tx, turnover) if turnover.plan_version else None
    changes = moved(standing.latest if standing else {}, plan)
    if standing and not changes and standing.template == wanted.template:
        raise PlanUnchanged(plan_version=standing.plan_version)
    version = turnover.plan_version + 1
    event = PlanAdopted(
        turnover_id=turnover.turnover_id,
        version=version,
        template_id=wanted.template.key,
        template=json.dumps(template_row(wanted.template), ensure_ascii=False),
        adjustments=kept_adjustments(command.adjustments),
        congress_day=wanted.congress.isoformat(),
        reason=reason_of(command.reason),
        approver=line_of("approver", command.approver, ORGAN_CHARS_MAX, required=True),
        document_number=number_of("document_number", command.document_number, required=version > 1),
        term_approval_number=wanted.term_approval_number,
        calendar_version=calendar.version,
        milestones=_planned(act.tx, turnover, wanted.template, plan, calendar),
        moved=tuple(MilestoneMoved(each.milestone, each.from_day, each.to_day) for each in changes),
        shortfall_workdays=plan.shortfall_workdays,
    )
    act.record(event, subject=turnover.turnover_id, turnover=turnover.turnover_id)
    return pb.AdoptPlanResponse(
        plan_version=version,
        moved=moved_messages(changes),
        units_affected=units_affected(act.tx, turnover, wanted.template, changes),
        version=turnover.version + 1,
    )


def _planned(
    reader: Reader, turnover: Turnover, template: Template, plan: Plan, calendar: WorkCalendar
) -> tuple[PlannedMilestone, ...]:
    found = []
    for milestone in template.milestones:
        row = plan.by_id[milestone.id]
        stages: tuple[StageDay, ...] = ()
        if milestone.issues and not row.done:
            layers = facts.below(reader, turnover.unit_id, milestone.issues.kinds).layers
            stages = _stages(plan, milestone, layers, calendar)
        found.append(
            PlannedMilestone(
                milestone.id, row.earliest.isoformat(), row.latest.isoformat(), row.slack_workdays, row.critical, stages
            )
        )
    return tuple(found)


def _stages(plan: Plan, milestone: Milestone, layers: int, calendar: WorkCalendar) -> tuple[StageDay, ...]:
    """The days below; none in a plan that was adopted despite its shortfall and leaves too few."""
    try:
        of = cascade_of(plan, milestone, layers, calendar)
    except WindowBelowLayers:
        if not plan.shortfall_workdays:
            raise
        return ()
    return tuple(StageDay(day.layer, day.stage, day.latest.isoformat()) for day in of.days()) if of else ()


def moved_messages(changes: tuple[Moved, ...]) -> list[turnovers_pb2.MilestoneMoved]:
    """As they are answered."""
    return [
        turnovers_pb2.MilestoneMoved(milestone_id=each.milestone, from_day=each.from_day, to_day=each.to_day)
        for each in changes
    ]


def units_affected(reader: Reader, turnover: Turnover, template: Template, changes: tuple[Moved, ...]) -> int:
    """How many units below owe something whose latest day moved; counted, not loaded."""
    kinds = [each for change in changes for each in kinds_concerned(template, change.milestone)]
    if not kinds:
        return 0
    union = () if () in kinds else tuple(sorted({kind for each in kinds for kind in each}))
    return facts.below(reader, turnover.unit_id, union).units
