"""Directives as they are answered, and who may see them."""

from __future__ import annotations

from huanjie.reporting.v1 import directives_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import routes, tree
from services.chassis.scope import Scope
from services.chassis.store import Reader
from services.reporting.domain.assignment_machine import State
from services.reporting.domain.deadlines import STAGES
from services.reporting.domain.directives import Directive
from services.reporting.store import directives, forms
from services.reporting.store.assignments import cases_of


def visible(reader: Reader, directive: Directive, scope: Scope) -> bool:
    """To those above or at the issuer, and to units that it was dispatched to."""
    issuer = tree.find(reader, directive.issuer_unit_id)
    if issuer is not None and scope.sees(issuer.path):
        return True
    found = (routes.find(reader, directive.route_id, unit_id) for unit_id in scope.unit_ids)
    own = [unit for unit in found if unit is not None]
    return any(case.assignment.state is not State.PENDING for case in cases_of(reader, directive, own))


def directive_message(reader: Reader, directive: Directive) -> pb.Directive:
    """The whole of it."""
    wording = directives.wording(reader, directive.directive_id)
    reach = directive.reach
    form = forms.form_of(reader, directive.directive_id)
    return pb.Directive(
        directive_id=directive.directive_id,
        turnover=directive.turnover,
        number=directive.number,
        title=directive.title,
        text=wording.text,
        basis=wording.basis,
        source=wording.source,
        urgency=directive.urgency,
        issuer_unit_id=directive.issuer_unit_id,
        scope=directives_pb2.Scope(
            subtree_unit_id=reach.subtree_unit_id,
            kinds=sorted(reach.kinds),
            unit_ids=sorted(reach.listed),
            excluded_unit_ids=sorted(reach.excluded),
        ),
        lead_unit_id=wording.lead_unit_id,
        assisting_unit_ids=wording.assisting_unit_ids,
        deadlines=[
            directives_pb2.StageDeadline(layer=layer, stage=stage, due_us=directive.deadlines.common(layer, stage))
            for layer in range(1, len(directive.deadlines.rows) + 1)
            for stage in STAGES
        ],
        calendar_version=wording.calendar_version,
        policy_version=wording.policy_version,
        issued_at_us=directive.issued_at_us,
        state=directive.state,
        version=directive.version,
        form_id=form.form_id if form else "",
        form_version=form.version if form else 0,
        evidence_reason=directive.evidence_reason,
        route_id=directive.route_id,
        route_name=routes.names_of(reader, (directive.route_id,)).get(directive.route_id, ""),
    )
