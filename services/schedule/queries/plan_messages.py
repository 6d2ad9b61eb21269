"""A plan with its gates as it is answered: every date, why a gate is closed, and the citation behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from huanjie.schedule.v1 import schedule_pb2 as pb
from huanjie.schedule.v1 import turnovers_pb2
from services.chassis.store import Reader
from services.kernel.workdays import WorkCalendar
from services.schedule.domain import gates
from services.schedule.domain.gates import Facts
from services.schedule.domain.milestones import Citation, Milestone, Template
from services.schedule.domain.openings import Lack, MilestoneState, lacks
from services.schedule.domain.plan import Plan
from services.schedule.domain.plan_errors import WindowBelowLayers
from services.schedule.domain.planning import cascade_of
from services.schedule.domain.turnovers import Turnover
from services.schedule.reactions import LISTENS
from services.schedule.store import facts, turnovers
from services.schedule.store.turnovers import KeptMilestone


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan, and what is known of its milestones on a day."""

    turnover: Turnover
    template: Template
    plan: Plan
    kept: Mapping[str, KeptMilestone]
    found: Facts
    calendar: WorkCalendar
    today: date

    def state(self, milestone: Milestone, missing: tuple[Lack, ...]) -> str:
        """waiting, ready, opened, done."""
        standing = self.kept.get(milestone.id, turnovers.WAITING).state
        return "ready" if standing is MilestoneState.WAITING and not missing else standing.value


def plan_milestones(reader: Reader, shown: Shown) -> list[pb.PlanMilestone]:
    """In the order of the template."""
    return [_milestone(reader, shown, each) for each in shown.template.milestones]


def _milestone(reader: Reader, shown: Shown, milestone: Milestone) -> pb.PlanMilestone:
    row = shown.plan.by_id[milestone.id]
    kept = shown.kept.get(milestone.id, turnovers.WAITING)
    waiting = kept.state is MilestoneState.WAITING
    missing = lacks(milestone, shown.found, shown.today, shown.calendar, LISTENS.keys()) if waiting else ()
    progress = facts.progress_of(reader, facts.milestone_cause(shown.turnover.turnover_id, milestone.id))
    done = kept.state is MilestoneState.DONE
    return pb.PlanMilestone(
        milestone_id=milestone.id,
        title_zh=milestone.title.zh,
        title_en=milestone.title.en,
        phase=milestone.phase,
        owner=milestone.owner,
        earliest_day=row.earliest.isoformat(),
        latest_day=row.latest.isoformat(),
        slack_workdays=row.slack_workdays,
        critical=row.critical,
        state=shown.state(milestone, missing),
        opened_day=kept.opened_day,
        done_day=kept.done_day,
        late=not done and shown.today > row.latest,
        missing=[_missing(lack, shown.template) for lack in missing],
        override_id=kept.override_id,
        citation=cite(milestone.citation),
        after=[
            pb.PlanLink(milestone_id=each.predecessor, gap=str(each.gap), citation=cite(each.citation))
            for each in milestone.after
        ],
        documents=[pb.PlanDocument(zh=each.zh, en=each.en) for each in milestone.documents],
        directive_id=progress.directive_id if progress else "",
        units_due=progress.due if progress else 0,
        units_done=progress.done if progress else 0,
        stages=stages_of(reader, shown, milestone),
        records=milestone.records,
    )


def stages_of(reader: Reader, shown: Shown, milestone: Milestone) -> list[turnovers_pb2.StageDay]:
    """Of the directive as it was issued, else as it would be on the milestone's latest day."""
    kept = shown.kept.get(milestone.id, turnovers.WAITING)
    if kept.stages or milestone.issues is None or kept.state is not MilestoneState.WAITING:
        return [turnovers_pb2.StageDay(layer=layer, stage=stage, day=day) for layer, stage, day in kept.stages]
    layers = facts.below(reader, shown.turnover.unit_id, milestone.issues.kinds).layers
    try:
        of = cascade_of(shown.plan, milestone, layers, shown.calendar)
    except WindowBelowLayers:
        # The plan says so by its slack; there are no days to show.
        return []
    days = of.days() if of else ()
    return [turnovers_pb2.StageDay(layer=day.layer, stage=day.stage, day=day.latest.isoformat()) for day in days]


def cite(citation: Citation) -> pb.Cite:
    """A citation in both languages."""
    return pb.Cite(rule=citation.rule_id, zh=citation.zh, en=citation.en, confidence=citation.confidence.value)


def _missing(lack: Lack, template: Template) -> pb.Missing:
    zh, en = fact_words(lack.missing.fact, template)
    if lack.missing.need:
        zh += f"（{lack.missing.have}/{lack.missing.need}）"
        en += f" ({lack.missing.have}/{lack.missing.need})"
    return pb.Missing(fact=lack.missing.fact, zh=zh, en=en, citation=cite(lack.citation))


_KINDS: Mapping[str, tuple[str, str]] = {
    gates.APPROVAL: ("上级批复：{zh}", "The superior's approval: {en}"),
    gates.DECISION: ("会议决定：{zh}", "A decision: {en}"),
    gates.NOTICE: ("公示期满：{zh}", "The notice has run: {en}"),
    gates.FILED: ("材料归档：{zh}", "A document: {en}"),
    gates.RESULT: ("选举结果：{zh}", "The declared result: {en}"),
    gates.LIST: ("名单审定：{zh}", "An approved list: {en}"),
    "units": ("各单位完成：{zh}", "Units have done it: {en}"),
    gates.DONE: ("完成“{zh}”", "“{en}” is done"),
    f"!{gates.HOLD}": ("尚未确认没有未决异议：{zh}", "Not yet known to be free of objections: {en}"),
}


def fact_words(fact: str, template: Template) -> tuple[str, str]:
    """What a fact is, in Chinese and English: by the milestone that brings it about, where one does."""
    kind, _, name = fact.partition(":")
    recorded = next((each for each in template.milestones if fact in each.records), None)
    milestone = recorded or template.by_id.get(name)
    zh, en = (milestone.title.zh, milestone.title.en) if milestone else (name, name)
    pattern = _KINDS.get(kind, ("{zh}", "{en}"))
    return pattern[0].format(zh=zh), pattern[1].format(en=en)


def year_warnings(years: Iterable[int]) -> list[pb.PlanWarning]:
    """Years whose holidays nobody has announced: dates in them may still move."""
    return [pb.PlanWarning(code="PLAN_YEAR_UNANNOUNCED", parameters={"year": str(year)}) for year in years]
