"""The feed of what happened, by cursor: as pages, and as a stream that goes on where the reader stopped.

The projector publishes anything at all on `<view feed>` when there is something new; what it is, each reader
reads from the store, as far as they may see it. The store is known only through an injected function.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from nats.aio.msg import Msg
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp

from gateway.api.callers import Caller
from gateway.api.incoming import Incoming
from gateway.api.operations import PAGE_ROWS_MAX, Operation
from gateway.api.rpc import shown
from gateway.api.sse import VIEWERS_MAX, EventStream, Hub, Viewer
from gateway.api.views import Views
from services.chassis.broker import Broker

ROWS_DEFAULT: Final = 50
CURSOR_CHARS_MAX: Final = 128


class FeedViewer(Viewer):
    """A reader at a cursor."""

    def __init__(self, caller: Caller, after: str, views: Views) -> None:
        super().__init__(caller.account_id)
        self._caller = caller
        self._after = after
        self._views = views
        self.ring()

    async def take(self) -> bytes:
        """What came after the cursor, a page at a time."""
        items = await self._views.feed(self._caller, self._after, PAGE_ROWS_MAX)
        if not items:
            return b""
        self._after = items[-1].cursor
        if len(items) == PAGE_ROWS_MAX:
            self.ring()
        return b"".join(b"id: %s\nevent: item\ndata: %s\n\n" % (item.cursor.encode(), item.data) for item in items)


class FeedHub(Hub[FeedViewer]):
    """All readers of one process."""

    def __init__(self, broker: Broker, subject: str, views: Views, viewers_max: int = VIEWERS_MAX) -> None:
        super().__init__(broker, subject, viewers_max)
        self.views = views

    def open(self, caller: Caller, after: str) -> FeedViewer:
        """A reader at a cursor. Raises ViewersFull."""
        self._check_room()
        viewer = FeedViewer(caller, after, self.views)
        self._viewers.add(viewer)
        return viewer

    async def _on_message(self, message: Msg) -> None:
        self._reconnected()

    def _reconnected(self) -> None:
        for viewer in self._viewers:
            viewer.ring()


class FeedQuery(BaseModel):
    """Where to go on; without `after`, the newest items."""

    model_config = ConfigDict(extra="forbid")
    after: Annotated[str, Field(max_length=CURSOR_CHARS_MAX)] = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_ROWS_MAX)] = ROWS_DEFAULT


class WatchFeedQuery(BaseModel):
    """Where to go on, when there is no Last-Event-ID header."""

    model_config = ConfigDict(extra="forbid")
    after: Annotated[str, Field(max_length=CURSOR_CHARS_MAX)] = ""


class FeedPage(BaseModel):
    """Items, oldest first; `next_cursor` is the place after the last of them."""

    items: list[dict[str, Any]]
    next_cursor: str


async def list_feed(incoming: Incoming) -> ASGIApp:
    """One page."""
    asked = incoming.query(FeedQuery)
    after = asked.get("after", "")
    items = await incoming.api.feed.views.feed(incoming.caller, after, asked.get("limit", ROWS_DEFAULT))
    rows = b",".join(item.data for item in items)
    cursor = (items[-1].cursor if items else after).encode()
    return shown(incoming, b'{"items":[%s],"next_cursor":"%s"}' % (rows, cursor))


async def watch_feed(incoming: Incoming) -> ASGIApp:
    """Opens a stream of `item` events, each with its cursor as id."""
    hub = incoming.api.feed
    resumed = incoming.headers.get(b"last-event-id", b"").decode("latin-1")[:CURSOR_CHARS_MAX]
    viewer = hub.open(incoming.caller, resumed or incoming.query(WatchFeedQuery).get("after", ""))
    return EventStream(viewer, lambda: hub.leave(viewer))


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("list_feed", "GET", "/feed", "live", "What happened, a page at a time", list_feed,
              query=FeedQuery, answer=FeedPage, headers=("If-None-Match",)),
    Operation("watch_feed", "GET", "/feed/stream", "live", "Watch what happens, resuming where one stopped", watch_feed,
              query=WatchFeedQuery, headers=("Last-Event-ID",), gives="text/event-stream"),
)  # fmt: skip
