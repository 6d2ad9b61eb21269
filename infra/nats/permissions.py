"""Who may publish and subscribe what on the broker: one table, made from what each service declares to read.

A service speaks for itself alone: its own entries, its own watermark, its own stream. It reads the streams of the
producers that it listens to, asks only them for a replay, and answers into the inboxes of those who may call it.
(Answering by ``allow_responses`` would be narrower still, but the server then remembers every delivered message.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.chassis.wire import Subjects

# Processes that are no services: they keep no ledger.
GATEWAY = "gateway"
PROJECTOR = "projector"
MACHINE = "machine"
OTHERS = (GATEWAY, PROJECTOR, MACHINE)
# The service whose entries say who may come in.
IDENTITY = "identity"
# service → producers whose ledgers it reads
Wiring = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class BrokerUser:
    """One process as the broker knows it; everything that is not named here is denied."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def broker_users(wiring: Wiring, district: str, api_prefix: str = "$JS.API") -> tuple[BrokerUser, ...]:
    """Every process of a district, services first."""
    table = _Table(wiring, Subjects(district), api_prefix)
    services = tuple(table.service(name) for name in wiring)
    return (*services, table.gateway(), table.projector(), table.machine())


def inbox(name: str) -> str:
    """Where a process hears its answers."""
    return f"_INBOX_{name}.>"


@dataclass(frozen=True, slots=True)
class _Table:
    wiring: Wiring
    subjects: Subjects
    api: str

    def service(self, name: str) -> BrokerUser:
        subjects, stream = self.subjects, self.subjects.stream(name)
        readers = [other for other, producers in self.wiring.items() if name in producers]
        return BrokerUser(
            name,
            (
                subjects.events(name),
                subjects.mark(name),
                *(f"{self.api}.STREAM.{call}.{stream}" for call in ("INFO", "CREATE", "MSG.GET")),
                *self._reading(self.wiring[name]),
                *(inbox(caller) for caller in (*readers, *OTHERS)),
            ),
            (
                subjects.command(name, "*"),
                subjects.query(name, "*"),
                *(subjects.mark(producer) for producer in self.wiring[name]),
                inbox(name),
            ),
        )

    def gateway(self) -> BrokerUser:
        """Calls everybody, shows what the projector tells, and hears of accounts that end."""
        heard = (self.subjects.view(">"), *(self.subjects.events(name) for name in self.wiring if name == IDENTITY))
        return BrokerUser(GATEWAY, self._calling(), (*heard, inbox(GATEWAY)))

    def projector(self) -> BrokerUser:
        """Reads every ledger, shows what it made of them, tells of its health; commands nobody."""
        answers = (inbox(GATEWAY), inbox(MACHINE))
        return BrokerUser(
            PROJECTOR,
            (self.subjects.view(">"), *self._reading(list(self.wiring)), *answers),
            (
                self.subjects.query(PROJECTOR, "*"),
                *(self.subjects.mark(name) for name in self.wiring),
                inbox(PROJECTOR),
            ),
        )

    def machine(self) -> BrokerUser:
        return BrokerUser(MACHINE, self._calling(), (inbox(MACHINE),))

    def _reading(self, producers: Sequence[str]) -> tuple[str, ...]:
        consumer_calls = ("CREATE", "MSG.NEXT", "DELETE")
        return tuple(
            subject
            for producer in producers
            for subject in (
                self.subjects.query(producer, "Replay"),
                *(f"{self.api}.CONSUMER.{call}.{self.subjects.stream(producer)}.>" for call in consumer_calls),
            )
        )

    def _calling(self) -> tuple[str, ...]:
        subjects = self.subjects
        calls = (s for name in self.wiring for s in (subjects.command(name, "*"), subjects.query(name, "*")))
        return (*calls, subjects.query(PROJECTOR, "*"))
