"""One directive."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.refusals import NotFound
from services.reporting.queries.directive_messages import directive_message, visible
from services.reporting.store import directives


def get_directive(query: pb.GetDirectiveRequest, ask: Ask) -> pb.Directive:
    """Also a withdrawn one. Raises NotFound, also for what the caller may not see."""
    directive = directives.load(ask.reader, query.directive_id)
    if not visible(ask.reader, directive, ask.scope()):
        raise NotFound(kind="directive", id=query.directive_id)
    return directive_message(ask.reader, directive)
