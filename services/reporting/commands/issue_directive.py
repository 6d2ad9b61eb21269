"""A directive is issued and goes to all of the issuer's children on its route: two entries, however many units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import routes
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.refusals import BadRequest, NotFound
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit
from services.kernel.paths import contains
from services.kernel.transmission import DEFAULT_POLICY
from services.kernel.workdays import CalendarError
from services.reporting.commands.directive_fields import line_of, plan_of, text_of
from services.reporting.domain import directives as rules
from services.reporting.domain.assignments import Now, pass_on
from services.reporting.domain.deadlines import Plan, plan_deadlines, unannounced_years
from services.reporting.domain.directive_errors import EmptyScope, LeadsRepeated, ParentNotAbove, UnitNotBelowIssuer
from services.reporting.domain.directive_events import DirectiveIssued, Scope, StageDeadline
from services.reporting.domain.directives import Reach, Urgency, layer_of, subject_of
from services.reporting.domain.form_events import FormAssigned
from services.reporting.domain.forms.catalogue import find_form
from services.reporting.domain.roster.kinds import UnitKind
from services.reporting.store import directives
from services.reporting.store.directives import ScopeSize
from services.reporting.store.routes import load_open


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be settled before the writer: counting a scope may touch a million units."""

    scope: Scope
    size: ScopeSize
    plan: Plan
    lead_unit_id: str
    parent_directive_id: str


def prepare_issue_directive(command: pb.IssueDirectiveRequest, ask: Ask) -> Draft:
    """Checks the scope and counts it."""
    return draft_of(command, ask.reader)


def draft_of(command: pb.IssueDirectiveRequest, reader: Reader) -> Draft:
    """What the writer needs beside the request itself. Raises NotFound, EmptyScope, BadRequest and their like."""
    route_id = _route_of(command.route_id, reader)
    issuer = _active(reader, command.issuer_unit_id, route_id)
    scope = _scope_of(command, reader, issuer)
    size = directives.scope_size(reader, issuer, _reach_of(scope), route_id)
    if not size.units:
        raise EmptyScope()
    plan = plan_of(command.plan)
    if any(layer > size.layers for layer, _ in plan.overrides or ()):
        raise BadRequest(field="plan.overrides", problem="out_of_range")
    parent_id = _parent_of(command.parent_directive_id, reader, issuer.unit_id)
    return Draft(scope, size, plan, _lead_of(command, reader), parent_id)


def issue_directive(command: pb.IssueDirectiveRequest, act: Act) -> pb.IssueDirectiveResponse:
    """Issues and dispatches to the first layer at once."""
    return issue(command, act.prepared, act)


def issue(command: pb.IssueDirectiveRequest, draft: Draft, act: Act, cause: str = "") -> pb.IssueDirectiveResponse:
    """The same for whoever asks: a person, or what happened in another service (`cause`)."""
    _route_of(command.route_id, act.tx)
    issuer = _active(act.tx, command.issuer_unit_id)
    now = Now(act.now_us)
    try:
        deadlines = plan_deadlines(draft.plan, now.us, draft.size.layers, now.calendar)
    except CalendarError:
        raise BadRequest(field="plan", problem="out_of_range") from None
    directive_id = act.new_id("dir")
    turnover = line_of("turnover", command.turnover, rules.TURNOVER_CHARS_MAX, required=True)
    event = _event_of(command, directive_id, draft, deadlines, now, cause)
    act.record(event, subject=directive_id, turnover=turnover)
    directive = directives.load(act.tx, directive_id)
    if command.form_id:
        form = find_form(command.form_id, command.form_version)
        act.record(FormAssigned(directive_id, form.form_id, form.version), subject=directive_id, turnover=turnover)
    dispatched = pass_on(directive, issuer.unit_id, 0, 0, (), now)
    act.record(dispatched, subject=subject_of(directive, issuer.unit_id), turnover=turnover)
    return pb.IssueDirectiveResponse(
        directive_id=directive_id,
        units_in_scope=draft.size.units,
        unannounced_years=unannounced_years(now.us, deadlines, now.calendar),
    )


def _event_of(
    command: pb.IssueDirectiveRequest,
    directive_id: str,
    draft: Draft,
    deadlines: tuple[StageDeadline, ...],
    now: Now,
    cause: str,
) -> DirectiveIssued:
    return DirectiveIssued(
        directive_id=directive_id,
        number=line_of("number", command.number, rules.NUMBER_CHARS_MAX),
        title=line_of("title", command.title, rules.TITLE_CHARS_MAX, required=True),
        text=text_of("text", command.text, rules.TEXT_CHARS_MAX, required=True),
        basis=text_of("basis", command.basis, rules.BASIS_CHARS_MAX),
        source=text_of("source", command.source, rules.SOURCE_CHARS_MAX),
        urgency=_urgency_of(command.urgency),
        issuer_unit_id=command.issuer_unit_id,
        scope=draft.scope,
        lead_unit_id=draft.lead_unit_id,
        assisting_unit_ids=tuple(command.assisting_unit_ids),
        deadlines=deadlines,
        calendar_version=now.calendar.version,
        policy_version=DEFAULT_POLICY.version,
        cause=cause,
        verify_workdays=draft.plan.verify_workdays,
        parent_directive_id=draft.parent_directive_id,
        evidence_reason=line_of("evidence_reason", command.evidence_reason, rules.EVIDENCE_REASON_CHARS_MAX),
        route_id=command.route_id,
    )


def _urgency_of(raw: str) -> str:
    try:
        return Urgency(raw or Urgency.ORDINARY).value
    except ValueError:
        raise BadRequest(field="urgency", problem="out_of_range") from None


def _scope_of(command: pb.IssueDirectiveRequest, reader: Reader, issuer: TreeUnit) -> Scope:
    """The scope with nothing left unsaid: without a subtree and a list it is all below the issuer."""
    asked = command.scope
    if asked.unit_ids and (asked.subtree_unit_id or asked.kinds):
        raise BadRequest(field="scope", problem="malformed")
    if any(kind not in {known.value for known in UnitKind} for kind in asked.kinds):
        raise BadRequest(field="scope.kinds", problem="out_of_range")
    for field, ids in (("unit_ids", asked.unit_ids), ("excluded_unit_ids", asked.excluded_unit_ids)):
        if len(ids) > rules.SCOPE_LIST_UNITS_MAX:
            raise BadRequest(field=f"scope.{field}", problem="too_many")
        _check_below(reader, issuer, ids, command.route_id)
    subtree_id = "" if asked.unit_ids else asked.subtree_unit_id or issuer.unit_id
    if subtree_id and subtree_id != issuer.unit_id:
        _check_below(reader, issuer, [subtree_id], command.route_id)
    return Scope(
        subtree_id,
        tuple(sorted(set(asked.kinds))),
        tuple(sorted(set(asked.unit_ids))),
        tuple(sorted(set(asked.excluded_unit_ids))),
    )


def _check_below(reader: Reader, issuer: TreeUnit, unit_ids: Iterable[str], route_id: str) -> None:
    for unit_id in unit_ids:
        unit = _active(reader, unit_id, route_id)
        if unit.unit_id == issuer.unit_id or not contains(issuer.path, unit.path):
            raise UnitNotBelowIssuer(unit_id=unit_id)


def _lead_of(command: pb.IssueDirectiveRequest, reader: Reader) -> str:
    """The lead unit: the issuer where none is named. Lead and assisting units are active and all different."""
    lead_id = command.lead_unit_id or command.issuer_unit_id
    if len(command.assisting_unit_ids) > rules.ASSISTING_UNITS_MAX:
        raise BadRequest(field="assisting_unit_ids", problem="too_many")
    seen: set[str] = set()
    for unit_id in (lead_id, *command.assisting_unit_ids):
        _active(reader, unit_id)
        if unit_id in seen:
            raise LeadsRepeated(unit_id=unit_id)
        seen.add(unit_id)
    return lead_id


def _parent_of(directive_id: str, reader: Reader, issuer_id: str) -> str:
    """The superior's directive that this one follows: open, and issued above the issuer on its own route. Raises
    NotFound, DirectiveWithdrawnAlready, ParentNotAbove.
    """
    if directive_id:
        parent = directives.load(reader, directive_id)
        parent.check_open()
        issuer = _active(reader, issuer_id, parent.route_id)
        if not layer_of(parent.issuer_unit_id, issuer.path):
            raise ParentNotAbove(directive_id=directive_id)
    return directive_id


def _active(reader: Reader, unit_id: str, route_id: str = routes.UNIT_TREE) -> TreeUnit:
    unit = routes.find(reader, route_id, unit_id)
    if unit is None or not unit.active:
        raise NotFound(kind="unit", id=unit_id)
    return unit


def _route_of(route_id: str, reader: Reader) -> str:
    """An open route, or the unit tree. Raises NotFound, RouteEndedAlready."""
    if route_id != routes.UNIT_TREE:
        load_open(reader, route_id)
    return route_id


def _reach_of(scope: Scope) -> Reach:
    return Reach(
        scope.subtree_unit_id, frozenset(scope.kinds), frozenset(scope.unit_ids), frozenset(scope.excluded_unit_ids)
    )
