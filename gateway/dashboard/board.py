"""The read model as the interface asks it: for a caller, of a unit they may see, no older than what they wrote.

Reads run on a few threads of their own, each on one snapshot.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from gateway.dashboard import explaining, figures
from gateway.dashboard.answers import Blockers, Children, DirectiveFigures, Explanation, FeedItem, Overview
from gateway.dashboard.answers_burden import Burden, BurdenEntries
from gateway.dashboard.answers_pack import Pack
from gateway.dashboard.burden import burden, burden_entries
from gateway.dashboard.feed import read_feed
from gateway.dashboard.model import ModelMissing, ReadModel
from gateway.dashboard.moments import Frozen, Moment, find_moment
from gateway.dashboard.naming import names_of
from gateway.dashboard.pack import pack
from gateway.dashboard.projection import PRODUCER
from gateway.dashboard.pushing import encode_key
from gateway.dashboard.sight import ALL_DIRECTIVES, admit, sight_of
from huanjie.call.v1 import call_pb2
from services.chassis import inbox, tree
from services.chassis.folder import DataFolder
from services.chassis.permissions import OPERATOR
from services.chassis.principals import Principal
from services.chassis.refusals import NotCaughtUp, PermissionDenied, ServiceUnreachable
from services.chassis.store import Reader
from services.kernel.paths import segments

READ_THREADS: Final = 2
WAIT_SECONDS_MAX: Final = 1.0

T = TypeVar("T")
# Waits for the projector's next flush, at most so many seconds; False when none came.
NextFlush = Callable[[float], Awaitable[bool]]


class Board:
    """Every read. Raises ServiceUnreachable until there is a read model."""

    def __init__(self, folder: DataFolder) -> None:
        self._model = ReadModel(folder.stores)
        self._clock = folder.business_clock()
        self._threads = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="board")

    def close(self) -> None:
        """Ends all reads; may be called twice."""
        self._threads.shutdown()
        self._model.close()

    # ---- reads of a caller --------------------------------------------------------------------------------

    async def overview(self, caller: Principal, unit_id: str, as_of: str) -> Overview:
        """A unit's figures over all open directives. Raises NotFound, PermissionDenied, BadRequest."""
        return await self._of(caller, unit_id, as_of, lambda reader, at: figures.overview(reader, unit_id, at))

    async def directive(self, caller: Principal, directive_id: str, unit_id: str, as_of: str) -> DirectiveFigures:
        """A unit's figures under one directive. Raises NotFound, PermissionDenied, BadRequest."""

        def read(reader: Reader, at: Moment) -> DirectiveFigures:
            return figures.directive_figures(reader, directive_id, unit_id, at)

        return await self._of(caller, unit_id, as_of, read, directive_id)

    async def children(
        self, caller: Principal, directive_id: str, unit_id: str, as_of: str, cursor: str, rows_max: int
    ) -> Children:
        """The units directly below, by code. Raises NotFound, PermissionDenied, BadRequest."""

        def read(reader: Reader, at: Moment) -> Children:
            return figures.children(reader, directive_id, unit_id, at, cursor, rows_max)

        return await self._of(caller, unit_id, as_of, read, directive_id)

    async def blockers(
        self, caller: Principal, directive_id: str, unit_id: str, as_of: str, lines_max: int
    ) -> Blockers:
        """Where it is stuck. Raises NotFound, PermissionDenied, BadRequest."""

        def read(reader: Reader, at: Moment) -> Blockers:
            return explaining.stuck(reader, directive_id, unit_id, at, lines_max)

        return await self._of(caller, unit_id, as_of, read, directive_id)

    async def explain(
        self, caller: Principal, directive_id: str, unit_id: str, as_of: str, lines_max: int
    ) -> Explanation:
        """Why a figure is what it is. Raises NotFound, PermissionDenied, BadRequest."""

        def read(reader: Reader, at: Moment) -> Explanation:
            return explaining.explain(reader, directive_id, unit_id, at, lines_max)

        return await self._of(caller, unit_id, as_of, read, directive_id)

    async def burden(self, caller: Principal, unit_id: str, as_of: str) -> Burden:
        """What the asking costs the units below. Raises NotFound, PermissionDenied, BadRequest."""
        return await self._of(caller, unit_id, as_of, lambda reader, at: burden(reader, unit_id, at))

    async def burden_entries(
        self, caller: Principal, unit_id: str, as_of: str, figure: str, layer: int | None, entries_max: int
    ) -> BurdenEntries:
        """The entries behind one of its figures. Raises NotFound, PermissionDenied, BadRequest."""

        def read(reader: Reader, at: Moment) -> BurdenEntries:
            return burden_entries(reader, unit_id, figure, layer, at, entries_max)

        return await self._of(caller, unit_id, as_of, read)

    async def pack(self, caller: Principal, unit_id: str, frozen: Frozen) -> Pack:
        """The facts of a dispatch pack, for operators. Raises NotFound, PermissionDenied, BadRequest."""

        def read(reader: Reader) -> Pack:
            admit(reader, caller, unit_id)
            if not _operates(reader, caller, unit_id):
                raise PermissionDenied(action="print_pack")
            now, since = frozen.moments(reader, self._now_us())
            return pack(reader, unit_id, now, since)

        return await self._run(read)

    async def feed(self, caller: Principal, after: str, items_max: int) -> list[FeedItem]:
        """What happened, as far as the caller may see it. Raises BadRequest."""
        return await self._run(lambda reader: read_feed(reader, sight_of(reader, caller), after, items_max))

    async def names(self, caller: Principal, ids: Iterable[str]) -> Mapping[str, str]:
        """What ids stand for, as far as the caller may know it."""
        return await self._run(lambda reader: names_of(reader, caller, ids, PRODUCER))

    async def admit(self, caller: Principal, keys: Iterable[tuple[str, str]]) -> None:
        """Raises NotFound or PermissionDenied where the caller may not see one of the (directive, unit) pairs."""
        wanted = list(keys)

        def read(reader: Reader) -> None:
            for directive_id, unit_id in wanted:
                admit(reader, caller, unit_id, directive_id)

        await self._run(read)

    # ---- reads of the live view -----------------------------------------------------------------------------

    async def key(self, directive_id: str, unit_id: str) -> tuple[int, bytes]:
        """The figures of a key as one line of JSON, and the position that they stand for. Raises NotFound."""
        return await self._run(lambda reader: encode_key(reader, directive_id, unit_id, self._now_us()))

    # ---- positions --------------------------------------------------------------------------------------

    async def reach(self, not_before: Iterable[call_pb2.Position], next_flush: NextFlush) -> None:
        """Waits until the read model has come so far: nobody misses their own write. Raises NotCaughtUp."""
        wanted = max((p.position for p in not_before if p.service == PRODUCER), default=0)
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while wanted:
            left = deadline - time.monotonic()
            # Listening before looking: a flush in between is not missed.
            flush = asyncio.ensure_future(next_flush(max(left, 0)))
            try:
                if await self._run(_position) >= wanted:
                    return
                if left <= 0:
                    raise NotCaughtUp()
                await flush
            finally:
                flush.cancel()

    # ---- how ----------------------------------------------------------------------------------------------

    async def _of(
        self, caller: Principal, unit_id: str, as_of: str, read: Callable[[Reader, Moment], T],
        directive_id: str = ALL_DIRECTIVES,
    ) -> T:  # fmt: skip
        def admitted(reader: Reader) -> T:
            admit(reader, caller, unit_id, directive_id)
            return read(reader, find_moment(reader, as_of, self._now_us()))

        return await self._run(admitted)

    def _now_us(self) -> int:
        return self._clock.now_us()

    async def _run(self, work: Callable[[Reader], T]) -> T:
        def read() -> T:
            try:
                with self._model.snapshot() as reader:
                    return work(reader)
            except ModelMissing:
                raise ServiceUnreachable(service="dashboard") from None

        return await asyncio.get_running_loop().run_in_executor(self._threads, read)


def _operates(reader: Reader, caller: Principal, unit_id: str) -> bool:
    """The caller is an operator at or above the unit."""
    unit = tree.find(reader, unit_id)
    held = caller.units_in(frozenset({OPERATOR}))
    return unit is not None and any(above in held for above in segments(unit.path))


def _position(reader: Reader) -> int:
    return inbox.position_of(reader, PRODUCER).position
