"""The dashboard over HTTP: figures of any unit that the caller may see, now or as of a moment, and why they are so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, RootModel
from starlette.types import ASGIApp

from gateway.api import positions
from gateway.api.answers import REVALIDATE, Answered
from gateway.api.callers import Caller, Callers
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.stream import Id
from gateway.api.views import FeedItem, Figures, Key, Views
from gateway.dashboard import answers, answers_burden
from gateway.dashboard.answers_burden import AskingAnswer
from gateway.dashboard.board import Board
from gateway.dashboard.burden import ENTRIES_MAX
from gateway.dashboard.explaining import LINES_MAX
from gateway.dashboard.figures import ROWS_MAX
from gateway.dashboard.moments import TOKEN_CHARS_MAX
from gateway.dashboard.terms import LAYERS_MAX
from services.chassis.principals import Principal

CURSOR_CHARS_MAX: Final = 256
LINES_DEFAULT: Final = 20
ROWS_DEFAULT: Final = 100

AsOf = Annotated[str, Field(max_length=TOKEN_CHARS_MAX)]
Lines = Annotated[int, Field(ge=1, le=LINES_MAX)]


class FiguresQuery(BaseModel):
    """Whose figures, and as of when: a token, a business time in microseconds since 1970, or nothing for now."""

    model_config = ConfigDict(extra="forbid")
    unit: Id
    as_of: AsOf = ""


class ChildrenQuery(FiguresQuery):
    """A page of the units directly below."""

    cursor: Annotated[str, Field(max_length=CURSOR_CHARS_MAX)] = ""
    limit: Annotated[int, Field(ge=1, le=ROWS_MAX)] = ROWS_DEFAULT


class LinesQuery(FiguresQuery):
    """How many lines."""

    limit: Lines = LINES_DEFAULT


class EntriesQuery(FiguresQuery):
    """Of which figure, and in which layer below the unit; without a layer of all."""

    figure: Literal["inflation", "compression", "load", "passed_through", "empty", "gap", "minutes"]
    layer: Annotated[int, Field(ge=0, le=LAYERS_MAX)] | None = None
    limit: Annotated[int, Field(ge=1, le=ENTRIES_MAX)] = ROWS_DEFAULT


class OverviewAnswer(RootModel[answers.Overview]):
    """A unit's figures over all open directives."""


class DirectiveFiguresAnswer(RootModel[answers.DirectiveFigures]):
    """A unit's figures under one directive."""


class ChildrenAnswer(RootModel[answers.Children]):
    """The units directly below, by code."""


class BlockersAnswer(RootModel[answers.Blockers]):
    """Where it is stuck."""


class ExplanationAnswer(RootModel[answers.Explanation]):
    """Why a figure is what it is."""


class BurdenAnswer(RootModel[answers_burden.Burden]):
    """What the asking costs."""


class BurdenEntriesAnswer(RootModel[answers_burden.BurdenEntries]):
    """The entries behind a figure."""


async def get_overview(incoming: Incoming) -> ASGIApp:
    """Over all open directives."""
    asked = incoming.query(FiguresQuery)
    caller = incoming.api.callers.principal(incoming.caller)
    board = await _board(incoming)
    return _shown(incoming, await board.overview(caller, asked["unit"], asked.get("as_of", "")))


async def get_directive_figures(incoming: Incoming) -> ASGIApp:
    """Under one directive."""
    asked = incoming.query(FiguresQuery)
    board = await _board(incoming)
    return _shown(incoming, await board.directive(*_asked(incoming, asked)))


async def list_child_figures(incoming: Incoming) -> ASGIApp:
    """The units directly below."""
    asked = incoming.query(ChildrenQuery)
    page = (asked.get("cursor", ""), asked.get("limit", ROWS_DEFAULT))
    board = await _board(incoming)
    return _shown(incoming, await board.children(*_asked(incoming, asked), *page))


async def list_blockers(incoming: Incoming) -> ASGIApp:
    """The heaviest overdue lines."""
    asked = incoming.query(LinesQuery)
    limit = asked.get("limit", LINES_DEFAULT)
    board = await _board(incoming)
    return _shown(incoming, await board.blockers(*_asked(incoming, asked), limit))


async def explain_figures(incoming: Incoming) -> ASGIApp:
    """Down to entries."""
    asked = incoming.query(LinesQuery)
    limit = asked.get("limit", LINES_DEFAULT)
    board = await _board(incoming)
    return _shown(incoming, await board.explain(*_asked(incoming, asked), limit))


async def get_burden(incoming: Incoming) -> ASGIApp:
    """What the asking costs the units below one."""
    asked = incoming.query(FiguresQuery)
    caller = incoming.api.callers.principal(incoming.caller)
    board = await _board(incoming)
    return _shown(incoming, await board.burden(caller, asked["unit"], asked.get("as_of", "")))


async def list_burden_entries(incoming: Incoming) -> ASGIApp:
    """The entries behind one of its figures."""
    asked = incoming.query(EntriesQuery)
    caller = incoming.api.callers.principal(incoming.caller)
    board = await _board(incoming)
    which = (asked["figure"], asked.get("layer"), asked.get("limit", ROWS_DEFAULT))
    return _shown(incoming, await board.burden_entries(caller, asked["unit"], asked.get("as_of", ""), *which))


def views_of(board: Board, callers: Callers) -> Views:
    """What the live views need."""

    async def admit(caller: Caller, keys: Sequence[Key]) -> None:
        await board.admit(callers.principal(caller), [(key.directive_id, key.unit_id) for key in keys])

    async def figures(key: Key) -> Figures:
        return Figures(*await board.key(key.directive_id, key.unit_id))

    async def feed(caller: Caller, after: str, items_max: int) -> list[FeedItem]:
        items = await board.feed(callers.principal(caller), after, items_max)
        return [FeedItem(item.cursor, orjson.dumps(item)) for item in items]

    return Views(admit, figures, feed)


def _asked(incoming: Incoming, asked: Mapping[str, Any]) -> tuple[Principal, str, str, str]:
    caller = incoming.api.callers.principal(incoming.caller)
    return caller, incoming.params["directive_id"], asked["unit"], asked.get("as_of", "")


async def _board(incoming: Incoming) -> Board:
    """The read model, no older than Hj-Not-Before asks for. Raises NotCaughtUp."""
    api = incoming.api
    not_before = incoming.headers.get(positions.NOT_BEFORE)
    if not_before:
        await api.board.reach(positions.positions_of(not_before), api.figures.flushed)
    return api.board


def _shown(incoming: Incoming, answer: answers.Answer | AskingAnswer) -> ASGIApp:
    """The answer; 304 where nothing but the hour has changed."""
    still = replace(answer, moment=replace(answer.moment, business_us=0))
    tag = positions.shown_tag(answer.moment.position, orjson.dumps(still))
    headers = [(b"etag", tag), (positions.POSITION, answer.moment.as_of.encode("ascii"))]
    if positions.seen_before(incoming.headers.get(b"if-none-match", b""), tag):
        return Answered(b"", 304, headers, caching=REVALIDATE)
    return Answered(orjson.dumps(answer), 200, headers, caching=REVALIDATE)


_HEADERS: Final = ("If-None-Match", "Hj-Not-Before")
_DIRECTIVE: Final = "/dashboard/directives/{directive_id}"

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("get_overview", "GET", "/dashboard/overview", "dashboard",
              "A unit's figures over all open directives", get_overview,
              query=FiguresQuery, answer=OverviewAnswer, headers=_HEADERS),
    Operation("get_directive_figures", "GET", _DIRECTIVE, "dashboard",
              "A unit's figures under one directive", get_directive_figures,
              query=FiguresQuery, answer=DirectiveFiguresAnswer, headers=_HEADERS),
    Operation("list_child_figures", "GET", f"{_DIRECTIVE}/children", "dashboard",
              "The figures of the units directly below, by code", list_child_figures,
              query=ChildrenQuery, answer=ChildrenAnswer, headers=_HEADERS),
    Operation("list_blockers", "GET", f"{_DIRECTIVE}/blockers", "dashboard",
              "Where it is stuck: the weightiest overdue shares, with who can end them", list_blockers,
              query=LinesQuery, answer=BlockersAnswer, headers=_HEADERS),
    Operation("explain_figures", "GET", f"{_DIRECTIVE}/explain", "dashboard",
              "Why a figure is what it is, down to the entries", explain_figures,
              query=LinesQuery, answer=ExplanationAnswer, headers=_HEADERS),
    Operation("get_burden", "GET", "/dashboard/burden", "dashboard",
              "What the asking costs: what was added, time left, load, what was found true, minutes a week", get_burden,
              query=FiguresQuery, answer=BurdenAnswer, headers=_HEADERS),
    Operation("list_burden_entries", "GET", "/dashboard/burden/entries", "dashboard",
              "The entries that one of these figures rests on, oldest first", list_burden_entries,
              query=EntriesQuery, answer=BurdenEntriesAnswer, headers=_HEADERS),
)  # fmt: skip
