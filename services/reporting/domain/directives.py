"""A directive: whom it obliges, through whom it passes, and when each stage is due.

The scope follows the tree: it is asked again whenever a unit is looked at, so that launching writes nothing per unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from services.kernel.paths import segments
from services.reporting.domain.directive_errors import DirectiveWithdrawnAlready
from services.reporting.domain.directive_events import StageDeadline

TURNOVER_CHARS_MAX: Final = 100
NUMBER_CHARS_MAX: Final = 100
TITLE_CHARS_MAX: Final = 200
TEXT_CHARS_MAX: Final = 20_000
BASIS_CHARS_MAX: Final = 1_000
SOURCE_CHARS_MAX: Final = 500
REASON_CHARS_MAX: Final = 1_000
EVIDENCE_REASON_CHARS_MAX: Final = 300
SCOPE_LIST_UNITS_MAX: Final = 5_000
ASSISTING_UNITS_MAX: Final = 50


class Urgency(StrEnum):
    """How pressing a directive is."""

    ORDINARY = "ordinary"
    URGENT = "urgent"
    IMMEDIATE = "immediate"


class DirectiveState(StrEnum):
    """A directive is open until its issuer withdraws it."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"


class Place(Protocol):
    """A unit in the tree: services.chassis.tree.TreeUnit fits."""

    @property
    def unit_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def active(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """A scope made quick to ask: empty `kinds` is every kind; a list, where there is one, stands alone."""

    subtree_unit_id: str
    kinds: frozenset[str]
    listed: frozenset[str]
    excluded: frozenset[str]


@dataclass(frozen=True, slots=True)
class Directive:
    """What decisions need of a directive."""

    directive_id: str
    turnover: str
    title: str
    urgency: str
    number: str
    issuer_unit_id: str
    reach: Reach
    deadlines: Deadlines
    verify_workdays: int
    issued_at_us: int
    # Ledger position of its issue.
    position: int
    state: DirectiveState
    version: int
    # Why reports must bring evidence; empty: they bring none.
    evidence_reason: str
    # Whose tree it takes; empty: the unit tree.
    route_id: str = ""

    def check_open(self) -> None:
        """Raises DirectiveWithdrawnAlready."""
        if self.state is not DirectiveState.OPEN:
            raise DirectiveWithdrawnAlready(directive_id=self.directive_id)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Common latest times: `rows[layer - 1][stage - 1]`. Layers below the last row use the last row."""

    rows: tuple[tuple[int, ...], ...]

    def common(self, layer: int, stage: int) -> int:
        """The latest time of a stage (1..6) for the units of a layer (>= 1)."""
        return self.rows[min(layer, len(self.rows)) - 1][stage - 1]

    @classmethod
    def of(cls, deadlines: tuple[StageDeadline, ...]) -> Deadlines:
        """From the list of an event, which names every layer and stage once."""
        layers = max(d.layer for d in deadlines)
        due = {(d.layer, d.stage): d.due_us for d in deadlines}
        return cls(tuple(tuple(due[layer, stage] for stage in range(1, 7)) for layer in range(1, layers + 1)))


def subject_of(directive: Directive, unit_id: str) -> str:
    """How the ledger names one assignment."""
    return f"{directive.directive_id}/{unit_id}"


def layer_of(issuer_unit_id: str, path: str) -> int:
    """How far a path lies below the issuer; 0 for the issuer itself and for whatever is not below it."""
    ids = segments(path)
    return len(ids) - 1 - ids.index(issuer_unit_id) if issuer_unit_id in ids else 0


def obliges(reach: Reach, issuer_unit_id: str, unit: Place) -> bool:
    """Whether the unit owes the directive's work itself. Source: TRANSMISSION 1."""
    if not unit.active or not layer_of(issuer_unit_id, unit.path) or unit.unit_id in reach.excluded:
        return False
    if reach.listed:
        return unit.unit_id in reach.listed
    if reach.kinds and unit.kind not in reach.kinds:
        return False
    return reach.subtree_unit_id in segments(unit.path)
