from __future__ import annotations

from services.chassis.act import Act
from services.chassis.binding import rests_on_absence_of
from tests.chassis.sample import sample_pb2 as pb


@rests_on_absence_of("counters")
def reserve(command: pb.ReserveRequest, act: Act) -> pb.ReserveResponse:
    from tests.chassis.sample.mirror.app import CounterOpenAlready, Reserved

    if act.tx.one("SELECT 1 FROM mirrored WHERE counter_id = ?", (command.counter_id,)) is not None:
        raise CounterOpenAlready(counter_id=command.counter_id)
    act.record(Reserved(command.counter_id), subject=command.counter_id)
    return pb.ReserveResponse()
