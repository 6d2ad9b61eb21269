"""What each act on an assignment decides: the events that follow, or a named refusal. Nothing here reads or writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.kernel.workdays import WorkCalendar, day_of, start_of_day
from services.reporting.domain import deadlines as due
from services.reporting.domain.assignment_machine import Action, State, next_state
from services.reporting.domain.directive_errors import (
    CountImpossible,
    DeadlineInPast,
    ExtensionBackwards,
    ExtensionNotAsked,
    ExtensionStageDone,
    NothingToConfirm,
    NotObliged,
    OwnReportVerified,
    WithdrawnAbove,
    WrongReport,
)
from services.reporting.domain.directive_events import (
    ActUndone,
    AssignmentNamed,
    AssignmentReceived,
    AssignmentRestored,
    AssignmentsDispatched,
    AssignmentWithdrawn,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ReportConfirmed,
    ReportCorrected,
    ReportReturned,
    ReportSubmitted,
    ReportVerified,
    WorkStarted,
)
from services.reporting.domain.directives import Directive
from services.reporting.domain.evidence_errors import EvidenceNotAsked, EvidenceRequired

COUNT_MAX: Final = 10_000_000
SUMMARY_CHARS_MAX: Final = 2_000
EVIDENCE_MAX: Final = 20
DISPATCH_UNITS_MAX: Final = 5_000
# Stages whose latest time a unit may ask to move: its own.
EXTENSIBLE: Final = (due.RECEIVE, due.NAME, due.START, due.REPORT)
# Of these, the ones that are still to be done in a state.
_OPEN_STAGES: Final = {
    State.DISPATCHED: EXTENSIBLE,
    State.RECEIVED: (due.NAME, due.START, due.REPORT),
    State.NAMED: (due.START, due.REPORT),
    State.STARTED: (due.REPORT,),
    State.RETURNED: (due.REPORT,),
}
_DUTIES: Final = frozenset({Action.START, Action.REPORT, Action.CONFIRM, Action.CORRECT, Action.VERIFY, Action.RETURN})

Event = (
    AssignmentsDispatched
    | AssignmentReceived
    | AssignmentNamed
    | WorkStarted
    | ReportSubmitted
    | ReportConfirmed
    | ReportVerified
    | ReportReturned
    | ReportCorrected
    | AssignmentWithdrawn
    | AssignmentRestored
    | ExtensionAsked
    | ExtensionGranted
    | ExtensionRefused
    | ActUndone
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What happened to one assignment so far; as it stands here, nothing did.

    `dispatch_position`: the ledger position of the dispatch that reached the unit, 0 when none did.
    `shift_workdays`: by how much late dispatches above moved its common latest times.
    `extended`: granted latest times of stages 2..5, 0 where none was. `version`: how many events it has.
    """

    state: State = State.PENDING
    state_before: State = State.PENDING
    version: int = 0
    dispatch_position: int = 0
    shift_workdays: int = 0
    post_id: str = ""
    person_id: str = ""
    target_us: int = 0
    report_number: int = 0
    due_count: int = 0
    done_count: int = 0
    summary: str = ""
    on_behalf_by_unit_id: str = ""
    reporter_id: str = ""
    confirmed: bool = False
    verify_due_us: int = 0
    return_reason: str = ""
    rectify_due_us: int = 0
    asked_stage: int = 0
    asked_until_us: int = 0
    extended: tuple[int, ...] = (0, 0, 0, 0)
    correction_number: int = 0
    correction_reason: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One assignment as an act finds it. `withdrawn_above`: the unit above that was let off, or empty."""

    directive: Directive
    unit_id: str
    layer: int
    obliged: bool
    withdrawn_above: str
    assignment: Assignment

    @property
    def state(self) -> State:
        return State.WITHDRAWN if self.withdrawn_above else self.assignment.state

    def due_us(self, stage: int, calendar: WorkCalendar) -> int:
        """The latest time in force for a stage 2..6: the common one, shifted, extended, or a return's."""
        own = self.assignment
        if stage == due.VERIFY and own.verify_due_us:
            return own.verify_due_us
        if stage == due.REPORT and own.state in (State.RETURNED, State.RECTIFIED):
            return own.rectify_due_us
        if stage in EXTENSIBLE and own.extended[stage - due.RECEIVE]:
            return own.extended[stage - due.RECEIVE]
        common = self.directive.deadlines.common(self.layer, stage)
        return due.shifted(common, own.shift_workdays, calendar.version)

    def stamp(self, stage: int, now_us: int, calendar: WorkCalendar) -> due.Stamp:
        """How an act now stands to the stage's latest time."""
        return due.stamp(self.due_us(stage, calendar), now_us, calendar)

    def after(self, action: Action) -> State:
        """The state that the action leads to. Raises what forbids it."""
        self.directive.check_open()
        if self.withdrawn_above:
            raise WithdrawnAbove(unit_id=self.withdrawn_above)
        own = self.assignment
        following = next_state(own.state, action, self.unit_id, own.state_before)
        if action in _DUTIES and not self.obliged:
            raise NotObliged(unit_id=self.unit_id)
        return following


@dataclass(frozen=True, slots=True)
class Outcome:
    """The events of an accepted act, and the state they lead to."""

    state: State
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Now:
    """When an act is done, and by which calendar it is judged."""

    us: int
    calendar: WorkCalendar = field(default_factory=due.newest_calendar)
    # The day in Shanghai, worked out once for a batch.
    day: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "day", day_of(self.us))


@dataclass(frozen=True, slots=True)
class Responsible:
    """A post's holder. `target_us` 0: by the time that the report is due."""

    post_id: str
    person_id: str
    target_us: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report says. Counts as they came: they may be impossible."""

    due_count: int
    done_count: int
    summary: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who judges a report: an account acting for a unit above."""

    account_id: str
    unit_id: str


def pass_on(
    directive: Directive, parent_unit_id: str, layer: int, shift_workdays: int, unit_ids: tuple[str, ...], now: Now
) -> AssignmentsDispatched:
    """The parent, `layer` layers below the issuer, dispatches to its children: all (no ids) or those listed."""
    common = directive.deadlines.common(layer + 1, due.DISPATCH)
    stamp = due.stamp(due.shifted(common, shift_workdays, now.calendar.version), now.us, now.calendar)
    return AssignmentsDispatched(
        directive.directive_id, parent_unit_id, unit_ids, stamp.due_us, stamp.late_working_minutes,
        due.shift_of(stamp.late_working_minutes), stamp.calendar_version,
    )  # fmt: skip


def receive(case: Case, now: Now) -> Outcome:
    """The unit signs for it."""
    state = case.after(Action.RECEIVE)
    return Outcome(state, (_received(case, now),))


def receive_and_name(case: Case, responsible: Responsible, now: Now) -> Outcome:
    """Signs and names in one tap."""
    case.after(Action.RECEIVE)
    return Outcome(State.NAMED, (_received(case, now), _named(case, responsible, now)))


def name(case: Case, responsible: Responsible, now: Now) -> Outcome:
    """Names who is responsible; again, when another takes over."""
    state = case.after(Action.NAME)
    return Outcome(state, (_named(case, responsible, now),))


def start(case: Case, now: Now) -> Outcome:
    """Work has begun."""
    state = case.after(Action.START)
    return Outcome(state, (_started(case, now),))


def report(case: Case, figures: Figures, on_behalf_by_unit_id: str, now: Now) -> Outcome:
    """Reports, corrects before verification, or answers a return; from "named" it records the start as well."""
    state = case.after(Action.REPORT)
    _check_figures(case, figures)
    before = (_started(case, now),) if case.assignment.state is State.NAMED else ()
    return Outcome(state, (*before, _reported(case, figures, on_behalf_by_unit_id, state, now)))


def correct(case: Case, figures: Figures, reason: str, on_behalf_by_unit_id: str, now: Now) -> Outcome:
    """What was verified was wrong: the next report, by a numbered correction; it has to be verified again.

    The report's own credit stays, for it came when it came; that of its verification goes.
    """
    state = case.after(Action.CORRECT)
    _check_figures(case, figures)
    own = case.assignment
    event = ReportCorrected(
        case.directive.directive_id, case.unit_id, own.report_number + 1, own.correction_number + 1, reason,
        figures.due_count, figures.done_count, figures.summary, on_behalf_by_unit_id, figures.evidence,
        _verify_due_us(case, now), now.calendar.version,
    )  # fmt: skip
    return Outcome(state, (event,))


def confirm(case: Case) -> Outcome:
    """The unit confirms what its superior reported for it."""
    state = case.after(Action.CONFIRM)
    own = case.assignment
    if not own.on_behalf_by_unit_id or own.confirmed:
        raise NothingToConfirm()
    return Outcome(state, (ReportConfirmed(case.directive.directive_id, case.unit_id, own.report_number),))


def verify(case: Case, report_number: int, reviewer: Reviewer, now: Now) -> Outcome:
    """A superior level found the present report true. `report_number` 0 is the present one."""
    state = case.after(Action.VERIFY)
    _check_reviewer(case, report_number, reviewer)
    stamp = case.stamp(due.VERIFY, now.us, now.calendar)
    event = ReportVerified(
        case.directive.directive_id, case.unit_id, case.assignment.report_number, reviewer.unit_id,
        stamp.due_us, stamp.late_working_minutes, stamp.calendar_version,
    )  # fmt: skip
    return Outcome(state, (event,))


def send_back(
    case: Case, report_number: int, reviewer: Reviewer, reason: str, rectify_workdays: int, now: Now
) -> Outcome:
    """A superior level returns the present report, to be rectified within so many working days."""
    state = case.after(Action.RETURN)
    _check_reviewer(case, report_number, reviewer)
    until_us = due.after_workdays(now.calendar, now.us, rectify_workdays)
    event = ReportReturned(
        case.directive.directive_id, case.unit_id, case.assignment.report_number, reviewer.unit_id, reason,
        until_us, now.calendar.version,
    )  # fmt: skip
    return Outcome(state, (event,))


def withdraw(case: Case, reason: str) -> Outcome:
    """Lets the unit off, with all below it."""
    state = case.after(Action.WITHDRAW)
    return Outcome(state, (AssignmentWithdrawn(case.directive.directive_id, case.unit_id, reason),))


def restore(case: Case) -> Outcome:
    """Takes a withdrawal back."""
    state = case.after(Action.RESTORE)
    return Outcome(state, (AssignmentRestored(case.directive.directive_id, case.unit_id),))


def ask_extension(case: Case, stage: int, workdays: int, reason: str, now: Now) -> Outcome:
    """Asks for so many working days more than the stage's latest time in force."""
    state = case.after(Action.ASK_EXTENSION)
    _check_extensible(case, stage)
    until_us = due.after_workdays(now.calendar, case.due_us(stage, now.calendar), workdays)
    _check_ahead(case, stage, until_us, now)
    return Outcome(state, (ExtensionAsked(case.directive.directive_id, case.unit_id, stage, until_us, reason),))


def grant_extension(case: Case, now: Now) -> Outcome:
    """Gives what was asked, when it still helps."""
    state = case.after(Action.GRANT_EXTENSION)
    own = case.assignment
    if not own.asked_stage:
        raise ExtensionNotAsked()
    _check_extensible(case, own.asked_stage)
    _check_ahead(case, own.asked_stage, own.asked_until_us, now)
    event = ExtensionGranted(
        case.directive.directive_id, case.unit_id, own.asked_stage, own.asked_until_us, now.calendar.version
    )
    return Outcome(state, (event,))


def refuse_extension(case: Case, reason: str) -> Outcome:
    """Does not give what was asked."""
    state = case.after(Action.REFUSE_EXTENSION)
    own = case.assignment
    if not own.asked_stage:
        raise ExtensionNotAsked()
    return Outcome(state, (ExtensionRefused(case.directive.directive_id, case.unit_id, own.asked_stage, reason),))


def _received(case: Case, now: Now) -> AssignmentReceived:
    stamp = case.stamp(due.RECEIVE, now.us, now.calendar)
    return AssignmentReceived(
        case.directive.directive_id, case.unit_id, stamp.due_us, stamp.late_working_minutes, stamp.calendar_version
    )


def _named(case: Case, responsible: Responsible, now: Now) -> AssignmentNamed:
    target_us = responsible.target_us or case.due_us(due.REPORT, now.calendar)
    if responsible.target_us and target_us < start_of_day(now.day):
        raise DeadlineInPast(day=day_of(target_us).isoformat())
    stamp = case.stamp(due.NAME, now.us, now.calendar)
    return AssignmentNamed(
        case.directive.directive_id, case.unit_id, responsible.post_id, responsible.person_id, target_us,
        stamp.due_us, stamp.late_working_minutes, stamp.calendar_version,
    )  # fmt: skip


def _started(case: Case, now: Now) -> WorkStarted:
    stamp = case.stamp(due.START, now.us, now.calendar)
    return WorkStarted(
        case.directive.directive_id, case.unit_id, stamp.due_us, stamp.late_working_minutes, stamp.calendar_version
    )


def _reported(case: Case, figures: Figures, on_behalf_by: str, state: State, now: Now) -> ReportSubmitted:
    stamp = case.stamp(due.REPORT, now.us, now.calendar)
    return ReportSubmitted(
        case.directive.directive_id, case.unit_id, case.assignment.report_number + 1, figures.due_count,
        figures.done_count, figures.summary, on_behalf_by, stamp.due_us, stamp.late_working_minutes,
        stamp.calendar_version, state is State.RECTIFIED, figures.evidence, _verify_due_us(case, now),
    )  # fmt: skip


def _verify_due_us(case: Case, now: Now) -> int:
    """When a report that comes now is to be verified: the common time, or so many working days from today."""
    directive, version = case.directive, now.calendar.version
    common = due.shifted(directive.deadlines.common(case.layer, due.VERIFY), case.assignment.shift_workdays, version)
    return max(common, due.reviewed_by(now.day, directive.verify_workdays, version))


def _check_figures(case: Case, figures: Figures) -> None:
    if not 0 <= figures.done_count <= figures.due_count <= COUNT_MAX:
        raise CountImpossible(due=figures.due_count, done=figures.done_count, limit=COUNT_MAX)
    asked = case.directive.evidence_reason
    # Who sent a report back said in writing what is missing: files may answer that too.
    if figures.evidence and not asked and not case.assignment.rectify_due_us:
        raise EvidenceNotAsked()
    if asked and figures.done_count and not figures.evidence:
        raise EvidenceRequired(reason=asked)


def _check_reviewer(case: Case, report_number: int, reviewer: Reviewer) -> None:
    own = case.assignment
    if report_number and report_number != own.report_number:
        raise WrongReport(expected=report_number, actual=own.report_number)
    if reviewer.unit_id in (case.unit_id, own.on_behalf_by_unit_id) or reviewer.account_id == own.reporter_id:
        raise OwnReportVerified()


def extensible(case: Case) -> tuple[int, ...]:
    """The stages whose latest time could still be moved: to be done yet, and owed by the unit."""
    stages = _OPEN_STAGES.get(case.assignment.state, ())
    return tuple(stage for stage in stages if case.obliged or stage in (due.RECEIVE, due.NAME))


def _check_extensible(case: Case, stage: int) -> None:
    if stage not in extensible(case):
        raise ExtensionStageDone(stage=stage) if case.obliged else NotObliged(unit_id=case.unit_id)


def _check_ahead(case: Case, stage: int, until_us: int, now: Now) -> None:
    if until_us <= max(case.due_us(stage, now.calendar), now.us):
        raise ExtensionBackwards(day=day_of(until_us).isoformat())
