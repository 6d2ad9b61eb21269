"""One assignment."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import routes, tree
from services.chassis.ask import Ask
from services.chassis.refusals import NotFound
from services.chassis.tree import TreeUnit
from services.reporting.domain.directives import Directive
from services.reporting.queries.assignment_messages import assignment_messages
from services.reporting.store import directives
from services.reporting.store.assignments import case_of


def get_assignment(query: pb.GetAssignmentRequest, ask: Ask) -> pb.Assignment:
    """Also one that nothing happened to. Raises NotFound, also for what the caller may not see, and NotOnRoute."""
    directive = directives.load(ask.reader, query.directive_id)
    unit = seen_on(ask, directive, query.unit_id)
    case = case_of(ask.reader, directive, unit)
    return assignment_messages(ask, [(unit, case)])[0]


def seen_unit(ask: Ask, unit_id: str) -> TreeUnit:
    """A unit in one of the caller's subtrees. Raises NotFound."""
    unit = tree.find(ask.reader, unit_id)
    if unit is None or not ask.scope().sees(unit.path):
        raise NotFound(kind="unit", id=unit_id)
    return unit


def seen_on(ask: Ask, directive: Directive, unit_id: str) -> TreeUnit:
    """A unit as it stands on the directive's route, to whoever is at or above it there or in the unit tree. Raises
    NotFound.
    """
    unit = tree.find(ask.reader, unit_id)
    if unit is not None:
        standing = routes.stand(ask.reader, directive.route_id, unit)
        if ask.scope().sees(unit.path) or ask.scope().sees_on_route(standing.path):
            return standing
    raise NotFound(kind="unit", id=unit_id)
