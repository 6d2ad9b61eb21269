"""Where a service's consumers bring entries: into the writer's transaction, beside everything else it commits."""

from __future__ import annotations

from collections.abc import Mapping

from huanjie.ledger.v1 import ledger_pb2 as pb
from services.chassis import inbox
from services.chassis.act import CHASSIS_ACTOR, Act, Recorder
from services.chassis.app import Listen
from services.chassis.inbox import Read
from services.chassis.ledger import Fact
from services.chassis.principals import AUDIENCE, Grant, Principal
from services.chassis.refusals import Refusal
from services.chassis.store import Transaction
from services.chassis.telemetry import span
from services.chassis.tree_events import TREE_TYPES, tree_event
from services.chassis.writer import Writer

# So many entries that nothing is used of are read again after a crash, at most.
UNKEPT_ENTRIES_MAX = 10_000

_REACTING = Principal(CHASSIS_ACTOR.id, "", AUDIENCE, (), 0, 0, kind="service")
_REACTING_GRANT = Grant(CHASSIS_ACTOR.role, "")


class ServiceSink:
    """Applies other services' entries to this service's tables, and lets it react, exactly once."""

    def __init__(self, writer: Writer, recorder: Recorder, listens: Mapping[str, Listen]) -> None:
        self._writer = writer
        self._recorder = recorder
        self._listens = listens
        self._used = {producer: _types_used(listen) for producer, listen in listens.items()}
        # Where each inbox stands, and the position that is surely written down: behind it by what nothing was used of.
        self._reads: dict[str, Read] = {}
        self._kept: dict[str, int] = {}
        writer.along = self._keep

    async def position(self, producer: str) -> Read:
        return await self._writer.run(lambda tx: self._at(tx, producer))

    async def apply(self, producer: str, entries: list[bytes], traceparent: str) -> Read:
        at = self._reads.get(producer) or await self.position(producer)
        moved, used = inbox.read_batch(at, entries, self._used[producer].__contains__)
        if used or not at.position or moved.position >= self._kept[producer] + UNKEPT_ENTRIES_MAX:

            def work(tx: Transaction) -> None:
                with span(f"{self._recorder.ledger.identity.service}.apply", traceparent):
                    inbox.apply_used(tx, moved, used, self._one)
                    self._seen(moved)

            await self._writer.run(work)
            self._kept[producer] = moved.position
        self._seen(moved)
        self._reads[producer] = moved
        return moved

    async def fork(self, producer: str, reason: str) -> None:
        await self._writer.run(lambda tx: inbox.mark_forked(tx, producer, reason))

    async def retry_parked(self, producer: str) -> int:
        """Tries parked entries again, after an upgrade; returns how many remain."""
        return await self._writer.run(lambda tx: inbox.retry_parked(tx, producer, self._one))

    def _keep(self, tx: Transaction) -> None:
        """Goes along with every commit: an entry's `seen` is never ahead of the inbox that was committed with it."""
        for producer, at in self._reads.items():
            if at.position > self._kept[producer]:
                inbox.keep(tx, at)

    def _at(self, tx: Transaction, producer: str) -> Read:
        at = inbox.position_of(tx, producer)
        self._seen(at)
        self._reads[producer] = at
        self._kept[producer] = at.position
        return at

    def _seen(self, at: Read) -> None:
        if at.position:
            self._recorder.seen[at.producer] = pb.Seen(
                producer=at.producer, ledger_id=at.ledger_id, position=at.position
            )

    def _one(self, tx: Transaction, fact: Fact, type_name: str, data: bytes) -> None:
        listen = self._listens[fact.service]
        if listen.unit_tree:
            found = tree_event(type_name, data)
            if found is not None:
                fold, event = found
                fold(tx, fact, event)
        projection = listen.projections.get(type_name)
        if projection is not None:
            projection(tx, fact, data)
        reaction = listen.reactions.get(type_name)
        if reaction is not None:
            self._react(tx, fact, data, type_name)

    def _react(self, tx: Transaction, fact: Fact, data: bytes, type_name: str) -> None:
        """The request id of a reaction is the event id: it is acted upon once, also after a rebuild."""
        known = tx.one(
            "SELECT 1 FROM request WHERE account_id = ? AND method = ? AND request_id = ?",
            (_REACTING.account_id, type_name, fact.event_id),
        )
        if known is not None:
            return
        head = self._recorder.ledger.head
        try:
            with tx.savepoint():
                act = Act(tx, self._recorder, _REACTING, _REACTING_GRANT)
                self._listens[fact.service].reactions[type_name](act, fact, data)
        except Refusal:
            # The reaction no longer applies (the state moved on); that is its answer, for good.
            self._recorder.ledger.head = head
        except BaseException:
            self._recorder.ledger.head = head
            raise
        tx.run(
            "INSERT INTO request VALUES (?, ?, ?, ?, ?, ?, ?)",
            (_REACTING.account_id, type_name, fact.event_id, b"", b"", self._recorder.ledger.head, fact.recorded_at_us),
        )


def _types_used(listen: Listen) -> frozenset[str]:
    return (
        frozenset(listen.projections) | frozenset(listen.reactions) | (TREE_TYPES if listen.unit_tree else frozenset())
    )
