"""What happens to turnovers, their plans and gates. Days are Shanghai days as `2026-03-16`, empty where unknown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DirectiveScope:
    """Which units a directive obliges: (subtree and kinds, or the list) less the exclusions."""

    subtree_unit_id: str
    kinds: tuple[str, ...]
    unit_ids: tuple[str, ...]
    excluded_unit_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageDay:
    """The latest day of one stage for the units of one layer below the issuer."""

    layer: int
    stage: int
    day: str


@dataclass(frozen=True, slots=True)
class DirectiveSpec:
    """What reporting issues; without a title, nothing."""

    title: str
    text: str
    basis: str
    source: str
    urgency: str
    issuer_unit_id: str
    scope: DirectiveScope
    latest: tuple[StageDay, ...]


@dataclass(frozen=True, slots=True)
class TurnoverOpened:
    """A unit begins the turnover of its leading body."""

    turnover_id: str
    unit_id: str
    level: str
    name: str
    last_congress_day: str
    expires_day: str
    term_years: int
    on_time_days: int


@dataclass(frozen=True, slots=True)
class TurnoverClosed:
    """Nothing more happens to it."""

    turnover_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """The days of one milestone in a version of the plan."""

    milestone_id: str
    earliest_day: str
    latest_day: str
    slack_workdays: int
    critical: bool
    stages: tuple[StageDay, ...]


@dataclass(frozen=True, slots=True)
class MilestoneMoved:
    """A milestone whose latest day differs from the version before; an empty day: not in that version."""

    milestone_id: str
    from_day: str
    to_day: str


@dataclass(frozen=True, slots=True)
class PlanAdopted:
    """A version of the plan takes the place of the one before."""

    turnover_id: str
    version: int
    template_id: str
    template: str
    adjustments: str
    congress_day: str
    reason: str
    approver: str
    document_number: str
    term_approval_number: str
    calendar_version: str
    milestones: tuple[PlannedMilestone, ...]
    moved: tuple[MilestoneMoved, ...]
    shortfall_workdays: int


@dataclass(frozen=True, slots=True)
class MilestoneOpened:
    """A gate let a milestone begin; reporting issues its directive."""

    turnover_id: str
    milestone_id: str
    plan_version: int
    day: str
    override_id: str
    directive: DirectiveSpec


@dataclass(frozen=True, slots=True)
class MilestoneCompleted:
    """A milestone is done, and what it had to bring about is on record."""

    turnover_id: str
    milestone_id: str
    day: str
    note: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordKept:
    """A body's own decision, a public notice or a document is on record."""

    record_id: str
    turnover_id: str
    kind: str
    matter: str
    organ: str
    number: str
    day: str
    until_day: str
    file_sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class RecordWithdrawn:
    """A record was entered by mistake; it stays visible and counts for nothing."""

    record_id: str
    turnover_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class OverrideAsked:
    """Somebody asks to open a gate against its conditions."""

    override_id: str
    turnover_id: str
    milestone_id: str
    reason: str
    document_number: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverrideConfirmed:
    """A second person agrees."""

    override_id: str
    turnover_id: str
    milestone_id: str


@dataclass(frozen=True, slots=True)
class OverrideRefused:
    """A second person does not agree."""

    override_id: str
    turnover_id: str
    milestone_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlanDigestItem:
    """A step of the plan that is not done: late, due or at_risk."""

    milestone_id: str
    latest_day: str
    standing: str


@dataclass(frozen=True, slots=True)
class PlanDigestMade:
    """What of a plan is due or at risk, said once a working day."""

    turnover_id: str
    unit_id: str
    day: str
    items: tuple[PlanDigestItem, ...]
    calendar_version: str


TURNOVER_EVENTS: tuple[type, ...] = (
    TurnoverOpened,
    TurnoverClosed,
    PlanAdopted,
    MilestoneOpened,
    MilestoneCompleted,
    RecordKept,
    RecordWithdrawn,
    OverrideAsked,
    OverrideConfirmed,
    OverrideRefused,
    PlanDigestMade,
)
