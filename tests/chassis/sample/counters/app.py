"""The producer of the sample: counters that grow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from services.chassis.app import App
from services.chassis.ledger import Fact
from services.chassis.permissions import MACHINE, OPERATOR, Where, allow
from services.chassis.store import Transaction
from services.kernel.refusal import Category, Refusal
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters import commands, queries


@dataclass(frozen=True, slots=True)
class CounterOpened:
    counter_id: str


@dataclass(frozen=True, slots=True)
class Added:
    counter_id: str
    amount: int


class CounterMissing(Refusal):
    code: ClassVar[str] = "SAMPLE_COUNTER_MISSING"
    category: ClassVar[Category] = Category.RULE
    counter_id: str


def _opened(tx: Transaction, fact: Fact, event: CounterOpened) -> None:
    tx.run("INSERT INTO counter VALUES (?, 0, 0)", (event.counter_id,))


def _added(tx: Transaction, fact: Fact, event: Added) -> None:
    tx.run(
        "UPDATE counter SET total = total + ?, additions = additions + 1 WHERE counter_id = ?",
        (event.amount, event.counter_id),
    )


APP = App(
    name="counters",
    descriptor=pb.DESCRIPTOR.services_by_name["CountersService"],
    commands=commands,
    queries=queries,
    permissions={
        "OpenCounter": (allow(OPERATOR, MACHINE, where=Where.HELD),),
        "Add": (allow(OPERATOR, MACHINE, where=Where.HELD),),
        "GetCounter": (allow(OPERATOR, MACHINE, where=Where.HELD),),
    },
    events=(CounterOpened, Added),
    messages=(pb,),
    evolve={CounterOpened: _opened, Added: _added},
    schema=Path(__file__).parent / "schema",
)
