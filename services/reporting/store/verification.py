"""What waits for a superior level, what verifiers did, and samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.chassis import routes
from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Row, int_of, text_of
from services.chassis.tree import TreeUnit
from services.reporting.domain.directives import Directive

Waiting = tuple[int, str, str]
"""(verify_due_us, directive_id, unit_id): the order of the queue."""


def waiting_after(reader: Reader, after: Waiting, rows_max: int) -> list[Waiting]:
    """Reports that wait to be verified, oldest due first, after one; of open directives."""
    rows = reader.all(
        "SELECT a.verify_due_us, a.directive_id, a.unit_id FROM assignment a "
        "WHERE a.state IN ('reported', 'rectified') AND (a.verify_due_us, a.directive_id, a.unit_id) > (?, ?, ?) "
        "ORDER BY a.verify_due_us, a.directive_id, a.unit_id LIMIT ?",
        (*after, rows_max),
    )
    return [(int_of(row[0]), text_of(row[1]), text_of(row[2])) for row in rows]


@dataclass(frozen=True, slots=True)
class Record:
    """What a unit did as verifier."""

    verified: int = 0
    verified_late: int = 0
    late_working_minutes: int = 0
    returned: int = 0


def record_of(reader: Reader, unit_id: str) -> Record:
    """The unit's own verifications so far."""
    row = reader.one(
        "SELECT verified, verified_late, late_working_minutes, returned FROM verification_record WHERE unit_id = ?",
        (unit_id,),
    )
    return Record(*map(int_of, row)) if row else Record()


def reported_units(reader: Reader, directive: Directive, above: TreeUnit) -> list[str]:
    """Units below one on the directive's route whose report stands: reported, rectified or verified; but those for
    which that one reported.
    """
    inside, params = routes.placed(directive.route_id, above.path)
    rows = reader.all(
        f"SELECT a.unit_id FROM assignment a JOIN {inside} t ON t.unit_id = a.unit_id WHERE a.directive_id = ? "
        "AND a.state IN ('reported', 'rectified', 'verified') AND t.state = 'active' AND a.unit_id <> ? "
        "AND a.on_behalf_by_unit_id <> ? ORDER BY a.unit_id",
        (*params, directive.directive_id, above.unit_id, above.unit_id),
    )
    return [text_of(row[0]) for row in rows]


@dataclass(frozen=True, slots=True)
class SampledUnit:
    """One unit of a sample."""

    unit_id: str
    checked: bool
    found_true: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it stands."""

    sample_id: str
    position: int
    directive_id: str
    verifier_unit_id: str
    seed: str
    population: int
    population_digest: str
    drawn_at_us: int
    units: tuple[SampledUnit, ...]

    @property
    def checked(self) -> int:
        """Units that were looked at."""
        return sum(unit.checked for unit in self.units)

    @property
    def found_true(self) -> int:
        """Of these, those whose report was found true."""
        return sum(unit.found_true for unit in self.units)


_COLUMNS = "sample_id, position, directive_id, verifier_unit_id, seed, population, population_digest, drawn_at_us"


def load_sample(reader: Reader, sample_id: str) -> Sample:
    """Raises NotFound."""
    row = reader.one(f"SELECT {_COLUMNS} FROM sample WHERE sample_id = ?", (sample_id,))
    if row is None:
        raise NotFound(kind="sample", id=sample_id)
    return _samples(reader, [row])[0]


def samples_before(reader: Reader, directive_id: str, position: int, rows_max: int) -> list[Sample]:
    """A directive's samples, newest first, drawn before a position."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM sample WHERE directive_id = ? AND position < ? ORDER BY position DESC LIMIT ?",
        (directive_id, position, rows_max),
    )
    return _samples(reader, rows)


def _samples(reader: Reader, rows: Sequence[Row]) -> list[Sample]:
    return [
        Sample(
            text_of(row[0]), int_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), int_of(row[5]),
            text_of(row[6]), int_of(row[7]), _units(reader, text_of(row[0])),
        )
        for row in rows
    ]  # fmt: skip


def _units(reader: Reader, sample_id: str) -> tuple[SampledUnit, ...]:
    rows = reader.all(
        "SELECT unit_id, checked, found_true FROM sample_unit WHERE sample_id = ? ORDER BY unit_id", (sample_id,)
    )
    return tuple(SampledUnit(text_of(row[0]), int_of(row[1]) == 1, int_of(row[2]) == 1) for row in rows)
