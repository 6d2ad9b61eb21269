"""Names on the broker, and refusals as they travel."""

from __future__ import annotations

from huanjie.call.v1 import call_pb2 as pb
from services.chassis.refusals import from_wire, to_wire
from services.kernel.refusal import Refusal

MARK_INTERVAL_SECONDS = 0.2


class Subjects:
    """Every subject and stream name of one district. The district stands in each: leaf links carry many."""

    def __init__(self, district: str) -> None:
        self.district = district

    def command(self, service: str, method: str) -> str:
        return f"hj.{self.district}.cmd.{service}.{method}"

    def query(self, service: str, method: str) -> str:
        return f"hj.{self.district}.qry.{service}.{method}"

    def event(self, service: str, type_name: str) -> str:
        return f"hj.{self.district}.evt.{service}.{type_name.rsplit('.', 1)[-1]}"

    def events(self, service: str) -> str:
        return f"hj.{self.district}.evt.{service}.>"

    def mark(self, service: str) -> str:
        return f"hj.{self.district}.mark.{service}"

    def view(self, name: str) -> str:
        return f"hj.{self.district}.view.{name}"

    def stream(self, service: str) -> str:
        return f"HJ_{self.district}_{service}"


def refused(refusal: Refusal) -> pb.Reply:
    """A reply that says no."""
    code, params, rule = to_wire(refusal)
    parameters = [
        pb.Parameter(name=name, text=value) if isinstance(value, str) else pb.Parameter(name=name, number=value)
        for name, value in params.items()
    ]
    return pb.Reply(refused=pb.Refused(code=code, parameters=parameters, rule=rule))


def refusal_of(wire: pb.Refused) -> Refusal:
    """The refusal that a reply carries."""
    params: dict[str, str | int] = {
        p.name: p.text if p.WhichOneof("value") == "text" else p.number for p in wire.parameters
    }
    return from_wire(wire.code, params, wire.rule)
