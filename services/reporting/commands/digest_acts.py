"""What is overdue is told up the line: worked out beside the writer, recorded in small batches, once a superior, stage
and day however often it is begun anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from services.chassis import routes
from services.chassis.act import Act
from services.chassis.store import Reader
from services.kernel.workdays import WorkCalendar
from services.reporting.domain import deadlines as due
from services.reporting.domain.digests import DigestPlan
from services.reporting.domain.directives import Directive
from services.reporting.domain.supervision_events import DigestMade
from services.reporting.store import directives, orders
from services.reporting.store.owing import Owing

PARENTS_AT_ONCE: Final = 500


def planned_digests(reader: Reader, now_us: int) -> Iterator[DigestMade]:
    """What every superior would be told at this moment, in one reading of the open directives."""
    plan = DigestPlan(now_us, due.newest_calendar())
    for directive in directives.all_open(reader):
        _add_overdue(reader, directive, plan, plan.calendar)
    return plan.events()


def record_digests(act: Act, planned: Iterable[DigestMade]) -> int:
    """Those that were not made yet; returns how many."""
    made = 0
    for event in planned:
        if not orders.digest_made(act.tx, event.unit_id, event.stage, event.day_us):
            act.record(event, subject=event.unit_id)
            made += 1
    return made


def _add_overdue(reader: Reader, directive: Directive, plan: DigestPlan, calendar: WorkCalendar) -> None:
    route_id = directive.route_id
    issuer = routes.find(reader, route_id, directive.issuer_unit_id)
    if issuer is None:
        return
    owing = Owing(reader, directive, calendar)
    after = ""
    while parents := routes.parents_page(reader, route_id, issuer.path, after, PARENTS_AT_ONCE):
        for parent in parents:
            for step, above in owing.below(parent):
                if step.due_us < plan.now_us:
                    plan.add(directive.directive_id, step, above)
        after = parents[-1].path
