"""What all units may read: published answers and published good practice; and what waits to be published."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import matters_pb2 as pb
from services.chassis import tree
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import BadRequest
from services.chassis.tree import TreeUnit
from services.kernel.paths import contains
from services.reporting.domain.public_questions import QuestionState
from services.reporting.domain.topics import Topic
from services.reporting.queries.get_assignment import seen_unit
from services.reporting.queries.list_directives import NEWEST
from services.reporting.queries.matter_messages import practice_messages, published_messages, question_messages
from services.reporting.store import matters
from services.reporting.store.matters import PracticeRow

ANSWERS_ROWS_DEFAULT: Final = 50
ANSWERS_ROWS_MAX: Final = 500


def list_published_answers(query: pb.ListPublishedAnswersRequest, ask: Ask) -> pb.ListPublishedAnswersResponse:
    """Newest first, to every role in every unit; of one topic, or of all."""
    if query.topic and query.topic not in {topic.value for topic in Topic}:
        raise BadRequest(field="topic", problem="out_of_range")
    (before,) = key_of(query, NEWEST)
    rows_max = rows_of(query, ANSWERS_ROWS_DEFAULT, ANSWERS_ROWS_MAX)
    rows = matters.published(ask.reader, query.topic, min(int(before), NEWEST), rows_max + 1)
    cursor = cursor_of(rows[rows_max - 1].position) if len(rows) > rows_max else ""
    return pb.ListPublishedAnswersResponse(answers=published_messages(ask, rows[:rows_max]), next_cursor=cursor)


def list_public_questions(query: pb.ListPublicQuestionsRequest, ask: Ask) -> pb.ListPublicQuestionsResponse:
    """What an office entered, newest first; all states unless some are named."""
    states = {state.value for state in QuestionState}
    if not states.issuperset(query.states):
        raise BadRequest(field="states", problem="out_of_range")
    unit = seen_unit(ask, query.unit_id)
    (before,) = key_of(query, NEWEST)
    rows_max = rows_of(query, ANSWERS_ROWS_DEFAULT, ANSWERS_ROWS_MAX)
    wanted = sorted(set(query.states) or states)
    rows = matters.questions_of(ask.reader, unit.unit_id, wanted, min(int(before), NEWEST), rows_max + 1)
    cursor = cursor_of(rows[rows_max - 1].position) if len(rows) > rows_max else ""
    shown = question_messages(ask, rows[:rows_max], ask.context.now_us())
    return pb.ListPublicQuestionsResponse(questions=shown, next_cursor=cursor)


def list_practices(query: pb.ListPracticesRequest, ask: Ask) -> pb.ListPracticesResponse:
    """Published ones for everybody; a unit's own in every state; those below a unit that wait for a decision."""
    if query.unit_id and query.waiting_below_unit_id:
        raise BadRequest(field="unit_id", problem="out_of_range")
    (before,) = key_of(query, NEWEST)
    position = min(int(before), NEWEST)
    rows_max = rows_of(query, ANSWERS_ROWS_DEFAULT, ANSWERS_ROWS_MAX)
    if query.unit_id:
        unit = seen_unit(ask, query.unit_id)
        rows = matters.practices_of(ask.reader, unit.unit_id, position, rows_max + 1)
    elif query.waiting_below_unit_id:
        above = seen_unit(ask, query.waiting_below_unit_id)
        rows = waiting_below(ask, above, position, rows_max + 1)
    else:
        rows = matters.practices_published(ask.reader, position, rows_max + 1)
    cursor = cursor_of(rows[rows_max - 1].position) if len(rows) > rows_max else ""
    return pb.ListPracticesResponse(practices=practice_messages(ask, rows[:rows_max]), next_cursor=cursor)


def waiting_below(ask: Ask, above: TreeUnit, position: int, rows_max: int) -> list[PracticeRow]:
    """Few wait at any time: they are read in slices until there are enough."""
    found: list[PracticeRow] = []
    while len(found) < rows_max and (rows := matters.practices_waiting(ask.reader, position, ANSWERS_ROWS_MAX)):
        for row in rows:
            unit = tree.find(ask.reader, row.practice.unit_id)
            if unit is not None and contains(above.path, unit.path):
                found.append(row)
        position = rows[-1].position
    return found[:rows_max]
