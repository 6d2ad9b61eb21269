"""Builds that are broken on purpose: the campaign must catch each, or it proves nothing.

A broken build shows a state that an honest one never does, for a moment. So that catching it is no matter of luck, the
hand may ask for that moment: the build tells when it is in it, and stays there until it is killed.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Any

from services.chassis import inbox, relay, sink, writer
from services.chassis.inbox import Read
from services.chassis.ledger import Stored
from services.chassis.store import Transaction

# The file descriptor of this process' end of the line to the hand.
LINE_VARIABLE = "HUANJIE_TEST_LINE"
ASK = b"?"
IN_IT = b"!"
# Time for answers that were given to leave the process.
LEAVING_SECONDS = 0.1


class Moment:
    """The moment that an honest build does not have."""

    def __init__(self) -> None:
        fd = os.environ.get(LINE_VARIABLE)
        self._line = socket.socket(fileno=int(fd)) if fd else None
        if self._line is not None:
            self._line.setblocking(False)

    async def dwell(self) -> None:
        """Goes on at once, unless the hand has asked: then tells it, and waits to be killed."""
        if self._line is None:
            return
        try:
            self._line.recv(1)
        except BlockingIOError:
            return
        await asyncio.wait([asyncio.ensure_future(asyncio.Event().wait())], timeout=LEAVING_SECONDS)
        self._line.send(IN_IT)
        await asyncio.Event().wait()


moment = Moment()


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
        if any(b".Added" in entry for entry in entries):
            await moment.dwell()
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
        if any(isinstance(item, writer.Call) and item.bound.name == "Add" for item in batch):
            await moment.dwell()
        opened.__exit__(None, None, None)
        batch.clear()

    writer.Writer._commit_waiting = commit_waiting  # type: ignore[method-assign]


BY_NAME: dict[str, Callable[[], None]] = {
    "inbox_outside_the_transaction": inbox_outside_the_transaction,
    "relay_skips_a_row": relay_skips_a_row,
    "answer_before_commit": answer_before_commit,
}
