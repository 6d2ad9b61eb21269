"""Plans: tried before they are adopted, looked at with their gates, and what they mean for one unit."""

from __future__ import annotations

from huanjie.schedule.v1 import schedule_pb2 as pb
from huanjie.schedule.v1 import turnovers_pb2
from services.chassis.ask import Ask
from services.kernel.workdays import work_calendar
from services.schedule.commands.plans import moved_messages, newest_calendar, units_affected, wanted_of
from services.schedule.domain.milestones import Milestone, Template, Words
from services.schedule.domain.plan import first_feasible_congress, make_plan
from services.schedule.domain.planning import Wanted, given_of, kinds_concerned, moved, plan_for
from services.schedule.domain.templates import shipped_templates
from services.schedule.domain.terms import Timing, timing
from services.schedule.domain.turnovers import Turnover
from services.schedule.queries.plan_messages import Shown, plan_milestones, stages_of, year_warnings
from services.schedule.queries.seen import seen_turnover, seen_unit
from services.schedule.store import facts, turnovers
from services.schedule.store.turnovers import KeptPlan


def list_templates(query: pb.ListTemplatesRequest, ask: Ask) -> pb.ListTemplatesResponse:
    """Those that come with the platform."""
    return pb.ListTemplatesResponse(
        templates=[
            pb.TemplateSummary(
                template_id=each.key,
                level=each.level,
                title_zh=each.title.zh,
                title_en=each.title.en,
                version=each.version,
                milestones=len(each.milestones),
            )
            for each in shipped_templates().values()
        ]
    )


def try_plan(query: pb.TryPlanRequest, ask: Ask) -> pb.TriedPlan:
    """Every consequence; nothing is changed by asking. Raises what making the plan refuses."""
    turnover = seen_turnover(ask, query.turnover_id)
    calendar, today = newest_calendar(), ask.context.today()
    wanted = wanted_of(ask.reader, turnover, query)
    kept = turnovers.milestones(ask.reader, turnover.turnover_id)
    plan = plan_for(turnover, wanted, turnovers.done_days(kept), today, calendar)
    found = facts.facts_of(ask.reader, turnover, wanted.template)
    shown = Shown(turnover, wanted.template, plan, kept, found, calendar, today)
    before = turnovers.plan(ask.reader, turnover).latest if turnover.plan_version else {}
    changes = moved(before, plan)
    cure = first_feasible_congress(wanted.template, plan.given, calendar) if plan.shortfall_workdays else None
    return pb.TriedPlan(
        feasible=not plan.shortfall_workdays,
        shortfall_workdays=plan.shortfall_workdays,
        shortfall_chain=plan.critical if plan.shortfall_workdays else (),
        cure_day=cure.isoformat() if cure else "",
        milestones=plan_milestones(ask.reader, shown),
        moved=moved_messages(changes),
        units_affected=units_affected(ask.reader, turnover, wanted.template, changes),
        warnings=[*year_warnings(plan.unannounced_years), *_term_warnings(turnover, wanted)],
    )


def get_plan(query: pb.GetPlanRequest, ask: Ask) -> pb.Plan:
    """The plan in force as of today. Raises NotFound, PlanMissing."""
    turnover = seen_turnover(ask, query.turnover_id)
    kept = turnovers.plan(ask.reader, turnover)
    shown = shown_plan(ask, turnover, kept)
    wanted = Wanted(kept.template, kept.congress, kept.term_approval_number)
    return pb.Plan(
        turnover_id=turnover.turnover_id,
        plan_version=kept.plan_version,
        template_id=kept.template_id,
        congress_day=kept.congress.isoformat(),
        reason=kept.reason,
        approver=kept.approver,
        document_number=kept.document_number,
        calendar_version=kept.calendar_version,
        unannounced_years=shown.plan.unannounced_years,
        phases=[
            pb.PlanPhase(phase=each.id, title_zh=each.title.zh, title_en=each.title.en) for each in kept.template.phases
        ],
        milestones=plan_milestones(ask.reader, shown),
        version=turnover.version,
        today=shown.today.isoformat(),
        warnings=[*year_warnings(shown.plan.unannounced_years), *_term_warnings(turnover, wanted)],
        term_approval_number=kept.term_approval_number,
        name=turnover.name,
        level=turnover.level,
        term_end_day=shown.plan.given.term_end.isoformat(),
        shortfall_workdays=shown.plan.shortfall_workdays,
        template_title_zh=kept.template.title.zh,
        template_title_en=kept.template.title.en,
    )


def shown_plan(ask: Ask, turnover: Turnover, kept: KeptPlan) -> Shown:
    """A version of the plan as of today."""
    calendar, today = work_calendar(kept.calendar_version), ask.context.today()
    standing = turnovers.milestones(ask.reader, turnover.turnover_id)
    wanted = Wanted(kept.template, kept.congress, kept.term_approval_number)
    plan = make_plan(kept.template, given_of(turnover, wanted, turnovers.done_days(standing), today), calendar)
    found = facts.facts_of(ask.reader, turnover, kept.template)
    return Shown(turnover, kept.template, plan, standing, found, calendar, today)


def _term_warnings(turnover: Turnover, wanted: Wanted) -> list[pb.PlanWarning]:
    found = timing(turnover.term(), wanted.congress, turnover.on_time_days)
    if found is Timing.ON_TIME:
        return []
    parameters = {"timing": found.value, "number": wanted.term_approval_number}
    return [pb.PlanWarning(code="PLAN_OFF_TERM", rule="A2", parameters=parameters)]


def list_plan_versions(query: pb.ListPlanVersionsRequest, ask: Ask) -> pb.ListPlanVersionsResponse:
    """Every version, oldest first, with what it moved. Raises NotFound."""
    turnover = seen_turnover(ask, query.turnover_id)
    return pb.ListPlanVersionsResponse(
        versions=[
            pb.PlanVersion(
                plan_version=each.plan_version,
                congress_day=each.congress.isoformat(),
                reason=each.reason,
                approver=each.approver,
                document_number=each.document_number,
                adopted_us=each.adopted_us,
                moved=[
                    turnovers_pb2.MilestoneMoved(milestone_id=name, from_day=before, to_day=after)
                    for name, before, after in each.moved
                ],
            )
            for each in turnovers.plans(ask.reader, turnover.turnover_id)
        ]
    )


# ---- for one unit -----------------------------------------------------------------------------------------


def list_unit_changes(query: pb.ListUnitChangesRequest, ask: Ask) -> pb.ListUnitChangesResponse:
    """What later versions moved of the unit's own days: of the turnover's unit all, of one below what it owes.

    Raises NotFound.
    """
    turnover = seen_turnover(ask, query.turnover_id)
    unit = seen_unit(ask, query.unit_id)
    changes = [
        pb.UnitChange(
            plan_version=kept.plan_version,
            milestone_id=name,
            title_zh=title.zh if title else name,
            title_en=title.en if title else name,
            from_day=before,
            to_day=after,
            reason=kept.reason,
        )
        # The first version changes nothing: there was no other before.
        for kept in turnovers.plans(ask.reader, turnover.turnover_id, max(1, query.after_version))
        for name, before, after in kept.moved
        for title in [_title_of(kept.template, name)]
        if _concerns(ask, turnover, kept.template, name, unit.unit_id)
    ]
    return pb.ListUnitChangesResponse(changes=changes)


def list_unit_days(query: pb.ListUnitDaysRequest, ask: Ask) -> pb.ListUnitDaysResponse:
    """The unit's latest days under the plan in force: found from its place alone. Raises NotFound, PlanMissing."""
    turnover = seen_turnover(ask, query.turnover_id)
    unit = seen_unit(ask, query.unit_id)
    shown = shown_plan(ask, turnover, turnovers.plan(ask.reader, turnover))
    concerned = [
        each for each in shown.template.milestones if _concerns(ask, turnover, shown.template, each.id, unit.unit_id)
    ]
    return pb.ListUnitDaysResponse(
        days=[_unit_day(ask, shown, each, unit.path) for each in concerned], unit_name=unit.name
    )


def _unit_day(ask: Ask, shown: Shown, milestone: Milestone, path: str) -> pb.UnitDay:
    cause = facts.milestone_cause(shown.turnover.turnover_id, milestone.id)
    layer = facts.layer_of(shown.turnover.unit_id, path)
    stages = stages_of(ask.reader, shown, milestone) if layer else []
    deepest = max((each.layer for each in stages), default=0)
    return pb.UnitDay(
        milestone_id=milestone.id,
        title_zh=milestone.title.zh,
        title_en=milestone.title.en,
        latest_day=shown.plan.by_id[milestone.id].latest.isoformat(),
        directive_id=facts.directive_of(ask.reader, cause) if milestone.issues else "",
        stages=[each for each in stages if each.layer == min(layer, deepest)],
    )


def _concerns(ask: Ask, turnover: Turnover, template: Template, milestone_id: str, unit_id: str) -> bool:
    if unit_id == turnover.unit_id:
        return True
    kinds = kinds_concerned(template, milestone_id)
    return any(facts.on_way(ask.reader, turnover.unit_id, unit_id, each) for each in kinds)


def _title_of(template: Template, milestone_id: str) -> Words | None:
    found = template.by_id.get(milestone_id)
    return found.title if found else None
