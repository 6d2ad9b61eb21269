"""Server-sent events: one open stream, its heartbeats, its end; and the hub that all streams of a kind hang on."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Final, Generic, TypeVar

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from starlette.types import Receive, Scope, Send

from gateway.api.answers import NO_STORE, Header
from gateway.api.errors import ViewersFull
from services.chassis.broker import Broker

# At most ten updates a second a viewer; the first after a pause goes at once.
UPDATE_SECONDS_MIN: Final = 0.1
HEARTBEAT_SECONDS: Final = 15.0
# A browser comes back by itself, and is asked again who it is.
VIEW_SECONDS_MAX: Final = 300.0
# Of one hub.
VIEWERS_MAX: Final = 2_000
HEARTBEAT: Final = b": \n\n"
_HEADERS: Final[tuple[Header, ...]] = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    NO_STORE,
    # A proxy must not gather what is meant to be seen at once.
    (b"x-accel-buffering", b"no"),
)


class Viewer(ABC):
    """One open stream. `ring` says that there may be something to write, `close` that there will be no more."""

    def __init__(self, account_id: str = "") -> None:
        self.account_id = account_id
        self._bell = asyncio.Event()
        self._closed = False

    @abstractmethod
    async def take(self) -> bytes:
        """What is to be written now; empty for nothing."""

    def ring(self) -> None:
        """There may be something to write."""
        self._bell.set()

    def close(self) -> None:
        """The stream ends when what it is writing is written."""
        self._closed = True
        self._bell.set()

    async def events(self) -> AsyncGenerator[bytes, None]:
        """What to write, as it comes, and heartbeats in between."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + VIEW_SECONDS_MAX
        while not self._closed and loop.time() < ends_at:
            try:
                await asyncio.wait_for(self._bell.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield HEARTBEAT
                continue
            self._bell.clear()
            if written := await self.take():
                yield written
                await asyncio.sleep(UPDATE_SECONDS_MIN)


class EventStream:
    """The answer that a viewer's events are written to, an ASGI application; `leave` is called when it ends."""

    def __init__(self, viewer: Viewer, leave: Callable[[], Awaitable[None]]) -> None:
        self._viewer = viewer
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch = asyncio.create_task(self._close_on_disconnect(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            # An open stream says something at once, so that the browser knows that it is open.
            await send({"type": "http.response.body", "body": HEARTBEAT, "more_body": True})
            async with aclosing(self._viewer.events()) as events:
                async for event in events:
                    await send({"type": "http.response.body", "body": event, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            await self._leave()

    async def _close_on_disconnect(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        self._viewer.close()


V = TypeVar("V", bound=Viewer)


class Hub(ABC, Generic[V]):
    """All viewers of one kind in a process. `start` listens, `stop` ends every stream; `stop` may be called twice."""

    def __init__(self, broker: Broker, subject: str, viewers_max: int) -> None:
        self._broker = broker
        self._subject = subject
        self._viewers_max = viewers_max
        self._viewers: set[V] = set()
        self._subscription: Subscription | None = None
        self._stopped = False

    @property
    def viewers(self) -> int:
        """How many streams are open."""
        return len(self._viewers)

    async def start(self) -> None:
        """Listens to the projector."""
        self._subscription = await self._broker.client.subscribe(self._subject, cb=self._on_message)
        self._broker.on_reconnect.append(self._reconnected)

    async def stop(self) -> None:
        """Ends every stream."""
        self._stopped = True
        subscription, self._subscription = self._subscription, None
        if subscription is not None and self._broker.client.is_connected:
            await subscription.unsubscribe()
        for viewer in list(self._viewers):
            await self.leave(viewer)

    async def leave(self, viewer: V) -> None:
        """The viewer is gone."""
        viewer.close()
        self._viewers.discard(viewer)

    def dismiss(self, account_id: str) -> None:
        """Ends the streams of an account: its browsers come back, and are asked again who they are."""
        for viewer in self._viewers:
            if viewer.account_id == account_id:
                viewer.close()

    def _check_room(self) -> None:
        """Raises ViewersFull."""
        if self._stopped or len(self._viewers) >= self._viewers_max:
            raise ViewersFull(limit=self._viewers_max)

    @abstractmethod
    async def _on_message(self, message: Msg) -> None:
        """The projector published something."""

    @abstractmethod
    def _reconnected(self) -> None:
        """The broker was away for a while."""
