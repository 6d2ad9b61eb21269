"""A superior lets a unit off, with all below it, or takes that back."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.reporting.commands.assignment_acts import case_for, settle
from services.reporting.commands.directive_fields import reason_of
from services.reporting.domain.assignments import restore, withdraw


def withdraw_assignment(command: pb.WithdrawAssignmentRequest, act: Act) -> pb.AssignmentResponse:
    """The unit leaves the scope."""
    reason = reason_of(command.reason)
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    return settle(act, case, withdraw(case, reason))


def restore_assignment(command: pb.RestoreAssignmentRequest, act: Act) -> pb.AssignmentResponse:
    """The assignment stands again, as it was."""
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    return settle(act, case, restore(case))
