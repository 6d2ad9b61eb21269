"""Duty lists, and the duties that nobody answers for."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import duties_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.kernel.text import name_key
from services.reporting.domain.posts import Post
from services.reporting.queries.get_assignment import seen_unit
from services.reporting.queries.matter_messages import Names
from services.reporting.queries.order_messages import Titles
from services.reporting.store import duties
from services.reporting.store.duties import DutyRow
from services.reporting.store.posts import posts_of

DUTIES_ROWS_DEFAULT: Final = 50
DUTIES_ROWS_MAX: Final = 500


def list_duties(query: pb.ListDutiesRequest, ask: Ask) -> pb.ListDutiesResponse:
    """Of a unit and those below it; a page with gaps only may be short and still go on."""
    unit = seen_unit(ask, query.unit_id)
    unit_id, place = key_of(query, "", -1)
    rows_max = rows_of(query, DUTIES_ROWS_DEFAULT, DUTIES_ROWS_MAX)
    rows = duties.below(ask.reader, unit.path, (str(unit_id), int(place)), rows_max + 1)
    lines = [line for line in _lines(ask, rows[:rows_max]) if line.gap or not query.gaps_only]
    cursor = cursor_of(*rows[rows_max - 1].key) if len(rows) > rows_max else ""
    return pb.ListDutiesResponse(duties=lines, next_cursor=cursor)


def _lines(ask: Ask, rows: list[DutyRow]) -> list[pb.DutyLine]:
    names, titles = Names(ask.reader), Titles(ask.reader)
    posts = posts_of(ask.reader, {row.unit_id for row in rows})
    found = []
    for row in rows:
        post = _post(posts.get(row.unit_id, []), row.duty.post_name)
        found.append(
            pb.DutyLine(
                duty_id=row.duty.duty_id,
                unit_id=row.unit_id,
                unit_name=names.of(row.unit_id),
                post_name=row.duty.post_name,
                person_name=post.person_name if post else "",
                number=row.duty.number,
                text=row.duty.text,
                directive_ids=row.duty.directive_ids,
                directive_titles=[titles.of(directive_id) for directive_id in row.duty.directive_ids],
                gap="" if post else "no_post",
            )
        )
    return found


def _post(posts: list[Post], name: str) -> Post | None:
    return next((post for post in posts if name and name_key(post.post_name) == name_key(name)), None)
