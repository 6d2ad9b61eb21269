"""A unit's members are counted anew."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.reporting.commands.unit_fields import members_of
from services.reporting.commands.unit_guards import check_version
from services.reporting.domain.unit_events import UnitMembersCounted
from services.reporting.store.units import load_active


def count_members(command: pb.CountMembersRequest, act: Act) -> pb.CountMembersResponse:
    """The same count again is a fact too: it was counted."""
    members = members_of(command.members)
    unit = load_active(act.tx, command.unit_id)
    check_version(unit, command.expected_version)
    act.record(UnitMembersCounted(unit.unit_id, members), subject=unit.unit_id)
    return pb.CountMembersResponse()
