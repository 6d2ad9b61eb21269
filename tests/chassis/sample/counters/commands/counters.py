from __future__ import annotations

from services.chassis.act import Act
from services.chassis.store import int_of
from tests.chassis.sample import sample_pb2 as pb


def open_counter(command: pb.OpenCounterRequest, act: Act) -> pb.CounterResponse:
    from tests.chassis.sample.counters.app import CounterOpened

    act.record(CounterOpened(command.counter_id), subject=command.counter_id)
    return pb.CounterResponse()


def add(command: pb.AddRequest, act: Act) -> pb.CounterResponse:
    from tests.chassis.sample.counters.app import Added, CounterMissing

    if act.tx.one("SELECT 1 FROM counter WHERE counter_id = ?", (command.counter_id,)) is None:
        raise CounterMissing(counter_id=command.counter_id)
    act.record(Added(command.counter_id, command.amount), subject=command.counter_id)
    row = act.tx.one("SELECT total, additions FROM counter WHERE counter_id = ?", (command.counter_id,))
    return pb.CounterResponse(total=int_of(row[0] if row else 0), additions=int_of(row[1] if row else 0))
