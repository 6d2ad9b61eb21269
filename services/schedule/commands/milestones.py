"""A milestone begins when its gate lets it, and is done when what it brings about is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.act import Act
from services.chassis.binding import rests_on_absence_of
from services.chassis.store import Reader
from services.kernel.workdays import WorkCalendar, day_of, work_calendar
from services.schedule.commands.fields import files_of, past_day, text_of
from services.schedule.domain.directives import of_milestone
from services.schedule.domain.gates import Facts
from services.schedule.domain.milestones import Milestone, Template
from services.schedule.domain.openings import (
    Lack,
    MilestoneDeed,
    MilestoneState,
    check_open,
    check_records,
    follow_milestone,
    lacks,
    milestone_of,
)
from services.schedule.domain.plan import Plan, check_done, make_plan
from services.schedule.domain.planning import Wanted, given_of
from services.schedule.domain.records import EVIDENCE_MAX, TEXT_CHARS_MAX
from services.schedule.domain.turnover_events import MilestoneCompleted, MilestoneOpened
from services.schedule.domain.turnovers import Turnover, TurnoverDeed
from services.schedule.reactions import LISTENS
from services.schedule.store import facts, turnovers
from services.schedule.store.turnovers import KeptMilestone, KeptPlan


@dataclass(frozen=True, slots=True)
class Gate:
    """One milestone as an act finds it."""

    turnover: Turnover
    kept: KeptPlan
    milestone: Milestone
    standing: KeptMilestone
    found: Facts
    calendar: WorkCalendar
    today: date

    @property
    def template(self) -> Template:
        return self.kept.template

    def lacks(self) -> tuple[Lack, ...]:
        """What keeps it closed."""
        return lacks(self.milestone, self.found, self.today, self.calendar, LISTENS.keys())

    def plan(self, done: dict[str, date]) -> Plan:
        """The plan in force as of today."""
        wanted = Wanted(self.template, self.kept.congress, self.kept.term_approval_number)
        return make_plan(self.template, given_of(self.turnover, wanted, done, self.today), self.calendar)


def gate_for(reader: Reader, turnover: Turnover, milestone_id: str, now_us: int) -> Gate:
    """Raises PlanMissing, MilestoneUnknown, WrongStanding where nothing more is done on the turnover."""
    turnover.after(TurnoverDeed.WORK)
    kept = turnovers.plan(reader, turnover)
    milestone = milestone_of(kept.template, milestone_id)
    standing = turnovers.milestones(reader, turnover.turnover_id).get(milestone_id, turnovers.WAITING)
    found = facts.facts_of(reader, turnover, kept.template)
    return Gate(turnover, kept, milestone, standing, found, work_calendar(kept.calendar_version), day_of(now_us))


@rests_on_absence_of("reporting")
def open_milestone(command: pb.OpenMilestoneRequest, act: Act) -> pb.MilestoneResponse:
    """Its gate is open: it begins, and reporting issues its directive.

    Raises NotFound, PlanMissing, MilestoneUnknown, WrongStanding, GateClosed with rule and article, PeerNotCaughtUp.
    """
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    gate = gate_for(act.tx, turnover, command.milestone_id, act.now_us)
    state = follow_milestone(gate.standing.state, MilestoneDeed.OPEN)
    check_open(gate.milestone, gate.lacks())
    record_opening(act, gate, "")
    return pb.MilestoneResponse(state=state, version=turnover.version + 1)


def record_opening(act: Act, gate: Gate, override_id: str) -> None:
    """Records that the milestone begins, and what reporting is to issue."""
    turnover = gate.turnover
    done = turnovers.done_days(turnovers.milestones(act.tx, turnover.turnover_id))
    kinds = gate.milestone.issues.kinds if gate.milestone.issues else ()
    layers = facts.below(act.tx, turnover.unit_id, kinds).layers if gate.milestone.issues else 0
    source = f"{turnover.name}·{gate.milestone.title.zh}"
    event = MilestoneOpened(
        turnover.turnover_id,
        gate.milestone.id,
        turnover.plan_version,
        gate.today.isoformat(),
        override_id,
        of_milestone(gate.milestone, turnover.unit_id, source, gate.plan(done), gate.today, layers, gate.calendar),
    )
    act.record(event, subject=f"{turnover.turnover_id}/{gate.milestone.id}", turnover=turnover.turnover_id)


@rests_on_absence_of("reporting")
def complete_milestone(command: pb.CompleteMilestoneRequest, act: Act) -> pb.MilestoneResponse:
    """Done on a day: what is done at once opens first, if its gate lets it.

    Raises as `open_milestone` does, and DayAhead, DateBeforePredecessor, MilestoneRecordMissing.
    """
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    gate = gate_for(act.tx, turnover, command.milestone_id, act.now_us)
    state = follow_milestone(gate.standing.state, MilestoneDeed.COMPLETE)
    day = past_day("day", command.day, gate.today)
    note = text_of("note", command.note, TEXT_CHARS_MAX)
    evidence = files_of("evidence", command.evidence, EVIDENCE_MAX)
    opens = gate.standing.state is MilestoneState.WAITING
    if opens:
        check_open(gate.milestone, gate.lacks())
    check_records(gate.milestone, gate.found, gate.today)
    done = turnovers.done_days(turnovers.milestones(act.tx, turnover.turnover_id))
    wanted = Wanted(gate.template, gate.kept.congress, gate.kept.term_approval_number)
    given = given_of(turnover, wanted, done, gate.today)
    check_done(gate.template, gate.milestone.id, day, given, gate.calendar)
    if opens:
        record_opening(act, gate, "")
    event = MilestoneCompleted(turnover.turnover_id, gate.milestone.id, day.isoformat(), note, evidence)
    act.record(event, subject=f"{turnover.turnover_id}/{gate.milestone.id}", turnover=turnover.turnover_id)
    return pb.MilestoneResponse(state=state, version=turnover.version + (2 if opens else 1))
