from __future__ import annotations

from services.chassis.ask import Ask
from services.chassis.store import int_of
from tests.chassis.sample import sample_pb2 as pb


def get_mirror(query: pb.GetMirrorRequest, ask: Ask) -> pb.CounterResponse:
    row = ask.reader.one("SELECT total, additions FROM mirrored WHERE counter_id = ?", (query.counter_id,))
    return pb.CounterResponse(total=int_of(row[0]), additions=int_of(row[1])) if row else pb.CounterResponse()
