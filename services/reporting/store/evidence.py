"""Evidence, read: which files are kept for a unit, and which of them its reports name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Row, int_of, text_of

_COLUMNS = "unit_id, sha256, media_type, size_bytes, kept_at_us"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it is kept for a unit."""

    unit_id: str
    sha256: str
    media_type: str
    size_bytes: int
    kept_at_us: int


def find(reader: Reader, unit_id: str, sha256: str) -> KeptFile | None:
    """The file, if it is kept for that unit."""
    row = reader.one(f"SELECT {_COLUMNS} FROM evidence_file WHERE unit_id = ? AND sha256 = ?", (unit_id, sha256))
    return _file_of(row) if row else None


def load(reader: Reader, unit_id: str, sha256: str) -> KeptFile:
    """Raises NotFound."""
    file = find(reader, unit_id, sha256)
    if file is None:
        raise NotFound(kind="blob", id=sha256)
    return file


def count(reader: Reader, unit_id: str) -> int:
    """How many files are kept for a unit."""
    row = reader.one("SELECT COUNT(*) FROM evidence_file WHERE unit_id = ?", (unit_id,))
    return int_of(row[0]) if row else 0


def check_kept(reader: Reader, unit_id: str, files: Iterable[str]) -> None:
    """Raises NotFound for a file that is not kept for the unit."""
    for sha256 in files:
        load(reader, unit_id, sha256)


def of_report(reader: Reader, directive_id: str, unit_id: str) -> list[KeptFile]:
    """The files of a unit's present report, in its order; one that was named before files were kept is left out."""
    row = reader.one(
        "SELECT files FROM report_evidence WHERE directive_id = ? AND unit_id = ?", (directive_id, unit_id)
    )
    named: Sequence[str] = json.loads(text_of(row[0])) if row else ()
    return [file for sha256 in named if (file := find(reader, unit_id, sha256)) is not None]


def routes_shown_on(reader: Reader, unit_id: str, sha256: str) -> list[str]:
    """Routes of the directives whose present report of the unit names the file."""
    rows = reader.all(
        "SELECT DISTINCT d.route_id, e.files FROM directive d JOIN report_evidence e "
        "ON e.directive_id = d.directive_id AND e.unit_id = ? WHERE d.route_id <> ''",
        (unit_id,),
    )
    return [text_of(row[0]) for row in rows if sha256 in json.loads(text_of(row[1]))]


def published(reader: Reader, unit_id: str, sha256: str) -> bool:
    """Whether a method of the unit that stands before all units names the file."""
    rows = reader.all("SELECT evidence FROM practice WHERE unit_id = ? AND state = 'published'", (unit_id,))
    return any(sha256 in json.loads(text_of(row[0])) for row in rows)


def _file_of(row: Row) -> KeptFile:
    return KeptFile(text_of(row[0]), text_of(row[1]), text_of(row[2]), int_of(row[3]), int_of(row[4]))
