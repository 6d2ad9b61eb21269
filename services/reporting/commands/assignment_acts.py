"""What all acts on one assignment have in common: the case is loaded, its version checked, the outcome recorded."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import PermissionDenied, StaleVersion
from services.reporting.domain.assignments import Case, Outcome, Responsible
from services.reporting.domain.directive_errors import NoResponsible
from services.reporting.domain.directives import subject_of
from services.reporting.store import directives, posts
from services.reporting.store.assignments import load_case


def case_for(act: Act, directive_id: str, unit_id: str, expected_version: int) -> Case:
    """The assignment as it stands. Raises NotFound, NotOnRoute, StaleVersion."""
    case = load_case(act.tx, directives.load(act.tx, directive_id), unit_id)
    if expected_version not in (0, case.assignment.version):
        raise StaleVersion(expected=expected_version, actual=case.assignment.version)
    return case


def settle(act: Act, case: Case, outcome: Outcome) -> pb.AssignmentResponse:
    """Records what was decided, and answers with the state it led to."""
    for event in outcome.events:
        act.record(event, subject=subject_of(case.directive, case.unit_id), turnover=case.directive.turnover)
    version = case.assignment.version + len(outcome.events)
    return pb.AssignmentResponse(state=outcome.state, version=version)


def acting_unit(act: Act, method: str) -> str:
    """The unit for which the caller acts."""
    if act.grant is None:
        raise PermissionDenied(action=method)
    return act.grant.unit_id


def responsible_of(act: Act, unit_id: str, post_id: str, target_us: int) -> Responsible:
    """The holder of the post, or the unit's first responsible person. Raises NotFound, NoResponsible."""
    post = posts.load_post(act.tx, unit_id, post_id) if post_id else posts.first_holder(act.tx, unit_id)
    if post is None:
        raise NoResponsible(unit_id=unit_id)
    return Responsible(post.post_id, post.person_id, target_us)
