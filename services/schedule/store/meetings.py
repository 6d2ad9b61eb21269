"""Meetings and their decisions."""

from __future__ import annotations

import json

from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Row, int_of, text_of
from services.schedule.domain.meetings import Decision, Meeting, MeetingState

_COLUMNS = (
    "meeting_id, turnover_id, unit_id, kind, title, day, place, agenda, state, entitled_count, present_count, "
    "minutes_sha256, version, position"
)


def load(reader: Reader, meeting_id: str, turnover_id: str = "") -> Meeting:
    """The meeting, of that turnover where one is named. Raises NotFound."""
    row = reader.one(f"SELECT {_COLUMNS} FROM meeting WHERE meeting_id = ?", (meeting_id,))
    if row is None or (turnover_id and text_of(row[1]) != turnover_id):
        raise NotFound(kind="meeting", id=meeting_id)
    return _meeting_of(reader, row)


def before(reader: Reader, meeting: Meeting) -> Meeting | None:
    """The last meeting of the same kind that was held before it: its decisions open this one."""
    row = reader.one(
        f"SELECT {_COLUMNS} FROM meeting WHERE turnover_id = ? AND kind = ? AND state = 'held' AND position < ? "
        "ORDER BY day DESC, position DESC LIMIT 1",
        (meeting.turnover_id, meeting.kind, meeting.position),
    )
    return _meeting_of(reader, row) if row else None


def page(reader: Reader, turnover_id: str, before_position: int, rows_max: int) -> list[Meeting]:
    """Newest first."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM meeting WHERE turnover_id = ? AND position < ? ORDER BY position DESC LIMIT ?",
        (turnover_id, before_position, rows_max),
    )
    return [_meeting_of(reader, row) for row in rows]


def _meeting_of(reader: Reader, row: Row) -> Meeting:
    decisions = reader.all(
        "SELECT number, text, assigned FROM meeting_decision WHERE meeting_id = ? ORDER BY number", (row[0],)
    )
    return Meeting(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), text_of(row[5]),
        text_of(row[6]), tuple(json.loads(text_of(row[7]))), MeetingState(text_of(row[8])), int_of(row[9]),
        int_of(row[10]), text_of(row[11]),
        tuple(Decision(int_of(each[0]), text_of(each[1]), bool(int_of(each[2]))) for each in decisions),
        int_of(row[12]), int_of(row[13]),
    )  # fmt: skip
