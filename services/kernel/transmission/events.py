"""What the index is told: facts about assignments and about the scope, all frozen, all safe to apply twice."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.transmission.keys import DUE_COMMON, DUE_SHIFT_DAYS_MAX, Stage, check_due_class
from services.kernel.transmission.policy import FULL_CREDIT_E6
from services.kernel.transmission.scope import Unit


def _check_credit(credit_e6: int) -> None:
    if not 1 <= credit_e6 <= FULL_CREDIT_E6:
        raise ValueError(f"a stage that was done has a credit in 1..{FULL_CREDIT_E6}, not {credit_e6}")


@dataclass(frozen=True, slots=True)
class Dispatched:
    """`parent` dispatched to its children on the route: to all of them (`children` None) or to those listed.

    A listed child keeps what was said of it alone, whatever is said of all, in either order.
    `shift_days`: working days by which this dispatch came late; every common time below moves by as much.
    """

    parent: Unit
    credit_e6: int
    children: tuple[Unit, ...] | None = None
    shift_days: int = 0

    def __post_init__(self) -> None:
        _check_credit(self.credit_e6)
        if not 0 <= self.shift_days <= DUE_SHIFT_DAYS_MAX:
            raise ValueError(f"shift_days must lie in 0..{DUE_SHIFT_DAYS_MAX}")


@dataclass(frozen=True, slots=True)
class StageDone:
    """A unit did a stage (RECEIVE..VERIFY). `minutes`: elapsed since its dispatch, for latency; None if
    unknown.

    A stage that is already done stays as it was. A REPORT after a return earns at most what the first
    report earned.
    """

    unit: Unit
    stage: Stage
    credit_e6: int
    minutes: int | None = None

    def __post_init__(self) -> None:
        _check_credit(self.credit_e6)
        if self.stage == Stage.DISPATCH:
            raise ValueError("a dispatch is its parent's act: use Dispatched")
        if self.minutes is not None and self.minutes < 0:
            raise ValueError("minutes must not be negative")


@dataclass(frozen=True, slots=True)
class StageUndone:
    """A stage (RECEIVE, NAME or VERIFY) was taken back, as if it had not been done; its latest time stays in force."""

    unit: Unit
    stage: Stage

    def __post_init__(self) -> None:
        if self.stage not in (Stage.RECEIVE, Stage.NAME, Stage.VERIFY):
            raise ValueError(f"{self.stage.name} is not taken back")


@dataclass(frozen=True, slots=True)
class Returned:
    """A report was returned: report and verification are open again, due at their new classes."""

    unit: Unit
    report_due_class: int
    verify_due_class: int

    def __post_init__(self) -> None:
        check_due_class(self.report_due_class)
        check_due_class(self.verify_due_class)


@dataclass(frozen=True, slots=True)
class DueMoved:
    """One stage of one unit has another latest time (an extension)."""

    unit: Unit
    stage: Stage
    due_class: int = DUE_COMMON

    def __post_init__(self) -> None:
        check_due_class(self.due_class)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A unit, with all below it, left the scope. What it did is kept for a relaunch."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class Restored:
    """A withdrawn unit is back, as it was."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class ScopeChanged:
    """The unit's mass, own mass or number of children changed in the scope. For a unit that is gone: name
    its parent.
    """

    unit: Unit


@dataclass(frozen=True, slots=True)
class Joined:
    """A unit is new under its parent: what the parent has dispatched to all so far does not reach it.

    The scope has changed already, as for ScopeChanged.
    """

    unit: Unit


@dataclass(frozen=True, slots=True)
class Moved:
    """A unit, with all below it, hangs under another parent.

    A dispatch that reached it goes with it; what the new parent has dispatched to all so far does not reach it.
    """

    unit: Unit
    old_parent: Unit
    new_parent: Unit


@dataclass(frozen=True, slots=True)
class Merged:
    """`source` was merged into `into`: its children on the route hang under `into`, its own assignment is
    withdrawn.

    `children`: all route children `source` had. `into` keeps its own record. In the scope `source` is empty
    and withdrawn when this is applied.
    """

    source: Unit
    into: Unit
    children: tuple[Unit, ...]


Event = (
    Dispatched
    | StageDone
    | StageUndone
    | Returned
    | DueMoved
    | Withdrawn
    | Restored
    | ScopeChanged
    | Joined
    | Moved
    | Merged
)
