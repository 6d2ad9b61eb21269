"""The consumer of the sample: mirrors the counters, reacts to big additions, and decides on an absence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from services.chassis.act import Act
from services.chassis.app import App, Listen
from services.chassis.ledger import Fact
from services.chassis.permissions import MACHINE, OPERATOR, Where, allow
from services.chassis.store import Transaction
from services.kernel.refusal import Category, Refusal
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.mirror import commands, queries

BIG = 1_000
POISON = 666_666


@dataclass(frozen=True, slots=True)
class Reserved:
    counter_id: str


@dataclass(frozen=True, slots=True)
class BigSeen:
    counter_id: str
    amount: int


class CounterOpenAlready(Refusal):
    code: ClassVar[str] = "SAMPLE_COUNTER_OPEN_ALREADY"
    category: ClassVar[Category] = Category.RULE
    counter_id: str


# Tests set it to make one event fail to apply.
poison_active = [True]


def _mirror_opened(tx: Transaction, fact: Fact, data: bytes) -> None:
    tx.run("INSERT INTO mirrored VALUES (?, 0, 0)", (pb.CounterOpened.FromString(data).counter_id,))


def _mirror_added(tx: Transaction, fact: Fact, data: bytes) -> None:
    event = pb.Added.FromString(data)
    if event.amount == POISON and poison_active[0]:
        raise RuntimeError("this entry cannot be applied yet")
    tx.run(
        "UPDATE mirrored SET total = total + ?, additions = additions + 1 WHERE counter_id = ?",
        (event.amount, event.counter_id),
    )


def _note_big(act: Act, fact: Fact, data: bytes) -> None:
    event = pb.Added.FromString(data)
    if event.amount >= BIG:
        act.record(BigSeen(event.counter_id, event.amount), subject=event.counter_id)


def _reserved(tx: Transaction, fact: Fact, event: Reserved) -> None:
    tx.run("INSERT INTO reserved VALUES (?)", (event.counter_id,))


def _big_seen(tx: Transaction, fact: Fact, event: BigSeen) -> None:
    tx.run("INSERT INTO big VALUES (?, ?)", (event.counter_id, event.amount))


APP = App(
    name="mirror",
    descriptor=pb.DESCRIPTOR.services_by_name["MirrorService"],
    commands=commands,
    queries=queries,
    permissions={
        "Reserve": (allow(OPERATOR, MACHINE, where=Where.HELD),),
        "GetMirror": (allow(OPERATOR, MACHINE, where=Where.HELD),),
    },
    events=(Reserved, BigSeen),
    messages=(pb,),
    evolve={Reserved: _reserved, BigSeen: _big_seen},
    schema=Path(__file__).parent / "schema",
    listens={
        "counters": Listen(
            projections={
                "huanjie.sample.v1.CounterOpened": _mirror_opened,
                "huanjie.sample.v1.Added": _mirror_added,
            },
            reactions={"huanjie.sample.v1.Added": _note_big},
            tables=("mirrored",),
        )
    },
)
