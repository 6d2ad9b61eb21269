"""A unit, with all below it, goes under another parent."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.reporting.commands.unit_fields import reason_of
from services.reporting.commands.unit_guards import check_over, check_routes, check_version
from services.reporting.domain import units
from services.reporting.store.units import height, load_above, load_active


def transfer_unit(command: pb.TransferUnitRequest, act: Act) -> pb.TransferUnitResponse:
    """The caller is operator of both parents, or above them."""
    reason = reason_of(command.reason)
    if not command.to_parent_id:
        raise BadRequest(field="to_parent_id", problem="required")
    unit = load_active(act.tx, command.unit_id)
    above = load_above(act.tx, command.to_parent_id)
    for parent_id in filter(None, (unit.parent_id, command.to_parent_id)):
        check_over(act.tx, act.principal, parent_id, "TransferUnit")
    check_version(unit, command.expected_version)
    event = units.transfer(unit, above, height(act.tx, unit), reason)
    check_routes(act.tx, unit.unit_id, command.to_parent_id)
    act.record(event, subject=unit.unit_id)
    return pb.TransferUnitResponse()
