"""A unit passes a directive on to its children."""

from __future__ import annotations

from collections.abc import Sequence

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import routes
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.reporting.domain.assignment_machine import Action, State
from services.reporting.domain.assignments import DISPATCH_UNITS_MAX, Case, Now, pass_on
from services.reporting.domain.directive_errors import AlreadyDispatched, NothingToDispatch, NotOnRoute, WrongState
from services.reporting.domain.directives import Directive, subject_of
from services.reporting.store import assignments, directives


def dispatch_assignments(command: pb.DispatchAssignmentsRequest, act: Act) -> pb.AssignmentResponse:
    """To all children on the route, or to those named; the first dispatch to all is one entry for any number.

    Children that came under the unit after a dispatch to all are reached by the next one, by name.
    """
    if len(command.child_unit_ids) > DISPATCH_UNITS_MAX:
        raise BadRequest(field="child_unit_ids", problem="too_many")
    directive = directives.load(act.tx, command.directive_id)
    directive.check_open()
    answer, layer, shift = pb.AssignmentResponse(state=directive.state, version=directive.version), 0, 0
    if command.unit_id != directive.issuer_unit_id:
        case = assignments.load_case(act.tx, directive, command.unit_id)
        state = case.after(Action.PASS_ON)
        answer = pb.AssignmentResponse(state=state, version=case.assignment.version + 1)
        layer, shift = case.layer, case.assignment.shift_workdays
    children = _children(act, directive, command)
    event = pass_on(directive, command.unit_id, layer, shift, children, Now(act.now_us))
    act.record(event, subject=subject_of(directive, command.unit_id), turnover=directive.turnover)
    return answer


def _children(act: Act, directive: Directive, command: pb.DispatchAssignmentsRequest) -> tuple[str, ...]:
    """The children to be named in the event; none of them means all."""
    if command.child_unit_ids:
        return _named(act, directive, command.unit_id, command.child_unit_ids)
    if not assignments.sent_to_all(act.tx, directive.directive_id, command.unit_id).position:
        if not assignments.dispatch_pending(act.tx, directive, command.unit_id):
            raise NothingToDispatch(unit_id=command.unit_id)
        return ()
    cases = assignments.child_cases(act.tx, directive, command.unit_id)
    missed = tuple(case.unit_id for case in cases if case.assignment.state is State.PENDING)[:DISPATCH_UNITS_MAX]
    if not missed:
        raise NothingToDispatch(unit_id=command.unit_id)
    return missed


def _named(act: Act, directive: Directive, parent_id: str, child_ids: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(child_ids))
    children = {unit.unit_id: unit for unit in routes.children(act.tx, directive.route_id, parent_id)}
    for child_id in wanted:
        if child_id not in children:
            raise NotOnRoute(unit_id=child_id)
        _check_pending(assignments.case_of(act.tx, directive, children[child_id]))
    return wanted


def _check_pending(case: Case) -> None:
    if case.assignment.state is State.WITHDRAWN:
        raise WrongState(state=State.WITHDRAWN.value, action=Action.DISPATCH.value)
    if case.assignment.state is not State.PENDING:
        raise AlreadyDispatched(unit_id=case.unit_id)
