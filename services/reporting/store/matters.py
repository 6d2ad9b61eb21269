"""Matters, questions of the public and good practice, loaded for decisions and read for questions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Row, int_of, text_of
from services.reporting.domain.matters import Matter, MatterState
from services.reporting.domain.practices import Practice, PracticeState
from services.reporting.domain.public_questions import PublicQuestion, QuestionState

# ---- matters ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A matter with what only readers need."""

    matter: Matter
    position: int
    topic: str
    kind: str
    text: str
    raised_us: int
    answered_us: int
    times_passed_up: int
    times_reopened: int
    published: bool


_MATTER: Final = (
    "matter_id, turnover, unit_id, owner_unit_id, state, version, due_us, answer, answered_by_unit_id, position, "
    "topic, kind, text, raised_us, answered_us, times_passed_up, times_reopened, published"
)


def load_matter(reader: Reader, matter_id: str) -> Matter:
    """Raises NotFound."""
    return load_matter_row(reader, matter_id).matter


def load_matter_row(reader: Reader, matter_id: str) -> MatterRow:
    """Raises NotFound."""
    row = reader.one(f"SELECT {_MATTER} FROM matter WHERE matter_id = ?", (matter_id,))
    if row is None:
        raise NotFound(kind="matter", id=matter_id)
    return _matter_of(row)


def raised_by(reader: Reader, unit_id: str, before_position: int, rows_max: int) -> list[MatterRow]:
    """What a unit raised, newest first."""
    rows = reader.all(
        f"SELECT {_MATTER} FROM matter WHERE unit_id = ? AND position < ? ORDER BY position DESC LIMIT ?",
        (unit_id, before_position, rows_max),
    )
    return [_matter_of(row) for row in rows]


def answered_for(reader: Reader, unit_id: str, after_position: int, rows_max: int) -> list[MatterRow]:
    """What was answered and waits for the unit to say whether it helped, oldest first."""
    rows = reader.all(
        f"SELECT {_MATTER} FROM matter WHERE unit_id = ? AND state = 'answered' AND position > ? "
        "ORDER BY position LIMIT ?",
        (unit_id, after_position, rows_max),
    )
    return [_matter_of(row) for row in rows]


def owed_by(reader: Reader, unit_id: str, after: tuple[int, str], rows_max: int) -> list[MatterRow]:
    """What waits for a unit's answer, due first; after a key of (due, matter id)."""
    rows = reader.all(
        f"SELECT {_MATTER} FROM matter WHERE owner_unit_id = ? AND state = 'waiting' "
        "AND (due_us, matter_id) > (?, ?) ORDER BY due_us, matter_id LIMIT ?",
        (unit_id, *after, rows_max),
    )
    return [_matter_of(row) for row in rows]


def _matter_of(row: Row) -> MatterRow:
    return MatterRow(
        Matter(
            text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), MatterState(text_of(row[4])),
            int_of(row[5]), int_of(row[6]), text_of(row[7]), text_of(row[8]),
        ),
        int_of(row[9]), text_of(row[10]), text_of(row[11]), text_of(row[12]), int_of(row[13]), int_of(row[14]),
        int_of(row[15]), int_of(row[16]), bool(int_of(row[17])),
    )  # fmt: skip


# ---- what was published -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A published answer; ``answer_id`` is that of the matter or of the question of the public."""

    answer_id: str
    position: int
    topic: str
    question: str
    answer: str
    published_us: int
    by_unit_id: str


def published(reader: Reader, topic: str, before_position: int, rows_max: int) -> list[PublishedRow]:
    """Newest first; of one topic, or of all when it is empty."""
    of_topic = "topic = ? AND " if topic else ""
    rows = reader.all(
        "SELECT answer_id, position, topic, question, answer, published_us, by_unit_id FROM published_answer "
        f"WHERE {of_topic}position < ? ORDER BY position DESC LIMIT ?",
        (*([topic] if topic else []), before_position, rows_max),
    )
    return [
        PublishedRow(
            text_of(row[0]), int_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), int_of(row[5]),
            text_of(row[6]),
        )
        for row in rows
    ]  # fmt: skip


# ---- questions of the public ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question of the public with what only readers need."""

    question: PublicQuestion
    position: int
    topic: str
    channel: str
    text: str
    answer: str
    send_back_reason: str
    taken_working_minutes: int


_QUESTION: Final = (
    "question_id, turnover, unit_id, state, version, asked_us, due_us, drafter_id, position, topic, channel, question, "
    "answer, send_back_reason, taken_working_minutes"
)


def load_question(reader: Reader, question_id: str) -> PublicQuestion:
    """Raises NotFound."""
    row = reader.one(f"SELECT {_QUESTION} FROM public_question WHERE question_id = ?", (question_id,))
    if row is None:
        raise NotFound(kind="public_question", id=question_id)
    return _question_of(row).question


def questions_of(
    reader: Reader, unit_id: str, states: Iterable[str], before_position: int, rows_max: int
) -> list[QuestionRow]:
    """What an office entered, newest first."""
    wanted = list(states)
    marks = ", ".join("?" * len(wanted))
    rows = reader.all(
        f"SELECT {_QUESTION} FROM public_question WHERE unit_id = ? AND state IN ({marks}) AND position < ? "
        "ORDER BY position DESC LIMIT ?",
        (unit_id, *wanted, before_position, rows_max),
    )
    return [_question_of(row) for row in rows]


def _question_of(row: Row) -> QuestionRow:
    return QuestionRow(
        PublicQuestion(
            text_of(row[0]), text_of(row[1]), text_of(row[2]), QuestionState(text_of(row[3])), int_of(row[4]),
            int_of(row[5]), int_of(row[6]), text_of(row[7]),
        ),
        int_of(row[8]), text_of(row[9]), text_of(row[10]), text_of(row[11]), text_of(row[12]), text_of(row[13]),
        int_of(row[14]),
    )  # fmt: skip


# ---- good practice ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """A method with what only readers need."""

    practice: Practice
    position: int
    topic: str
    title: str
    method: str
    evidence_reference: str
    evidence: tuple[str, ...]
    shows_persons: bool
    consent: str
    return_reason: str
    submitted_us: int


_PRACTICE: Final = (
    "practice_id, turnover, unit_id, state, version, position, topic, title, method, evidence_reference, evidence, "
    "shows_persons, consent, return_reason, submitted_us"
)


def load_practice(reader: Reader, practice_id: str) -> Practice:
    """Raises NotFound."""
    row = reader.one(f"SELECT {_PRACTICE} FROM practice WHERE practice_id = ?", (practice_id,))
    if row is None:
        raise NotFound(kind="practice", id=practice_id)
    return _practice_of(row).practice


def practices_of(reader: Reader, unit_id: str, before_position: int, rows_max: int) -> list[PracticeRow]:
    """What a unit handed in, newest first."""
    return _practices(reader, "unit_id = ?", [unit_id], before_position, rows_max)


def practices_published(reader: Reader, before_position: int, rows_max: int) -> list[PracticeRow]:
    """What all units may read, newest first."""
    return _practices(reader, "state = 'published'", [], before_position, rows_max)


def practices_waiting(reader: Reader, before_position: int, rows_max: int) -> list[PracticeRow]:
    """What waits for a decision, wherever it came from; newest first."""
    return _practices(reader, "state = 'submitted'", [], before_position, rows_max)


def _practices(
    reader: Reader, condition: str, params: list[str], before_position: int, rows_max: int
) -> list[PracticeRow]:
    rows = reader.all(
        f"SELECT {_PRACTICE} FROM practice WHERE {condition} AND position < ? ORDER BY position DESC LIMIT ?",
        (*params, before_position, rows_max),
    )
    return [_practice_of(row) for row in rows]


def _practice_of(row: Row) -> PracticeRow:
    return PracticeRow(
        Practice(
            text_of(row[0]), text_of(row[1]), text_of(row[2]), PracticeState(text_of(row[3])), int_of(row[4])
        ),
        int_of(row[5]), text_of(row[6]), text_of(row[7]), text_of(row[8]), text_of(row[9]),
        tuple(json.loads(text_of(row[10]))), bool(int_of(row[11])), text_of(row[12]), text_of(row[13]), int_of(row[14]),
    )  # fmt: skip
