"""A unit ends in another of its kind."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.reporting.commands.unit_fields import reason_of
from services.reporting.commands.unit_guards import check_over, check_routes_merged, check_version
from services.reporting.domain import units
from services.reporting.store.units import height, load_above, load_active


def merge_unit(command: pb.MergeUnitRequest, act: Act) -> pb.MergeUnitResponse:
    """Members and children go to the other; the caller is operator of both, or above them."""
    reason = reason_of(command.reason)
    if not command.into_unit_id:
        raise BadRequest(field="into_unit_id", problem="required")
    unit = load_active(act.tx, command.unit_id)
    into = load_above(act.tx, command.into_unit_id)
    check_over(act.tx, act.principal, command.into_unit_id, "MergeUnit")
    check_version(unit, command.expected_version)
    children = tree.children(act.tx, unit.unit_id)
    event = units.merge(unit, children, into, height(act.tx, unit), reason)
    check_routes_merged(act.tx, unit.unit_id, command.into_unit_id)
    act.record(event, subject=unit.unit_id)
    return pb.MergeUnitResponse()
