"""What a dispatch pack says, before it is put into words. Nothing is ranked, and nobody is named."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.dashboard.answers import DirectiveRef, Headline, UnitRef
from gateway.dashboard.answers_burden import Burden
from gateway.dashboard.moments import Moment


@dataclass(frozen=True, slots=True)
class Progress:
    """A directive then and now; `before` is None for one that was issued since."""

    directive: DirectiveRef
    before: Headline | None
    now: Headline


@dataclass(frozen=True, slots=True)
class DueSoon:
    """A stage of a layer that falls due within the coming days, and how many units have yet to do it."""

    directive: DirectiveRef
    layer: int
    stage: str
    due_us: int
    left: int
    units: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something overdue: whose turn it is, since when it was due. `others`: so many units below `unit` of which nothing
    has been heard; each of them is its own owner, and none is named.
    """

    unit: UnitRef
    others: int
    owner: UnitRef
    owner_post: str
    directive: DirectiveRef
    stage: str
    due_us: int


@dataclass(frozen=True, slots=True)
class MatterWaiting:
    """A matter that waits on the unit."""

    unit: UnitRef
    topic: str
    raised_us: int
    due_us: int


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything between two moments. `done`: acts since then, by the short name of the event."""

    unit: UnitRef
    since: Moment
    now: Moment
    progress: list[Progress]
    done: dict[str, int]
    due: list[DueSoon]
    stuck: list[Stuck]
    stuck_left_out: bool
    matters: list[MatterWaiting]
    burden: Burden
