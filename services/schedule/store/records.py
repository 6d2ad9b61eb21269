"""Records and overrides."""

from __future__ import annotations

from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Row, text_of
from services.schedule.domain.overrides import Override, OverrideState


def check_standing(reader: Reader, turnover_id: str, record_id: str) -> None:
    """The record is there and not withdrawn. Raises NotFound."""
    row = reader.one(
        "SELECT 1 FROM record WHERE record_id = ? AND turnover_id = ? AND withdrawn = 0", (record_id, turnover_id)
    )
    if row is None:
        raise NotFound(kind="record", id=record_id)


def of_turnover(reader: Reader, turnover_id: str) -> list[Row]:
    """Oldest first: id, kind, matter, organ, number, day, until, file, text, withdrawn."""
    return reader.all(
        "SELECT record_id, kind, matter, organ, number, day, until_day, file_sha256, text, withdrawn FROM record "
        "WHERE turnover_id = ? ORDER BY position",
        (turnover_id,),
    )


def load_override(reader: Reader, turnover_id: str, override_id: str) -> Override:
    """Raises NotFound."""
    row = reader.one(
        "SELECT override_id, turnover_id, milestone_id, state, asked_by FROM override "
        "WHERE override_id = ? AND turnover_id = ?",
        (override_id, turnover_id),
    )
    if row is None:
        raise NotFound(kind="override", id=override_id)
    return Override(text_of(row[0]), text_of(row[1]), text_of(row[2]), OverrideState(text_of(row[3])), text_of(row[4]))


def waiting_override(reader: Reader, turnover_id: str, milestone_id: str) -> str:
    """The override of the milestone that waits for a second person, or nothing."""
    row = reader.one(
        "SELECT override_id FROM override WHERE turnover_id = ? AND milestone_id = ? AND state = 'asked'",
        (turnover_id, milestone_id),
    )
    return text_of(row[0]) if row else ""


def overrides_of(reader: Reader, turnover_id: str) -> list[Row]:
    """Oldest first: id, milestone, state, reason, number, rules, asked by, when, decided by, when, why not."""
    return reader.all(
        "SELECT override_id, milestone_id, state, reason, document_number, rules, asked_by, asked_us, decided_by, "
        "decided_us, refusal_reason FROM override WHERE turnover_id = ? ORDER BY position",
        (turnover_id,),
    )
