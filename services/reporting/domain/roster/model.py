"""What an import reads and what it plans: plain data, no behaviour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from services.reporting.domain.roster.kinds import UnitKind

FINDINGS_MAX: Final = 1_000
LISTED_MAX: Final = 10
NAME_CHARS_MAX: Final = 100
CODE_CHARS_MAX: Final = 32
UNIT_MEMBERS_MAX: Final = 10_000_000
TREE_DEPTH_MAX: Final = 12
HEADER_SEARCH_ROWS_MAX: Final = 30


class SheetRow(Protocol):
    """A row of a read table (services.chassis.sheets.Row fits)."""

    @property
    def line(self) -> int: ...
    @property
    def cells(self) -> tuple[str, ...]: ...
    @property
    def formulas(self) -> frozenset[int]: ...
    @property
    def merged(self) -> frozenset[int]: ...
    @property
    def lossy(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit that is in the tree already. `parent_id` is "" for the root, `code` "" where there is none."""

    unit_id: str
    parent_id: str
    code: str
    name: str
    kind: UnitKind
    members: int


class Severity(StrEnum):
    """An error refuses the whole import; a warning asks for a look; a note tells how the file was read."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class RosterFinding:
    """Something found in a roster. `line` is 0 and `column` (the header's text) "" where none is meant.

    Wording: services/reporting/wording/roster.*.json, with `line`, `column` and `params` as placeholders.
    """

    severity: Severity
    line: int
    column: str
    code: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnitToEstablish:
    """A new unit. `parent_id` is "" for the root; `members` is 0 where the file says nothing."""

    unit_id: str
    parent_id: str
    code: str
    name: str
    kind: UnitKind
    members: int
    line: int


@dataclass(frozen=True, slots=True)
class UnitToChange:
    """A known unit that the file describes otherwise; None means: stays as it is."""

    unit_id: str
    line: int
    code: str | None = None
    name: str | None = None
    kind: UnitKind | None = None
    parent_id: str | None = None
    members: int | None = None


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What an import would do. With any error there is nothing to establish and nothing to change.

    To be applied whole, in this order: `establish` (parents before children), then `change` (ordered by place
    in the new tree, so that no transfer passes through a cycle). `missing` are ids of known units that the
    file does not name: nothing happens to them.
    """

    rows_read: int
    establish: tuple[UnitToEstablish, ...]
    change: tuple[UnitToChange, ...]
    missing: tuple[str, ...]
    problems: tuple[RosterFinding, ...]
    notes: tuple[RosterFinding, ...]
    error_count: int
    warning_count: int

    @property
    def refused(self) -> bool:
        """Must nothing be imported?"""
        return self.error_count > 0

    @property
    def problems_left_out(self) -> int:
        """Problems past the list's limit."""
        return self.error_count + self.warning_count - len(self.problems)


class Findings:
    """Gathers findings; gives them in the order of the file."""

    def __init__(self) -> None:
        self._all: list[RosterFinding] = []
        self._counts = dict.fromkeys(Severity, 0)

    def error(self, line: int, column: str, code: str, **params: str) -> None:
        """Something that refuses the import."""
        self._add(Severity.ERROR, line, column, code, params)

    def warning(self, line: int, column: str, code: str, **params: str) -> None:
        """Something to look at."""
        self._add(Severity.WARNING, line, column, code, params)

    def note(self, line: int, code: str, **params: str) -> None:
        """How the file was read."""
        self._add(Severity.NOTE, line, "", code, params)

    def count(self, severity: Severity) -> int:
        """How many of this severity, listed or not."""
        return self._counts[severity]

    def problems(self) -> tuple[RosterFinding, ...]:
        """Errors and warnings by line, at most FINDINGS_MAX; warnings give way to errors."""
        errors = self._sorted(Severity.ERROR)[:FINDINGS_MAX]
        warnings = self._sorted(Severity.WARNING)[: FINDINGS_MAX - len(errors)]
        return tuple(sorted(errors + warnings, key=_order))

    def notes(self) -> tuple[RosterFinding, ...]:
        """Notes by line."""
        return tuple(self._sorted(Severity.NOTE))

    def _add(self, severity: Severity, line: int, column: str, code: str, params: Mapping[str, str]) -> None:
        self._counts[severity] += 1
        self._all.append(RosterFinding(severity, line, column, code, params))

    def _sorted(self, severity: Severity) -> list[RosterFinding]:
        return sorted((finding for finding in self._all if finding.severity is severity), key=_order)


def listed(values: Iterable[str | int]) -> str:
    """The first few values in one text, with a mark when there are more."""
    texts = [str(value) for value in values]
    more = " …" if len(texts) > LISTED_MAX else ""
    return ", ".join(texts[:LISTED_MAX]) + more


def _order(finding: RosterFinding) -> tuple[int, str, str]:
    return finding.line, finding.code, finding.column
