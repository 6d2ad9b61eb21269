"""Live figures: one hub a process; the projector encodes a change once, and the same bytes go to every viewer.

A viewer has one slot a key: what is newer replaces what was not yet written, and older never follows newer.
Keys that nobody watches, and figures that did not change, cost no viewer anything.

A latest time that passes changes figures though nothing happens: figures say when they next do so by themselves, and
one alarm a process, set to the first of these times, has the watched keys that it concerns read anew (ADR 0046).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Final

import structlog
from nats.aio.msg import Msg
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp

from gateway.api.alarm import Alarm
from gateway.api.callers import Caller
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.sse import VIEWERS_MAX, EventStream, Hub, Viewer
from gateway.api.views import ALL_DIRECTIVES, Figures, Flush, Key, Times, Views
from services.chassis.broker import Broker
from services.chassis.clock import BusinessClock, ClockSettings

KEYS_MAX: Final = 64

log = structlog.get_logger()


class FigureViewer(Viewer):
    """A viewer with one slot a key."""

    def __init__(self, account_id: str = "") -> None:
        super().__init__(account_id)
        self._slots: dict[Key, bytes] = {}
        self._given: dict[Key, tuple[int, int]] = {}

    def offer(self, key: Key, position: int, event: bytes, judged_us: int = 0) -> None:
        """Puts an event in the key's slot, unless the viewer was given one as new or newer."""
        if self._given.get(key, (-1, 0)) < (position, judged_us):
            self._given[key] = (position, judged_us)
            self._slots[key] = event
            self.ring()

    async def take(self) -> bytes:
        """All slots, emptied."""
        written = b"".join(self._slots.values())
        self._slots.clear()
        return written


@dataclass(slots=True)
class _Topic:
    """One key that is watched here, and the newest that is known of it."""

    key: Key
    viewers: set[FigureViewer] = field(default_factory=set)
    newest: Figures | None = None
    times: Times = field(default_factory=Times)
    event: bytes = b""

    def take(self, figures: Figures) -> None:
        """Keeps what is newer, and offers it to all viewers where it differs."""
        newest, times = self.newest, figures.times()
        if newest is not None and figures.position <= newest.position:
            turned = 0 < self.times.changes_at_us <= times.judged_us
            if figures.position < newest.position or not turned:
                return
        self.newest, self.times = figures, times
        if newest is None or newest.data != figures.data:
            self.event = b"id: %d\nevent: figures\ndata: %s\n\n" % (figures.position, figures.data)
            for viewer in self.viewers:
                self.show(viewer)

    def show(self, viewer: FigureViewer) -> None:
        """Offers the newest."""
        if self.newest is not None:
            viewer.offer(self.key, self.newest.position, self.event, self.times.judged_us)


class FigureHub(Hub[FigureViewer]):
    """All viewers of figures of one process."""

    def __init__(
        self,
        broker: Broker,
        subject: str,
        views: Views,
        viewers_max: int = VIEWERS_MAX,
        clock: BusinessClock | None = None,
    ) -> None:
        super().__init__(broker, subject, viewers_max)
        self._views = views
        self._alarm = Alarm(clock or BusinessClock(ClockSettings.real()), self._turned)
        self._topics: dict[bytes, _Topic] = {}
        # Topics to be read anew from the store.
        self._stale: set[bytes] = set()
        self._reading: asyncio.Task[None] | None = None
        self._flushed = asyncio.Condition()

    async def stop(self) -> None:
        """Ends every stream, and what is being read for them."""
        await super().stop()
        self._alarm.stop()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])

    async def open(self, caller: Caller, keys: Sequence[Key]) -> FigureViewer:
        """A viewer that holds the present figures of its keys. Raises ViewersFull, and what the views raise."""
        self._check_room()
        viewer = FigureViewer(caller.account_id)
        self._viewers.add(viewer)
        try:
            await self._views.admit(caller, keys)
            for key in keys:
                # Watched first, read second: what changes in between is not missed.
                topic = self._topics.setdefault(key.encode(), _Topic(key))
                topic.viewers.add(viewer)
                self._take(topic, await self._views.figures(key))
                topic.show(viewer)
        except BaseException:
            await self.leave(viewer)
            raise
        return viewer

    async def leave(self, viewer: FigureViewer) -> None:
        """The viewer is gone; what nobody watches any more is forgotten."""
        await super().leave(viewer)
        for name, topic in list(self._topics.items()):
            topic.viewers.discard(viewer)
            if not topic.viewers:
                del self._topics[name]
                self._alarm.forget(name)

    async def flushed(self, seconds: float) -> bool:
        """Waits for the projector's next flush; False when none came in time."""
        with suppress(TimeoutError):
            async with self._flushed:
                await asyncio.wait_for(self._flushed.wait(), seconds)
                return True
        return False

    async def _on_message(self, message: Msg) -> None:
        flush = Flush.decode(message.data)
        for name, data in flush.changed.items():
            topic = self._topics.get(name)
            if topic is None:
                continue
            if data is None:
                self._stale.add(name)
            else:
                self._take(topic, Figures(flush.position, data))
        self._read_stale()
        async with self._flushed:
            self._flushed.notify_all()

    def _reconnected(self) -> None:
        """What was published while the broker was away is read from the store."""
        self._stale.update(self._topics)
        self._read_stale()

    def _take(self, topic: _Topic, figures: Figures) -> None:
        topic.take(figures)
        self._alarm.set(topic.key.encode(), topic.times.changes_at_us)

    def _turned(self, names: Collection[bytes]) -> None:
        """A latest time of these keys has passed."""
        self._stale.update(names)
        self._read_stale()

    def _read_stale(self) -> None:
        if self._stale and not self._stopped and (self._reading is None or self._reading.done()):
            self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        while self._stale:
            topic = self._topics.get(self._stale.pop())
            if topic is None:
                continue
            try:
                self._take(topic, await self._views.figures(topic.key))
            except Exception as error:
                # The next change of this key, or the next reconnect, shows what was missed.
                log.warning("figures_unread", error=type(error).__name__)


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class WatchFiguresQuery(BaseModel):
    """Units to watch, for one directive or, without one, for all together."""

    model_config = ConfigDict(extra="forbid")
    node: Annotated[list[Id], Field(min_length=1, max_length=KEYS_MAX)]
    directive: Id = ALL_DIRECTIVES


async def watch_figures(incoming: Incoming) -> ASGIApp:
    """Opens a stream of `figures` events: the present ones at once, then each change, the newest only."""
    asked = incoming.query(WatchFiguresQuery)
    hub = incoming.api.figures
    directive_id = asked.get("directive", ALL_DIRECTIVES)
    keys = [Key(unit_id, directive_id) for unit_id in dict.fromkeys(asked["node"])]
    viewer = await hub.open(incoming.caller, keys)
    return EventStream(viewer, lambda: hub.leave(viewer))


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("watch_figures", "GET", "/stream", "live", "Watch figures as they change", watch_figures,
              query=WatchFiguresQuery, gives="text/event-stream"),
)  # fmt: skip
