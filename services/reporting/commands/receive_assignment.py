"""A unit signs for an assignment and names who is responsible: usually in one tap."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.reporting.commands.assignment_acts import case_for, responsible_of, settle
from services.reporting.domain.assignments import Now, name, receive, receive_and_name


def receive_assignment(command: pb.ReceiveAssignmentRequest, act: Act) -> pb.AssignmentResponse:
    """Receives; and names the post's holder, else the unit's first responsible person, unless `receive_only`."""
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    now = Now(act.now_us)
    if command.receive_only:
        return settle(act, case, receive(case, now))
    receive(case, now)
    responsible = responsible_of(act, command.unit_id, command.post_id, command.target_us)
    return settle(act, case, receive_and_name(case, responsible, now))


def name_responsible(command: pb.NameResponsibleRequest, act: Act) -> pb.AssignmentResponse:
    """Names, or names another person while the work is under way."""
    case = case_for(act, command.directive_id, command.unit_id, command.expected_version)
    responsible = responsible_of(act, command.unit_id, command.post_id, command.target_us)
    return settle(act, case, name(case, responsible, Now(act.now_us)))
