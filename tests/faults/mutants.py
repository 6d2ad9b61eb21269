"""Builds that are broken on purpose: the campaign must catch each, or it proves nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from services.chassis import inbox, relay, sink, writer
from services.chassis.inbox import Read
from services.chassis.ledger import Stored
from services.chassis.store import Transaction

# How long a broken build dwells in the state that an honest one never shows: long enough to be killed in.
WINDOW = threading.Event()
WINDOW_SECONDS = 0.08


def inbox_outside_the_transaction() -> None:
    """Entries are applied in one transaction and the inbox advances in the next."""

    async def apply(self: sink.ServiceSink, producer: str, entries: list[bytes], traceparent: str) -> Read:
        moved: list[Read] = []

        def first(tx: Transaction) -> None:
            at = inbox.position_of(tx, producer)
            moved.append(inbox.apply_batch(tx, at, entries, lambda t, f, k, d: self._one(t, f, k, d)))
            tx.run("DELETE FROM inbox WHERE producer = ?", (producer,))
            if at.position:
                _advance(tx, at)

        await self._writer.run(first)
        await asyncio.to_thread(WINDOW.wait, WINDOW_SECONDS)
        await self._writer.run(lambda tx: _advance(tx, moved[0]))
        return moved[0]

    sink.ServiceSink.apply = apply  # type: ignore[method-assign]


def _advance(tx: Transaction, at: Read) -> None:
    tx.run("DELETE FROM inbox WHERE producer = ?", (at.producer,))
    tx.run(
        "INSERT INTO inbox (producer, ledger_id, epoch, position, leaf) VALUES (?, ?, ?, ?, ?)",
        (at.producer, at.ledger_id, at.epoch, at.position, at.leaf),
    )


def relay_skips_a_row() -> None:
    """The relay leaves out one entry of each page of more than one."""
    honest = relay.Relay._page

    def page(self: relay.Relay) -> list[Stored]:
        found = honest(self)
        return found[:1] + found[2:] if len(found) > 2 else found

    relay.Relay._page = page  # type: ignore[method-assign]


def answer_before_commit() -> None:
    """The writer answers as soon as it has decided, and commits afterwards."""

    async def commit_waiting(self: writer.Writer, batch: list[Any]) -> None:
        opened = self._store.transaction()
        tx = opened.__enter__()
        while self._waiting and len(batch) < self.batch_max:
            batch.append(self._waiting.popleft())
            self._run(tx, batch[-1])
        await self._answer(batch)
        await asyncio.to_thread(WINDOW.wait, WINDOW_SECONDS)
        opened.__exit__(None, None, None)
        batch.clear()

    writer.Writer._commit_waiting = commit_waiting  # type: ignore[method-assign]


BY_NAME: dict[str, Callable[[], None]] = {
    "inbox_outside_the_transaction": inbox_outside_the_transaction,
    "relay_skips_a_row": relay_skips_a_row,
    "answer_before_commit": answer_before_commit,
}
