"""What happens in meetings, upward, at units' meetings and at the end. Days are Shanghai days, empty where unknown."""

from __future__ import annotations

from dataclasses import dataclass

from services.schedule.domain.turnover_events import DirectiveSpec


@dataclass(frozen=True, slots=True)
class MeetingCalled:
    """A meeting is called, with its agenda."""

    meeting_id: str
    turnover_id: str
    unit_id: str
    kind: str
    title: str
    day: str
    place: str
    agenda: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeetingDecision:
    """One decision of a meeting."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting took place; counts of who was there, and what was decided."""

    meeting_id: str
    turnover_id: str
    day: str
    entitled_count: int
    present_count: int
    decisions: tuple[MeetingDecision, ...]
    minutes_sha256: str


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    """A meeting does not take place."""

    meeting_id: str
    turnover_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionAssigned:
    """A decision becomes a directive; reporting issues it."""

    meeting_id: str
    turnover_id: str
    number: int
    directive: DirectiveSpec


@dataclass(frozen=True, slots=True)
class PaperDrafted:
    """A request or report upward is drafted; its text stays outside the ledger."""

    paper_id: str
    turnover_id: str
    unit_id: str
    kind: str
    matter: str
    title: str
    text_digest: str
    latest_day: str
    figures: tuple[PaperFigure, ...]
    addressee: str


@dataclass(frozen=True, slots=True)
class PaperFigure:
    """A figure, and the position of the ledger that it was read at."""

    name: str
    value: int
    service: str
    position: int


@dataclass(frozen=True, slots=True)
class PaperSigned:
    """The unit's main leader signed."""

    paper_id: str
    turnover_id: str
    post_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class PaperSent:
    """It went up."""

    paper_id: str
    turnover_id: str
    number: str
    day: str
    file_sha256: str
    late_days: int


@dataclass(frozen=True, slots=True)
class PaperWithdrawn:
    """It is taken back."""

    paper_id: str
    turnover_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RequestAnswered:
    """The superior answered a request."""

    paper_id: str
    turnover_id: str
    matter: str
    approved: bool
    number: str
    day: str
    organ: str
    text: str
    file_sha256: str


@dataclass(frozen=True, slots=True)
class RequirementReceived:
    """The superior requires something; its source is kept."""

    requirement_id: str
    turnover_id: str
    unit_id: str
    source: str
    number: str
    day: str
    text: str
    due_day: str
    file_sha256: str
    every_workdays: int


@dataclass(frozen=True, slots=True)
class RequirementAssigned:
    """A requirement becomes a directive; reporting issues it."""

    requirement_id: str
    turnover_id: str
    directive: DirectiveSpec


@dataclass(frozen=True, slots=True)
class RequirementReported:
    """What was done was reported back."""

    requirement_id: str
    turnover_id: str
    day: str
    number: str
    text: str
    figures: tuple[PaperFigure, ...]


@dataclass(frozen=True, slots=True)
class UnitMeetingBooked:
    """A unit books its election meeting."""

    booking_id: str
    turnover_id: str
    unit_id: str
    milestone_id: str
    day: str
    from_minute: int
    until_minute: int
    place: str
    entitled_count: int
    observer_id: str
    notice_day: str


@dataclass(frozen=True, slots=True)
class UnitMeetingCancelled:
    """A booking is given up."""

    booking_id: str
    turnover_id: str
    unit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ArchiveItem:
    """One piece of the archive package."""

    class_id: str
    title: str
    number: str
    day: str
    sha256: str
    keep_until_day: str


@dataclass(frozen=True, slots=True)
class ResultsFiled:
    """The results were filed with the superior."""

    turnover_id: str
    number: str
    day: str
    organ: str
    file_sha256: str


@dataclass(frozen=True, slots=True)
class TurnoverArchived:
    """The archive package is sealed by its manifest."""

    turnover_id: str
    manifest_sha256: str
    items: int
    gaps: tuple[ArchiveGap, ...]


@dataclass(frozen=True, slots=True)
class ArchiveGap:
    """A class of the catalogue of which nothing is there, and why."""

    class_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonalDataErased:
    """Personal columns of the state tables were emptied."""

    turnover_id: str
    ground: str
    document_number: str
    erased: tuple[ErasedColumn, ...]


@dataclass(frozen=True, slots=True)
class ErasedColumn:
    """One of them, and in how many rows."""

    name: str
    rows: int


OFFICE_EVENTS: tuple[type, ...] = (
    MeetingCalled,
    MeetingHeld,
    MeetingCancelled,
    DecisionAssigned,
    PaperDrafted,
    PaperSigned,
    PaperSent,
    PaperWithdrawn,
    RequestAnswered,
    RequirementReceived,
    RequirementAssigned,
    RequirementReported,
    UnitMeetingBooked,
    UnitMeetingCancelled,
    ResultsFiled,
    TurnoverArchived,
    PersonalDataErased,
)
