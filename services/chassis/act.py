"""What a command function is given: the transaction, the caller, the time, and the pen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from huanjie.ledger.v1 import ledger_pb2 as ledger_pb
from services.chassis.clock import BusinessClock
from services.chassis.codec import Event, EventCodec
from services.chassis.ids import Ids
from services.chassis.ledger import Fact, Ledger, fact_of, read_subject_end
from services.chassis.principals import Grant, Principal
from services.chassis.refusals import LedgerReadOnly
from services.chassis.store import Transaction

# Folds one event into the state tables; the only code that changes them.
Evolve = Callable[[Transaction, Fact, Any], None]

CHASSIS_ACTOR = ledger_pb.Actor(id="chassis", role="chassis")


class Recorder:
    """Appends an event to the ledger and evolves the state from it, in the writer's transaction."""

    def __init__(
        self,
        ledger: Ledger,
        codec: EventCodec,
        evolve: Mapping[type, Evolve],
        clock: BusinessClock,
        ids: Ids,
    ) -> None:
        self.ledger = ledger
        self.codec = codec
        self.clock = clock
        self.ids = ids
        self._evolve = evolve
        # Positions read of other ledgers: what the writer had seen when it decided.
        self.seen: dict[str, ledger_pb.Seen] = {}
        self._types: dict[type, str] = {}

    def record(
        self,
        tx: Transaction,
        event: Event,
        *,
        subject: str,
        turnover: str,
        actor: ledger_pb.Actor,
        occurred_at_us: int,
        traceparent: str = "",
    ) -> int:
        """Writes one event and folds it; returns its position."""
        type_name, data = self.codec.encode(event)
        recorded_at_us = time.time_ns() // 1_000
        position = self.ledger.append(
            tx,
            subject=subject,
            turnover=turnover,
            type_name=type_name,
            data=data,
            occurred_at_us=occurred_at_us,
            recorded_at_us=recorded_at_us,
            actor=actor,
            seen=list(self.seen.values()),
            traceparent=traceparent,
        )
        for sha256 in self.codec.blobs_named(event):
            tx.run("INSERT OR IGNORE INTO blob_reference VALUES (?, ?)", (sha256, position))
        identity = self.ledger.identity
        fact = Fact(
            identity.service, position, subject, turnover, type_name, occurred_at_us, recorded_at_us,
            actor.id, actor.role, actor.unit_id, identity.ledger_id,
        )  # fmt: skip
        self._evolve[type(event)](tx, fact, event)
        return position

    @staticmethod
    def read_only(reason: str) -> LedgerReadOnly:
        """The refusal while the ledger may not grow."""
        return LedgerReadOnly(reason=reason)


@dataclass(slots=True)
class Act:
    """One act of one caller. Times in microseconds since 1970."""

    tx: Transaction
    _recorder: Recorder
    principal: Principal
    grant: Grant | None
    # What ``prepare_<rpc>`` returned.
    prepared: Any = None
    _traceparent: str = ""
    _now_us: int = 0

    @property
    def now_us(self) -> int:
        """Business time, the same for the whole act."""
        if not self._now_us:
            self._now_us = self._recorder.clock.now_us()
        return self._now_us

    @property
    def wall_us(self) -> int:
        """Security time: for codes, sessions and keys."""
        return time.time_ns() // 1_000

    @property
    def head(self) -> int:
        """The ledger's last position before or within this act."""
        return self._recorder.ledger.head

    def trail(self, subject: str, entries_max: int) -> list[tuple[Fact, Any]]:
        """The newest entries of one entity with their events, oldest first; unknown types are left out."""
        found = []
        for stored in read_subject_end(self.tx, subject, entries_max):
            entry = ledger_pb.Entry.FromString(stored.entry)
            event = self._recorder.codec.decode(entry.type, entry.data)
            if event is not None:
                found.append((fact_of(entry, self._recorder.ledger.identity.service), event))
        return found

    def new_id(self, prefix: str) -> str:
        """A random id, never reused."""
        return self._recorder.ids.new(prefix)

    def record(self, event: Event, *, subject: str, turnover: str = "") -> int:
        """Writes the event to the ledger and evolves the state from it; returns its position."""
        return self._recorder.record(
            self.tx,
            event,
            subject=subject,
            turnover=turnover,
            actor=self.principal.actor(self.grant),
            occurred_at_us=self.now_us,
            traceparent=self._traceparent,
        )
