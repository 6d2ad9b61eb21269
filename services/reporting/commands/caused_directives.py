"""A directive that another service's event asks for: issued as a person would, with the event as its cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from huanjie.reporting.v1 import directives_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from huanjie.schedule.v1 import turnovers_pb2
from services.chassis.act import Act
from services.kernel.workdays import DAY_US, day_of, start_of_day
from services.reporting.commands.directive_fields import plan_of
from services.reporting.commands.issue_directive import draft_of, issue
from services.reporting.domain import deadlines as due
from services.reporting.domain.directives import SOURCE_CHARS_MAX


def issue_caused(act: Act, spec: turnovers_pb2.DirectiveSpec, turnover: str, cause: str) -> None:
    """Nothing for a specification without a title. Raises what issuing raises."""
    if not spec.title:
        return
    request = pb.IssueDirectiveRequest(
        turnover=turnover,
        title=spec.title,
        text=spec.text,
        basis=spec.basis,
        source=spec.source[:SOURCE_CHARS_MAX],
        urgency=spec.urgency,
        issuer_unit_id=spec.issuer_unit_id,
        scope=directives_pb2.Scope(
            subtree_unit_id=spec.scope.subtree_unit_id,
            kinds=spec.scope.kinds,
            unit_ids=spec.scope.unit_ids,
            excluded_unit_ids=spec.scope.excluded_unit_ids,
        ),
    )
    draft = draft_of(request, act.tx)
    overrides = _overrides(spec, draft.size.layers, day_of(act.now_us))
    issue(request, replace(draft, plan=plan_of(pb.StagePlan(overrides=overrides))), act, cause)


def _overrides(spec: turnovers_pb2.DirectiveSpec, layers: int, today: date) -> list[directives_pb2.StageDeadline]:
    """The days as planned, none before today and none before an earlier stage: the event may have waited.

    Layers that the tree no longer has are left out; one that it has by now takes the days of the one above.
    """
    days = {(each.layer, each.stage): date.fromisoformat(each.day) for each in spec.latest}
    planned = max((layer for layer, _ in days), default=0)
    found = []
    for layer in range(1, layers + 1 if planned else 1):
        before = today
        for stage in due.STAGES:
            before = max(before, days.get((min(layer, planned), stage), before))
            # The first dispatch is the launch itself.
            if (layer, stage) != (1, due.DISPATCH):
                end_us = start_of_day(before) + DAY_US - 1
                found.append(directives_pb2.StageDeadline(layer=layer, stage=stage, due_us=end_us))
    return found
