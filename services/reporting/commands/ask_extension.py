"""A unit asks for more time for one stage; a superior grants or refuses it."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import refusals
from services.chassis.act import Act
from services.reporting.commands.assignment_acts import case_for, settle
from services.reporting.commands.directive_fields import reason_of
from services.reporting.domain import assignments as rules
from services.reporting.domain.assignments import EXTENSIBLE, Now
from services.reporting.domain.deadlines import EXTENSION_WORKDAYS_MAX


def ask_extension(command: pb.AskExtensionRequest, act: Act) -> pb.AssignmentResponse:
    """So many working days more than the latest time in force of a stage that is still to be done."""
    reason = reason_of(command.reason)
    if command.stage not in EXTENSIBLE:
        raise refusals.BadRequest(field="stage", problem="out_of_range")
    if not 1 <= command.workdays <= EXTENSION_WORKDAYS_MAX:
        raise refusals.BadRequest(field="workdays", problem="out_of_range")
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    outcome = rules.ask_extension(case, command.stage, command.workdays, reason, Now(act.now_us))
    return settle(act, case, outcome)


def grant_extension(command: pb.GrantExtensionRequest, act: Act) -> pb.AssignmentResponse:
    """Gives what was asked."""
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    return settle(act, case, rules.grant_extension(case, Now(act.now_us)))


def refuse_extension(command: pb.RefuseExtensionRequest, act: Act) -> pb.AssignmentResponse:
    """Does not give it, with a reason."""
    reason = reason_of(command.reason)
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    return settle(act, case, rules.refuse_extension(case, reason))
