"""Assignments as they are answered: with the times in force and with what this caller may do now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from huanjie.reporting.v1 import directives_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import routes
from services.chassis.ask import Ask
from services.chassis.holdings import Holdings
from services.chassis.tree import TreeUnit
from services.reporting.domain import deadlines as due
from services.reporting.domain.assignment_actions import offers
from services.reporting.domain.assignment_machine import Action
from services.reporting.domain.assignments import Case
from services.reporting.permissions import PERMISSIONS
from services.reporting.queries.evidence_messages import file_message
from services.reporting.queries.matter_messages import Names
from services.reporting.store import assignments, directives, evidence, forms
from services.reporting.store.posts import posts_of

METHODS: Final[tuple[tuple[str, Action], ...]] = (
    ("ReceiveAssignment", Action.RECEIVE),
    ("NameResponsible", Action.NAME),
    ("DispatchAssignments", Action.PASS_ON),
    ("StartWork", Action.START),
    ("SubmitReport", Action.REPORT),
    ("ReportOnBehalf", Action.REPORT),
    ("ConfirmReport", Action.CONFIRM),
    ("CorrectReport", Action.CORRECT),
    ("VerifyReport", Action.VERIFY),
    ("ReturnReport", Action.RETURN),
    ("AskExtension", Action.ASK_EXTENSION),
    ("GrantExtension", Action.GRANT_EXTENSION),
    ("RefuseExtension", Action.REFUSE_EXTENSION),
    ("WithdrawAssignment", Action.WITHDRAW),
    ("RestoreAssignment", Action.RESTORE),
)
_REVIEWS: Final = (Action.VERIFY, Action.RETURN)

Row = tuple[TreeUnit, Case]


def assignment_messages(ask: Ask, rows: Sequence[Row]) -> list[pb.Assignment]:
    """The rows in their order, each unit as it stands on the directive's route; names and texts are read at once."""
    persons = {
        (post.unit_id, post.person_id): post.person_name
        for posts in posts_of(ask.reader, {unit.unit_id for unit, _ in rows}).values()
        for post in posts
    }
    texts = {case.directive.directive_id: "" for _, case in rows}
    texts = {directive_id: directives.wording(ask.reader, directive_id).text for directive_id in texts}
    holdings, names = Holdings(ask.principal), Names(ask.reader)
    by_route = routes.names_of(ask.reader, [case.directive.route_id for _, case in rows])
    found = []
    for unit, case in rows:
        message = _message(unit, case)
        message.route_name = by_route.get(case.directive.route_id, "")
        message.superior_name = names.of(unit.parent_id)
        message.person_name = persons.get((unit.unit_id, case.assignment.person_id), "")
        message.text = texts[case.directive.directive_id]
        form = forms.form_of(ask.reader, case.directive.directive_id)
        if form is not None:
            message.form_id, message.form_version = form.form_id, form.version
        shown = evidence.of_report(ask.reader, case.directive.directive_id, unit.unit_id)
        message.evidence.extend(map(file_message, shown))
        sent = assignments.sent_to_all(ask.reader, case.directive.directive_id, unit.unit_id)
        message.dispatched_on = sent.position > 0
        message.actions.extend(actions_of(ask, holdings, unit, case))
        found.append(message)
    return found


def _message(unit: TreeUnit, case: Case) -> pb.Assignment:
    directive, own = case.directive, case.assignment
    return pb.Assignment(
        directive_id=directive.directive_id,
        unit_id=unit.unit_id,
        unit_name=unit.name,
        directive_title=directive.title,
        state=case.state,
        version=own.version,
        obliged=case.obliged,
        post_id=own.post_id,
        person_id=own.person_id,
        target_us=own.target_us,
        report_number=own.report_number,
        due_count=own.due_count,
        done_count=own.done_count,
        summary=own.summary,
        on_behalf_by_unit_id=own.on_behalf_by_unit_id,
        confirmed=own.confirmed,
        return_reason=own.return_reason,
        extension_stage=own.asked_stage,
        extension_until_us=own.asked_until_us,
        deadlines=_deadlines(case),
        urgency=directive.urgency,
        number=directive.number,
        evidence_reason=directive.evidence_reason,
        correction_number=own.correction_number,
        correction_reason=own.correction_reason,
        route_id=directive.route_id,
        superior_unit_id=unit.parent_id,
    )


def _deadlines(case: Case) -> list[directives_pb2.StageDeadline]:
    calendar = due.newest_calendar()
    stages = due.STAGES[1:] if case.obliged else (due.RECEIVE, due.NAME)
    return [
        directives_pb2.StageDeadline(layer=case.layer, stage=stage, due_us=case.due_us(stage, calendar))
        for stage in stages
    ]


def actions_of(ask: Ask, holdings: Holdings, unit: TreeUnit, case: Case) -> Iterator[str]:
    """What the caller could do with it now, by method name."""
    for method, action in METHODS:
        grant = holdings.fit(PERMISSIONS[method], unit)
        if grant is None or not offers(case, action, ask.principal.account_id):
            continue
        if action in _REVIEWS and grant.unit_id == case.assignment.on_behalf_by_unit_id:
            continue
        if action is Action.PASS_ON and not assignments.dispatch_pending(ask.reader, case.directive, unit.unit_id):
            continue
        yield method
