"""Messages and how their delivery stands; and whom to telephone instead."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import messages_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import BadRequest
from services.reporting.domain.messages import MessageState
from services.reporting.queries.get_assignment import seen_unit
from services.reporting.queries.list_directives import NEWEST
from services.reporting.queries.matter_messages import Names
from services.reporting.store import messages, orders, posts

MESSAGES_ROWS_DEFAULT: Final = 50
MESSAGES_ROWS_MAX: Final = 500
# The stages of one day.
DIGESTS_OF_DAY_MAX: Final = 6


def list_messages(query: pb.ListMessagesRequest, ask: Ask) -> pb.ListMessagesResponse:
    """To a unit and those below it, newest first; addresses are not shown."""
    if query.state and query.state not in {state.value for state in MessageState}:
        raise BadRequest(field="state", problem="out_of_range")
    unit = seen_unit(ask, query.unit_id)
    (before,) = key_of(query, NEWEST)
    rows_max = rows_of(query, MESSAGES_ROWS_DEFAULT, MESSAGES_ROWS_MAX)
    rows = messages.below(ask.reader, unit.path, query.state, min(int(before), NEWEST), rows_max + 1)
    names = Names(ask.reader)
    shown = [
        pb.OutgoingMessage(
            message_id=row.message.message_id,
            channel=row.message.channel,
            unit_id=row.message.unit_id,
            unit_name=names.of(row.message.unit_id),
            day_us=row.day_us,
            items=row.message.told.items,
            reminders=row.message.told.reminders,
            plan_items=row.message.told.plan_items,
            state=row.message.state,
            attempts=row.message.attempts,
            next_try_us=row.next_try_us if row.message.state is MessageState.WAITING else 0,
            problem=row.problem,
        )
        for row in rows[:rows_max]
    ]
    cursor = cursor_of(rows[rows_max - 1].position) if len(rows) > rows_max else ""
    return pb.ListMessagesResponse(messages=shown, next_cursor=cursor)


def list_call_lines(query: pb.ListCallLinesRequest, ask: Ask) -> pb.ListCallLinesResponse:
    """A line for each unit that owes something in what this unit was told last; also where nobody answers for it."""
    unit = seen_unit(ask, query.unit_id)
    digests = orders.digests_of(ask.reader, unit.unit_id, (NEWEST, 0), DIGESTS_OF_DAY_MAX)
    counts: dict[str, int] = {}
    for digest in digests:
        if digest.day_us == digests[0].day_us:
            for item in digest.items:
                counts[item.unit_id] = counts.get(item.unit_id, 0) + 1
    names = Names(ask.reader)
    lines = []
    for unit_id, items in counts.items():
        post = posts.first_holder(ask.reader, unit_id)
        contact = messages.contact_of(ask.reader, unit_id, post.post_id) if post else messages.Contact()
        lines.append(
            pb.CallLine(
                unit_id=unit_id,
                unit_name=names.of(unit_id),
                person_name=post.person_name if post else "",
                phone=contact.phone,
                items=items,
            )
        )
    return pb.ListCallLinesResponse(lines=lines)
