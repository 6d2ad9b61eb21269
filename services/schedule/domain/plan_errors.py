"""Why a template, an adjustment, a plan or an early act is refused.

    Refusal (services.kernel.refusal)
    ├── the template    TemplateUnknown · TemplateMalformed · MilestoneUnknown · MilestoneRepeated · MilestonesCircular
    │                   MilestoneUnbounded · CitationUnknown · GapBelowRule · NoticeBelowRule · WindowBelowNotice
    │                   ConditionUnknownFact · ConditionNeverMet
    ├── the adjustment  RuleWeakened · ReasonMissing · LinkUnknown · AdjustmentEmpty
    ├── the plan        DateInPast · DateOnHoliday · DateBeforePredecessor · PlanInfeasible
    │                   WindowBelowLayers
    ├── the term        TermApprovalMissing · TermExceeded · TermYearsUnknown
    └── the gate        GateClosed

Days are Shanghai days as `2026-03-16`; `milestone` is a milestone's id, which wordings show by its title.
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal

__all__ = [
    "AdjustmentEmpty",
    "CitationUnknown",
    "ConditionNeverMet",
    "ConditionUnknownFact",
    "DateBeforePredecessor",
    "DateInPast",
    "DateOnHoliday",
    "GapBelowRule",
    "GateClosed",
    "LinkUnknown",
    "MilestoneRepeated",
    "MilestoneUnbounded",
    "MilestoneUnknown",
    "MilestonesCircular",
    "NoticeBelowRule",
    "PlanInfeasible",
    "ReasonMissing",
    "RuleWeakened",
    "TemplateMalformed",
    "TemplateUnknown",
    "TermApprovalMissing",
    "TermExceeded",
    "TermYearsUnknown",
    "WindowBelowLayers",
    "WindowBelowNotice",
]


class TemplateUnknown(Refusal):
    """No template is shipped under this key."""

    code: ClassVar[str] = "TEMPLATE_UNKNOWN"
    category: ClassVar[Category] = Category.NOT_FOUND
    template: str


class TemplateMalformed(Refusal):
    """A template's data lacks a field, or has one of the wrong form. `place`: where, as `milestones/x/after`."""

    code: ClassVar[str] = "TEMPLATE_MALFORMED"
    category: ClassVar[Category] = Category.INVALID
    place: str


class MilestoneUnknown(Refusal):
    """Something names a milestone that the template does not have."""

    code: ClassVar[str] = "MILESTONE_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    milestone: str


class MilestoneRepeated(Refusal):
    """Two milestones have one id, or a milestone names a predecessor twice."""

    code: ClassVar[str] = "MILESTONE_REPEATED"
    category: ClassVar[Category] = Category.INVALID
    milestone: str


class MilestonesCircular(Refusal):
    """Milestones wait for each other in a circle. `chain`: ids around the circle, joined by " < "."""

    code: ClassVar[str] = "MILESTONES_CIRCULAR"
    category: ClassVar[Category] = Category.INVALID
    chain: str


class MilestoneUnbounded(Refusal):
    """No date holds the milestone: it has neither a successor that has one nor a day of its own to be done by."""

    code: ClassVar[str] = "MILESTONE_UNBOUNDED"
    category: ClassVar[Category] = Category.INVALID
    milestone: str


class CitationUnknown(Refusal):
    """A citation names neither a rule of the table nor one of its documents with a confidence."""

    code: ClassVar[str] = "CITATION_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    milestone: str
    citation: str


class GapBelowRule(Refusal):
    """A gap is shorter than the rule that it cites fixes."""

    code: ClassVar[str] = "GAP_BELOW_RULE"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    given: str
    fixed: str


class NoticeBelowRule(Refusal):
    """A public notice is shorter than the rule that it cites fixes."""

    code: ClassVar[str] = "NOTICE_BELOW_RULE"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    workdays: int
    fixed_workdays: int


class WindowBelowNotice(Refusal):
    """Between a notice and the step that waits for its end the plan keeps fewer working days than the notice runs."""

    code: ClassVar[str] = "WINDOW_BELOW_NOTICE"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    window_workdays: int
    notice_workdays: int


class ConditionUnknownFact(Refusal):
    """A gate waits for a fact that neither a milestone of the template nor another service records."""

    code: ClassVar[str] = "CONDITION_UNKNOWN_FACT"
    category: ClassVar[Category] = Category.INVALID
    milestone: str
    fact: str


class ConditionNeverMet(Refusal):
    """Nothing that can happen would ever open the gate. `fact`: the first thing that stands in the way."""

    code: ClassVar[str] = "CONDITION_NEVER_MET"
    category: ClassVar[Category] = Category.INVALID
    milestone: str
    fact: str


class RuleWeakened(Refusal):
    """What a regulation fixes (V1, V2) cannot be shortened, loosened or taken out."""

    code: ClassVar[str] = "RULE_WEAKENED"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    given: str
    fixed: str


class ReasonMissing(Refusal):
    """Weakening what is custom or unconfirmed needs a reason."""

    code: ClassVar[str] = "ADJUSTMENT_REASON_MISSING"
    category: ClassVar[Category] = Category.INVALID
    milestone: str


class LinkUnknown(Refusal):
    """The milestone does not wait for that predecessor."""

    code: ClassVar[str] = "LINK_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    milestone: str
    predecessor: str


class AdjustmentEmpty(Refusal):
    """The adjustment leaves everything as it is."""

    code: ClassVar[str] = "ADJUSTMENT_EMPTY"
    category: ClassVar[Category] = Category.INVALID
    milestone: str


class DateInPast(Refusal):
    """The date of the congress, or of a milestone, is over."""

    code: ClassVar[str] = "PLAN_DATE_IN_PAST"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    day: str


class DateOnHoliday(Refusal):
    """The step needs a working day and that day is none. `next_day`: the next working day."""

    code: ClassVar[str] = "PLAN_DATE_ON_HOLIDAY"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    day: str
    next_day: str


class DateBeforePredecessor(Refusal):
    """The step is said to have happened before what must come before it, or too soon after it."""

    code: ClassVar[str] = "PLAN_DATE_BEFORE_PREDECESSOR"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    predecessor: str
    day: str
    first_day: str


class PlanInfeasible(Refusal):
    """The plan cannot be met. `chain`: the milestones that do not fit, joined by " < "; `cure_day`: the first
    congress date on which they would, empty when moving it does not help.
    """

    code: ClassVar[str] = "PLAN_INFEASIBLE"
    category: ClassVar[Category] = Category.RULE
    shortfall_workdays: int
    chain: str
    cure_day: str


class WindowBelowLayers(Refusal):
    """There are too few working days for every layer to pass the work on, do it and have it verified."""

    code: ClassVar[str] = "WINDOW_BELOW_LAYERS"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    window_workdays: int
    needed_workdays: int


class TermApprovalMissing(Refusal):
    """A turnover before or after the end of term needs the superior's approval number. Source: A2."""

    code: ClassVar[str] = "TERM_APPROVAL_MISSING"
    category: ClassVar[Category] = Category.RULE
    day: str
    term_end: str


class TermExceeded(Refusal):
    """The turnover lies further from the end of term than the rule allows, with or without approval. Source: A3."""

    code: ClassVar[str] = "TERM_EXCEEDED"
    category: ClassVar[Category] = Category.RULE
    day: str
    limit_day: str


class TermYearsUnknown(Refusal):
    """No rule gives bodies of this level a term of so many years."""

    code: ClassVar[str] = "TERM_YEARS_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    level: str
    years: int


class GateClosed(Refusal):
    """The step may not happen yet. `missing`: the key of the first fact that lacks; `lacking`: how many do;
    `citation`: the document and article of `rule`, or of the milestone itself.
    """

    code: ClassVar[str] = "GATE_CLOSED"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    missing: str
    lacking: int
    citation: str
