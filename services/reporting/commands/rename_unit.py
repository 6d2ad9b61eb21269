"""A unit takes another name."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.reporting.commands.unit_fields import name_of, reason_of
from services.reporting.commands.unit_guards import check_version
from services.reporting.domain import units
from services.reporting.store.units import load_active


def rename_unit(command: pb.RenameUnitRequest, act: Act) -> pb.RenameUnitResponse:
    """The old name stays in the history."""
    name, reason = name_of("name", command.name), reason_of(command.reason)
    unit = load_active(act.tx, command.unit_id)
    check_version(unit, command.expected_version)
    siblings = tree.children(act.tx, unit.parent_id) if unit.parent_id else []
    act.record(units.rename(unit, name, siblings, reason), subject=unit.unit_id)
    return pb.RenameUnitResponse()
