"""A new unit comes into the tree."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.reporting.commands.unit_fields import code_of, kind_of, members_of, name_of
from services.reporting.domain import units
from services.reporting.domain.unit_events import UnitEstablished
from services.reporting.store.units import load_above


def establish_unit(command: pb.EstablishUnitRequest, act: Act) -> pb.EstablishUnitResponse:
    """Under its parent, or as the root of an empty tree."""
    new = UnitEstablished(
        unit_id=act.new_id("unit"),
        parent_id=command.parent_id,
        code=code_of(command.code),
        name=name_of("name", command.name),
        kind=kind_of(command.kind),
        members=members_of(command.members),
    )
    above = load_above(act.tx, command.parent_id) if command.parent_id else None
    code_holder = tree.find_code(act.tx, new.code) if new.code else None
    act.record(units.establish(new, above, tree.root(act.tx), code_holder), subject=new.unit_id)
    return pb.EstablishUnitResponse(unit_id=new.unit_id)
