"""What happens to directives and assignments. Instants are microseconds since 1970; `late_working_minutes` is 0 when
in time; every deciding figure stands in the event, so that a rebuild never changes what was credited.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Which units must be reached: (subtree and kinds, or the list) less the exclusions. The issuer never is."""

    subtree_unit_id: str
    kinds: tuple[str, ...]
    unit_ids: tuple[str, ...]
    excluded_unit_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageDeadline:
    """The common latest time of a stage for the units of one layer below the issuer."""

    layer: int
    stage: int
    due_us: int


@dataclass(frozen=True, slots=True)
class DirectiveIssued:
    """The issuer asks something of every unit in scope."""

    directive_id: str
    number: str
    title: str
    text: str
    basis: str
    source: str
    urgency: str
    issuer_unit_id: str
    scope: Scope
    lead_unit_id: str
    assisting_unit_ids: tuple[str, ...]
    deadlines: tuple[StageDeadline, ...]
    calendar_version: str
    policy_version: str
    cause: str
    verify_workdays: int
    parent_directive_id: str = ""
    evidence_reason: str = ""
    route_id: str = ""


@dataclass(frozen=True, slots=True)
class DirectiveWithdrawn:
    """The issuer takes the whole directive back."""

    directive_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AssignmentsDispatched:
    """A parent passed the directive on: to all its children on the route, or to those listed."""

    directive_id: str
    parent_unit_id: str
    unit_ids: tuple[str, ...]
    due_us: int
    late_working_minutes: int
    shift_workdays: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class AssignmentReceived:
    """A unit signed for its assignment."""

    directive_id: str
    unit_id: str
    due_us: int
    late_working_minutes: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class AssignmentNamed:
    """A unit named the person who is responsible, and by when."""

    directive_id: str
    unit_id: str
    post_id: str
    person_id: str
    target_us: int
    due_us: int
    late_working_minutes: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class WorkStarted:
    """The unit began."""

    directive_id: str
    unit_id: str
    due_us: int
    late_working_minutes: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class ReportSubmitted:
    """A report, a correction before verification, or the answer to a return."""

    directive_id: str
    unit_id: str
    report_number: int
    due_count: int
    done_count: int
    summary: str
    on_behalf_by_unit_id: str
    due_us: int
    late_working_minutes: int
    calendar_version: str
    rectifies: bool
    evidence: tuple[str, ...]
    verify_due_us: int


@dataclass(frozen=True, slots=True)
class ReportConfirmed:
    """The unit stands by what its superior reported for it."""

    directive_id: str
    unit_id: str
    report_number: int


@dataclass(frozen=True, slots=True)
class ReportVerified:
    """A superior level found the report true."""

    directive_id: str
    unit_id: str
    report_number: int
    verifier_unit_id: str
    due_us: int
    late_working_minutes: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class ReportCorrected:
    """A verified report was wrong: it stands corrected, under the next numbers, and waits for verification again."""

    directive_id: str
    unit_id: str
    report_number: int
    correction_number: int
    reason: str
    due_count: int
    done_count: int
    summary: str
    on_behalf_by_unit_id: str
    evidence: tuple[str, ...]
    verify_due_us: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class ReportReturned:
    """A superior level sent the report back for rectification."""

    directive_id: str
    unit_id: str
    report_number: int
    verifier_unit_id: str
    reason: str
    rectify_due_us: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class AssignmentWithdrawn:
    """The unit, with all below it, is let off."""

    directive_id: str
    unit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AssignmentRestored:
    """A withdrawn assignment stands again, as it was."""

    directive_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class ExtensionAsked:
    """A unit asks for another latest time of one stage. A later ask takes the place of an open one."""

    directive_id: str
    unit_id: str
    stage: int
    until_us: int
    reason: str


@dataclass(frozen=True, slots=True)
class ExtensionGranted:
    """The superior gave what was asked."""

    directive_id: str
    unit_id: str
    stage: int
    until_us: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class ExtensionRefused:
    """The superior did not give what was asked."""

    directive_id: str
    unit_id: str
    stage: int
    reason: str


@dataclass(frozen=True, slots=True)
class ActUndone:
    """The newest act on an assignment was taken back. It carries what the assignment is again.

    `stages`: those no longer done; none where a naming gave way to the one before it.
    """

    directive_id: str
    unit_id: str
    act: str
    positions: tuple[int, ...]
    stages: tuple[int, ...]
    state: str
    post_id: str
    person_id: str
    target_us: int
    name_due_us: int
    verifier_unit_id: str
    late_working_minutes: int


@dataclass(frozen=True, slots=True)
class UnitReminded:
    """A superior reminded a unit of what it owes itself, on a day."""

    directive_id: str
    unit_id: str
    stage: int
    due_us: int
    by_unit_id: str
    day_us: int


@dataclass(frozen=True, slots=True)
class ReminderUndone:
    """The day's reminder was taken back before it had gone out."""

    directive_id: str
    unit_id: str
    day_us: int


DIRECTIVE_EVENTS: tuple[type, ...] = (
    DirectiveIssued,
    DirectiveWithdrawn,
    AssignmentsDispatched,
    AssignmentReceived,
    AssignmentNamed,
    WorkStarted,
    ReportSubmitted,
    ReportConfirmed,
    ReportVerified,
    ReportReturned,
    ReportCorrected,
    AssignmentWithdrawn,
    AssignmentRestored,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ActUndone,
    UnitReminded,
    ReminderUndone,
)
