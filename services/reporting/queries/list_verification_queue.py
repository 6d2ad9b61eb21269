"""What waits for a superior level, oldest due first, and how a unit has kept its own time as verifier."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import verification_pb2 as pb
from services.chassis import routes, tree
from services.chassis.ask import Ask
from services.chassis.holdings import Holdings
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.tree import TreeUnit
from services.kernel.paths import segments
from services.reporting.domain.assignments import Case
from services.reporting.domain.directives import Directive, DirectiveState
from services.reporting.queries.assignment_messages import actions_of
from services.reporting.queries.get_assignment import seen_unit
from services.reporting.store import directives, forms
from services.reporting.store.assignments import Cases
from services.reporting.store.verification import Waiting, record_of, waiting_after

QUEUE_ROWS_DEFAULT: Final = 50
QUEUE_ROWS_MAX: Final = 200
# A page that finds little stops looking here and says where to go on.
QUEUE_LOOKED_AT_MAX: Final = 5_000
_REVIEWS: Final = frozenset({"VerifyReport", "ReturnReport"})


def list_verification_queue(query: pb.ListVerificationQueueRequest, ask: Ask) -> pb.ListVerificationQueueResponse:
    """Reports of units below one, in pages by when their verification is due. Raises NotFound."""
    unit = seen_unit(ask, query.unit_id)
    due_us, directive_id, unit_id = key_of(query, 0, "", "")
    last: Waiting = (int(due_us), str(directive_id), str(unit_id))
    rows_max = rows_of(query, QUEUE_ROWS_DEFAULT, QUEUE_ROWS_MAX)
    cases, holdings = Cases(ask.reader), Holdings(ask.principal)
    answer = pb.ListVerificationQueueResponse()
    looked_at = waiting_after(ask.reader, last, QUEUE_LOOKED_AT_MAX)
    for waiting in looked_at:
        if len(answer.reports) == rows_max:
            answer.next_cursor = cursor_of(*last)
            return answer
        last = waiting
        if query.directive_id not in ("", waiting[1]):
            continue
        directive = directives.load(ask.reader, waiting[1])
        below = _below(ask, unit, directive, waiting[2])
        if below is None:
            continue
        case = cases.of(directive, below)
        if case.obliged and not case.withdrawn_above and case.directive.state is DirectiveState.OPEN:
            answer.reports.append(_message(ask, holdings, below, case))
    if len(looked_at) == QUEUE_LOOKED_AT_MAX:
        answer.next_cursor = cursor_of(*last)
    return answer


def get_verification_record(query: pb.GetVerificationRecordRequest, ask: Ask) -> pb.VerificationRecord:
    """Raises NotFound."""
    unit = seen_unit(ask, query.unit_id)
    record = record_of(ask.reader, unit.unit_id)
    return pb.VerificationRecord(
        unit_id=unit.unit_id,
        verified=record.verified,
        verified_late=record.verified_late,
        late_working_minutes=record.late_working_minutes,
        returned=record.returned,
    )


def _below(ask: Ask, unit: TreeUnit, directive: Directive, unit_id: str) -> TreeUnit | None:
    """An active unit that stands below another on the directive's route, as it stands there."""
    found = routes.find(ask.reader, directive.route_id, unit_id)
    if found is None or not found.active or unit.unit_id not in segments(found.path)[:-1]:
        return None
    return found


def _message(ask: Ask, holdings: Holdings, unit: TreeUnit, case: Case) -> pb.WaitingReport:
    own, directive = case.assignment, case.directive
    parent = tree.find(ask.reader, unit.parent_id) if unit.parent_id else None
    explained = forms.reported(ask.reader, directive.directive_id, unit.unit_id).explanations
    return pb.WaitingReport(
        directive_id=directive.directive_id,
        directive_title=directive.title,
        unit_id=unit.unit_id,
        unit_name=unit.name,
        parent_name=parent.name if parent else "",
        report_number=own.report_number,
        due_count=own.due_count,
        done_count=own.done_count,
        summary=own.summary,
        verify_due_us=own.verify_due_us,
        state=case.state,
        version=own.version,
        explanations=len(explained),
        actions=[method for method in actions_of(ask, holdings, unit, case) if method in _REVIEWS],
    )
