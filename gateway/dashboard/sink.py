"""Where the projector's consumer brings entries: into memory, rows and inbox, all in one transaction of its own thread.

Entries that arrive while a flush is being written wait for the next one: when much happens, flushes carry more and come
every FLUSH_SECONDS_MIN; the first after a pause is written at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Final, TypeVar

import structlog

from gateway.dashboard.projection import PRODUCER, Flushed, Projection
from services.chassis import inbox
from services.chassis.inbox import Read
from services.chassis.ledger import Fact
from services.chassis.store import Store, Transaction

FLUSH_SECONDS_MIN: Final = 0.01
# A batch as large as this is a rebuild, or an import: it does not wait.
BULK_ENTRIES_MIN: Final = 256

R = TypeVar("R")
log = structlog.get_logger()


class EntryUnapplied(Exception):
    """An entry could not be applied: what memory holds is worth nothing any more, and nothing may be kept."""

    def __init__(self, position: int, cause: str) -> None:
        super().__init__(cause)
        self.position = position
        self.cause = cause


class _Whole:
    """A transaction without savepoints: here an entry that fails undoes all of it, never itself alone."""

    def __init__(self, tx: Transaction) -> None:
        self.one, self.all, self.each, self.run, self.run_many = tx.one, tx.all, tx.each, tx.run, tx.run_many
        self.forget = tx.forget

    def savepoint(self) -> AbstractContextManager[None]:
        """Nothing to undo."""
        return _NOTHING


_NOTHING: Final[AbstractContextManager[None]] = nullcontext()


class ProjectorSink:
    """The consumer's sink. `flushed` is called on the event loop after each commit."""

    def __init__(self, store: Store, flushed: Callable[[Flushed], None]) -> None:
        self._store = store
        self._flushed = flushed
        self._projection: Projection | None = None
        self._failure: EntryUnapplied | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="projector")
        self._next_at = 0.0

    async def position(self, producer: str) -> Read:
        return await self.run(lambda: self.position_now(producer))

    async def apply(self, producer: str, entries: list[bytes], traceparent: str) -> Read:
        loop = asyncio.get_running_loop()
        read, flushed = await self.run(lambda: self.apply_now(producer, entries))
        self._flushed(flushed)
        wait = self._next_at - loop.time()
        if wait > 0 and len(entries) < BULK_ENTRIES_MIN:
            await asyncio.sleep(wait)
        self._next_at = loop.time() + FLUSH_SECONDS_MIN
        return read

    async def fork(self, producer: str, reason: str) -> None:
        await self.run(lambda: self._mark_forked(producer, reason))

    async def retry_parked(self) -> int:
        """Tries parked entries again, after an upgrade; returns how many remain."""
        remaining, flushed = await self.run(self.retry_parked_now)
        self._flushed(flushed)
        return remaining

    def close(self) -> None:
        """Ends the thread; may be called twice."""
        self._thread.shutdown()

    # ---- on the thread ----------------------------------------------------------------------------------

    def position_now(self, producer: str) -> Read:
        """Where the inbox stands."""
        with self._store.snapshot() as reader:
            return inbox.position_of(reader, producer)

    def apply_now(self, producer: str, entries: list[bytes]) -> tuple[Read, Flushed]:
        """Applies entries, parking those that cannot be. Raises Gap or Forked, having kept nothing."""

        def work(tx: Transaction, take: inbox.Apply) -> Read:
            return inbox.apply_batch(tx, inbox.position_of(tx, producer), entries, take)

        return self._persist(work)

    def retry_parked_now(self) -> tuple[int, Flushed]:
        """Tries parked entries again."""
        return self._persist(lambda tx, take: inbox.retry_parked(tx, PRODUCER, take))

    def _persist(self, work: Callable[[Transaction, inbox.Apply], R]) -> tuple[R, Flushed]:
        skipped: dict[int, str] = {}
        while True:
            try:
                return self._attempt(work, skipped)
            except EntryUnapplied as unapplied:
                self._projection = None
                skipped[unapplied.position] = unapplied.cause
            except BaseException:
                self._projection = None
                raise

    def _attempt(self, work: Callable[[Transaction, inbox.Apply], R], skipped: dict[int, str]) -> tuple[R, Flushed]:
        self._failure = None
        with self._store.transaction() as tx:
            projection = self._projection = self._projection or Projection.load(tx)

            def take(tx: Transaction, fact: Fact, type_name: str, data: bytes) -> None:
                if fact.position in skipped:
                    raise EntryUnapplied(fact.position, skipped[fact.position])
                if self._failure is not None:
                    return
                try:
                    projection.fold(tx, fact, type_name, data)
                except Exception as error:
                    self._failure = EntryUnapplied(fact.position, f"{type(error).__name__}: {error}")
                    raise

            done = work(_Whole(tx), take)
            if self._failure is not None:
                raise self._failure
            return done, projection.flush(tx, inbox.position_of(tx, PRODUCER).position)

    def _mark_forked(self, producer: str, reason: str) -> None:
        with self._store.transaction() as tx:
            inbox.mark_forked(tx, producer, reason)

    async def run(self, work: Callable[[], R]) -> R:
        """Runs something on the store's one thread, between flushes."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
