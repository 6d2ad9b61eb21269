"""A unit ends."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.reporting.commands.unit_fields import reason_of
from services.reporting.commands.unit_guards import check_nobody_on_route, check_version
from services.reporting.domain import units
from services.reporting.store import assignments
from services.reporting.store.units import load_active


def abolish_unit(command: pb.AbolishUnitRequest, act: Act) -> pb.AbolishUnitResponse:
    """Only without children and without open assignments: nothing disappears with it."""
    reason = reason_of(command.reason)
    unit = load_active(act.tx, command.unit_id)
    check_version(unit, command.expected_version)
    children = len(tree.children(act.tx, unit.unit_id))
    open_assignments = assignments.open_count(act.tx, unit.unit_id)
    event = units.abolish(unit, children, open_assignments, reason)
    check_nobody_on_route(act.tx, unit.unit_id)
    act.record(event, subject=unit.unit_id)
    return pb.AbolishUnitResponse()
