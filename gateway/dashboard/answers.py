"""What the reads answer. Amounts ending in `_e9` are exact: 1e-9 units of mass; shares are text with one digit after
the point, and parts that are shown together sum to "100.0". Instants end in `_us`. Nothing is ranked.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.dashboard.moments import Moment


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit, as it is called now."""

    unit_id: str
    name: str
    code: str
    kind: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A unit's whole in three parts: done, not yet due, overdue. `index` is TI; None where nothing is obliged.

    `if_verified`: TI if every report that waits were verified now. `plan`: TI of the plan for today, and
    `lag_minutes` the working minutes since the plan first asked for more. `reached`: mass whose whole chain is received
    and named.
    """

    mass: int
    index: str | None
    not_yet_due: str | None
    overdue: str | None
    if_verified: str | None
    plan: str | None
    reached: str | None
    lag_minutes: int
    yield_e9: int
    not_yet_due_e9: int
    overdue_e9: int
    if_verified_e9: int
    plan_e9: int
    reached_mass: int


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What a (layer, stage) owes. `side`: "unit", or "superior" where those above it dispatch or verify."""

    layer: int
    stage: str
    side: str
    not_yet_due: str
    overdue: str
    not_yet_due_e9: int
    overdue_e9: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Minutes from dispatch until a stage was done: None while that share of all units in scope has not done it."""

    stage: str
    mean_minutes: int | None
    p50_minutes: int | None
    p90_minutes: int | None


@dataclass(frozen=True, slots=True)
class LayerFigures:
    """One layer below the unit; layer 0 is the unit itself. Rates in per cent; None where nothing is in scope."""

    layer: int
    route_units: int
    obliged_units: int
    own_mass: int
    dispatched: int
    received: int
    received_on_time: int
    named: int
    named_on_time: int
    started: int
    reported: int
    reported_on_time: int
    verified: int
    returned: int
    pass_factor: str | None
    dispatch_factor: str | None
    attenuation_millibits: int | None
    coverage: str | None
    receipt_rate: str | None
    naming_rate: str | None
    report_rate: str | None
    verify_rate: str | None
    return_rate: str | None
    passed_through_rate: str | None
    latencies: list[Latency]


@dataclass(frozen=True, slots=True)
class DirectiveRef:
    """A directive, named. `route_id`: the route that it takes, with its name; both empty for the unit tree."""

    directive_id: str
    number: str
    title: str
    urgency: str
    issued_at_us: int
    issuer_unit_id: str
    withdrawn: bool
    route_id: str
    route_name: str


@dataclass(frozen=True, slots=True)
class DirectiveFigures:
    """A unit's figures under one directive. `let_through`: the share that what stands above lets through to it.

    `changes_at_us`: the next latest time, at which the figures change though nobody acts; 0 when none is ahead.
    """

    moment: Moment
    unit: UnitRef
    directive: DirectiveRef
    headline: Headline
    account: list[AccountRow]
    layers: list[LayerFigures]
    layer: int
    let_through: str
    policy_version: str
    calendar_version: str
    changes_at_us: int


@dataclass(frozen=True, slots=True)
class DirectiveSummary:
    """One directive in an overview."""

    directive: DirectiveRef
    headline: Headline


@dataclass(frozen=True, slots=True)
class Overview:
    """A unit's figures over all open directives. `changes_at_us`: as under one directive, the first of them all."""

    moment: Moment
    unit: UnitRef
    headline: Headline
    account: list[AccountRow]
    directives: list[DirectiveSummary]
    changes_at_us: int


@dataclass(frozen=True, slots=True)
class ChildFigures:
    """One unit directly below, in the order of the units' codes. `stage`: how far it has come itself."""

    unit: UnitRef
    headline: Headline
    obliged: bool
    dispatched: bool
    let_off: bool
    stage: str
    leaf: bool


@dataclass(frozen=True, slots=True)
class Children:
    """A page of the units directly below."""

    moment: Moment
    items: list[ChildFigures]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class LossLine:
    """One lost or open share, and the entry behind it. `points`: per cent of the asked unit's mass, two digits.

    `owner`: who can end it. `settled`: lost for good; else open, since `since_us`, because of `event_id`.
    `corrected_us`: a verified report that was corrected counts as unverified again from then on; 0: it is no such.
    A line may sum all units below `unit` to which nothing has happened: `others` names the first, `others_count` says
    how many.
    """

    unit: UnitRef
    owner: UnitRef
    stage: str
    waiting: bool
    layer: int
    points: str
    settled: bool
    overdue: bool
    due_us: int
    since_us: int
    corrected_us: int
    done_us: int
    late_minutes: int
    event_id: str
    others: list[UnitRef]
    others_count: int


@dataclass(frozen=True, slots=True)
class LossGroup:
    """What one part of the tree holds back: a unit directly below (or the asked unit itself), by layer and stage."""

    unit: UnitRef
    layer: int
    stage: str
    side: str
    points: str
    lost_e9: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a figure is what it is: `groups` sum to what is missing from a hundred; `lines` are the heaviest of them."""

    moment: Moment
    unit: UnitRef
    directive: DirectiveRef
    index: str | None
    missing: str | None
    groups: list[LossGroup]
    lines: list[LossLine]
    lines_left_out: bool


@dataclass(frozen=True, slots=True)
class Blockers:
    """Where it is stuck: overdue shares, each with its owner, the weightiest first."""

    moment: Moment
    unit: UnitRef
    directive: DirectiveRef
    lines: list[LossLine]


@dataclass(frozen=True, slots=True)
class FeedItem:
    """Something that happened. `cursor` is the place after it."""

    cursor: str
    event_id: str
    type: str
    at_us: int
    unit: UnitRef
    directive_id: str
    directive_number: str
    directive_title: str
    late_minutes: int


Answer = Overview | DirectiveFigures | Children | Blockers | Explanation
"""Whatever stands for a moment."""
