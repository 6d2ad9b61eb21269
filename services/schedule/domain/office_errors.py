"""Why an act on a turnover is refused; what concerns templates, plans, terms and gates stands in plan_errors.py.

    Refusal (services.kernel.refusal)
    ├── any            WrongStanding · DayAhead · DayBefore
    ├── the turnover   TurnoverOpenAlready · LevelNotOfUnit · TurnoverBeforeCongress · PlanMissing · PlanUnchanged
    │                  TemplateNotOfLevel
    ├── gates          FactUnknown · FactNotKept · MilestoneRecordMissing · OverrideNotNeeded · OverrideWaiting
    │                  OverrideSamePerson
    ├── meetings       AttendanceImpossible · DecisionUnknown · DecisionAssignedAlready
    ├── upward         MattersMixed · MatterMissing · MatterUnknown · ReportHoldsRequest · SignerNotLeader
    │                  ReplyBeforeRequest · RequestTooEarly · RequestPending
    ├── unit meetings  BookingOutsideWindow · BookedAlready · ObserverTaken · NotOfMilestone · NoticeTooShort
    └── closing        ArchiveIncomplete · ErasureNeedsArchive

Days are Shanghai days as `2026-03-16`. `rule` is the id of the rule that forbids the act, where one does.
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal

__all__ = [
    "ArchiveIncomplete",
    "AttendanceImpossible",
    "BookedAlready",
    "BookingOutsideWindow",
    "DayAhead",
    "DayBefore",
    "DecisionAssignedAlready",
    "DecisionUnknown",
    "ErasureNeedsArchive",
    "FactNotKept",
    "FactUnknown",
    "LevelNotOfUnit",
    "MatterMissing",
    "MatterUnknown",
    "MattersMixed",
    "MilestoneRecordMissing",
    "NotOfMilestone",
    "NoticeTooShort",
    "ObserverTaken",
    "OverrideNotNeeded",
    "OverrideSamePerson",
    "OverrideWaiting",
    "PlanMissing",
    "PlanUnchanged",
    "ReplyBeforeRequest",
    "ReportHoldsRequest",
    "RequestPending",
    "RequestTooEarly",
    "SignerNotLeader",
    "TemplateNotOfLevel",
    "TurnoverBeforeCongress",
    "TurnoverOpenAlready",
    "WrongStanding",
]


# ---- any -------------------------------------------------------------------------------------------------


class WrongStanding(Refusal):
    """As the thing stands, the deed is not possible. All three are terms of the README's diagrams."""

    code: ClassVar[str] = "SCHEDULE_WRONG_STANDING"
    category: ClassVar[Category] = Category.RULE
    thing: str
    standing: str
    deed: str


class DayAhead(Refusal):
    """What is recorded as done lies in the future."""

    code: ClassVar[str] = "SCHEDULE_DAY_AHEAD"
    category: ClassVar[Category] = Category.INVALID
    day: str
    today: str


class DayBefore(Refusal):
    """The day lies before another that it has to follow."""

    code: ClassVar[str] = "SCHEDULE_DAY_BEFORE"
    category: ClassVar[Category] = Category.INVALID
    day: str
    earlier_than: str


# ---- the turnover ----------------------------------------------------------------------------------------


class TurnoverOpenAlready(Refusal):
    """The unit has an open turnover of this level and name."""

    code: ClassVar[str] = "TURNOVER_OPEN_ALREADY"
    category: ClassVar[Category] = Category.EXISTS
    turnover_id: str


class LevelNotOfUnit(Refusal):
    """A unit of this kind has no turnover of this level."""

    code: ClassVar[str] = "TURNOVER_LEVEL_NOT_OF_UNIT"
    category: ClassVar[Category] = Category.RULE
    level: str
    unit_kind: str


class TurnoverBeforeCongress(Refusal):
    """The turnover is closed or filed before its congress."""

    code: ClassVar[str] = "TURNOVER_BEFORE_CONGRESS"
    category: ClassVar[Category] = Category.RULE
    day: str


class PlanMissing(Refusal):
    """The turnover has no plan yet."""

    code: ClassVar[str] = "PLAN_MISSING"
    category: ClassVar[Category] = Category.RULE
    turnover_id: str


class PlanUnchanged(Refusal):
    """The plan to be adopted is the one in force."""

    code: ClassVar[str] = "PLAN_UNCHANGED"
    category: ClassVar[Category] = Category.INVALID
    plan_version: int


class TemplateNotOfLevel(Refusal):
    """The template is made for turnovers of another level."""

    code: ClassVar[str] = "TEMPLATE_NOT_OF_LEVEL"
    category: ClassVar[Category] = Category.RULE
    template: str
    level: str


# ---- gates -----------------------------------------------------------------------------------------------


class FactUnknown(Refusal):
    """Nothing in the plan asks for a record of this."""

    code: ClassVar[str] = "FACT_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    fact: str


class FactNotKept(Refusal):
    """Facts of this kind are not entered: they follow from an answered request, a result, a completed milestone."""

    code: ClassVar[str] = "FACT_NOT_KEPT"
    category: ClassVar[Category] = Category.RULE
    fact: str


class MilestoneRecordMissing(Refusal):
    """A milestone is done when what it has to bring about is on record. `missing`: fact keys joined by ", "."""

    code: ClassVar[str] = "MILESTONE_RECORD_MISSING"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    missing: str


class OverrideNotNeeded(Refusal):
    """The gate is open."""

    code: ClassVar[str] = "OVERRIDE_NOT_NEEDED"
    category: ClassVar[Category] = Category.RULE
    milestone: str


class OverrideWaiting(Refusal):
    """An override of this milestone has been asked for and waits for a second person."""

    code: ClassVar[str] = "OVERRIDE_WAITING"
    category: ClassVar[Category] = Category.EXISTS
    override_id: str


class OverrideSamePerson(Refusal):
    """Who asked for an override does not confirm it."""

    code: ClassVar[str] = "OVERRIDE_SAME_PERSON"
    category: ClassVar[Category] = Category.RULE
    override_id: str


# ---- meetings --------------------------------------------------------------------------------------------


class AttendanceImpossible(Refusal):
    """More present than entitled, or nobody entitled."""

    code: ClassVar[str] = "ATTENDANCE_IMPOSSIBLE"
    category: ClassVar[Category] = Category.INVALID
    entitled: int
    present: int


class DecisionUnknown(Refusal):
    """The meeting took no decision of this number."""

    code: ClassVar[str] = "DECISION_UNKNOWN"
    category: ClassVar[Category] = Category.NOT_FOUND
    number: int


class DecisionAssignedAlready(Refusal):
    """The decision has become a directive."""

    code: ClassVar[str] = "DECISION_ASSIGNED_ALREADY"
    category: ClassVar[Category] = Category.EXISTS
    number: int


# ---- upward ----------------------------------------------------------------------------------------------


class MattersMixed(Refusal):
    """One request, one matter. Source: T5."""

    code: ClassVar[str] = "REQUEST_MATTERS_MIXED"
    category: ClassVar[Category] = Category.RULE
    matters: int
    citation: str


class MatterMissing(Refusal):
    """A request says what it asks for."""

    code: ClassVar[str] = "REQUEST_MATTER_MISSING"
    category: ClassVar[Category] = Category.INVALID


class MatterUnknown(Refusal):
    """Nothing in the plan waits for an approval of this matter, and it is none of the common ones."""

    code: ClassVar[str] = "REQUEST_MATTER_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    matter: str


class ReportHoldsRequest(Refusal):
    """A report carries no request. `found`: the matter or the phrase that makes it one. Source: T5."""

    code: ClassVar[str] = "REPORT_HOLDS_REQUEST"
    category: ClassVar[Category] = Category.RULE
    found: str
    citation: str


class SignerNotLeader(Refusal):
    """A paper to the superior is signed by the unit's main leader. Source: T5."""

    code: ClassVar[str] = "PAPER_SIGNER_NOT_LEADER"
    category: ClassVar[Category] = Category.RULE
    post_id: str
    citation: str


class ReplyBeforeRequest(Refusal):
    """A reply is not older than what it answers. Source: T5: a request comes before the event."""

    code: ClassVar[str] = "REPLY_BEFORE_REQUEST"
    category: ClassVar[Category] = Category.RULE
    reply_day: str
    sent_day: str
    citation: str


class RequestTooEarly(Refusal):
    """The request waits for an approval that comes first. Source: T-order."""

    code: ClassVar[str] = "REQUEST_TOO_EARLY"
    category: ClassVar[Category] = Category.RULE
    matter: str
    needs: str
    citation: str


class RequestPending(Refusal):
    """A request of this matter is under way or approved."""

    code: ClassVar[str] = "REQUEST_PENDING"
    category: ClassVar[Category] = Category.EXISTS
    paper_id: str


# ---- unit meetings ---------------------------------------------------------------------------------------


class BookingOutsideWindow(Refusal):
    """The plan gives the unit another window."""

    code: ClassVar[str] = "BOOKING_OUTSIDE_WINDOW"
    category: ClassVar[Category] = Category.RULE
    day: str
    first_day: str
    last_day: str


class BookedAlready(Refusal):
    """The unit has a meeting booked for this milestone; a new one takes its place only when the request says so."""

    code: ClassVar[str] = "UNIT_MEETING_BOOKED_ALREADY"
    category: ClassVar[Category] = Category.EXISTS
    booking_id: str
    day: str


class ObserverTaken(Refusal):
    """Whoever attends from above is at another meeting then."""

    code: ClassVar[str] = "OBSERVER_TAKEN"
    category: ClassVar[Category] = Category.RULE
    day: str
    unit_id: str


class NotOfMilestone(Refusal):
    """The milestone concerns other units."""

    code: ClassVar[str] = "UNIT_NOT_OF_MILESTONE"
    category: ClassVar[Category] = Category.RULE
    milestone: str
    unit_id: str


class NoticeTooShort(Refusal):
    """Between the notice and the meeting there are fewer working days than the notice must be up."""

    code: ClassVar[str] = "UNIT_MEETING_NOTICE_TOO_SHORT"
    category: ClassVar[Category] = Category.RULE
    workdays: int
    needed_workdays: int
    citation: str


# ---- closing ---------------------------------------------------------------------------------------------


class ArchiveIncomplete(Refusal):
    """A class of the catalogue holds nothing, and no reason was given."""

    code: ClassVar[str] = "ARCHIVE_INCOMPLETE"
    category: ClassVar[Category] = Category.RULE
    archive_class: str


class ErasureNeedsArchive(Refusal):
    """Personal columns are emptied once the archive is sealed."""

    code: ClassVar[str] = "ERASURE_NEEDS_ARCHIVE"
    category: ClassVar[Category] = Category.RULE
    turnover_id: str
