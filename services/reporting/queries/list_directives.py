"""Directives, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import BadRequest
from services.chassis.store import Reader
from services.reporting.domain.directives import Directive, DirectiveState
from services.reporting.queries.directive_messages import directive_message, visible
from services.reporting.store import directives

DIRECTIVES_ROWS_DEFAULT: Final = 50
DIRECTIVES_ROWS_MAX: Final = 200
SLICE_ROWS: Final = 200
# Before the first page: above every position.
NEWEST: Final = 2**62


def list_directives(query: pb.ListDirectivesRequest, ask: Ask) -> pb.ListDirectivesResponse:
    """Those that the caller may see, of one state or of any."""
    if query.state and query.state not in {state.value for state in DirectiveState}:
        raise BadRequest(field="state", problem="out_of_range")
    (before,) = key_of(query.page, NEWEST)
    rows_max = rows_of(query.page, DIRECTIVES_ROWS_DEFAULT, DIRECTIVES_ROWS_MAX)
    scope = ask.scope()
    shown: list[Directive] = []
    for directive in newest_first(ask.reader, min(int(before), NEWEST), query.state):
        if not visible(ask.reader, directive, scope):
            continue
        if len(shown) == rows_max:
            return _answer(ask.reader, shown, cursor_of(shown[-1].position))
        shown.append(directive)
    return _answer(ask.reader, shown, "")


def newest_first(reader: Reader, before_position: int, state: str) -> Iterator[Directive]:
    """All directives issued before a position, read in slices."""
    while found := directives.page(reader, before_position, state, SLICE_ROWS):
        yield from found
        before_position = found[-1].position


def _answer(reader: Reader, shown: list[Directive], cursor: str) -> pb.ListDirectivesResponse:
    return pb.ListDirectivesResponse(
        directives=[directive_message(reader, directive) for directive in shown], next_cursor=cursor
    )
