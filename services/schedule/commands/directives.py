"""What an office asks of units below, cleaned: a decision's or a requirement's directive."""

from __future__ import annotations

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.refusals import BadRequest, NotFound
from services.kernel.paths import contains
from services.kernel.workdays import day_of
from services.schedule.commands.fields import check_not_before, choice_of, day_of_text, line_of, text_of
from services.schedule.commands.plans import newest_calendar
from services.schedule.domain import directives as rules
from services.schedule.domain.turnover_events import DirectiveScope, DirectiveSpec
from services.schedule.domain.turnovers import UNIT_KINDS, Turnover
from services.schedule.store import facts

KINDS = frozenset(kind for kinds in UNIT_KINDS.values() for kind in kinds)


def spec_of(act: Act, turnover: Turnover, asked: pb.DirectiveAsked, source: str, cause: str) -> DirectiveSpec:
    """Raises BadRequest, NotFound for a unit that is not below, DayBefore, WindowBelowLayers."""
    scope = _scope_of(act, turnover, asked)
    layers = facts.layers_of(act.tx, turnover.unit_id, scope)
    if not layers:
        raise BadRequest(field="directive.scope", problem="out_of_range")
    today = day_of(act.now_us)
    done_by = day_of_text("directive.done_by_day", asked.done_by_day)
    check_not_before(done_by, today)
    spec = DirectiveSpec(
        title=line_of("directive.title", asked.title, rules.TITLE_CHARS_MAX, required=True),
        text=text_of("directive.text", asked.text, rules.TEXT_CHARS_MAX, required=True),
        basis=text_of("directive.basis", asked.basis, rules.BASIS_CHARS_MAX),
        source=source,
        urgency=choice_of("directive.urgency", asked.urgency or rules.URGENCIES[0], rules.URGENCIES),
        issuer_unit_id=turnover.unit_id,
        scope=scope,
        latest=(),
    )
    return rules.asked(spec, cause, done_by, today, layers, newest_calendar())


def _scope_of(act: Act, turnover: Turnover, asked: pb.DirectiveAsked) -> DirectiveScope:
    scope = asked.scope
    if scope.unit_ids and (scope.subtree_unit_id or scope.kinds):
        raise BadRequest(field="directive.scope", problem="malformed")
    if not KINDS.issuperset(scope.kinds):
        raise BadRequest(field="directive.scope.kinds", problem="out_of_range")
    named = [*scope.unit_ids, *scope.excluded_unit_ids]
    if len(named) > rules.SCOPE_UNITS_MAX:
        raise BadRequest(field="directive.scope", problem="too_many")
    top = tree.find(act.tx, turnover.unit_id)
    for unit_id in [*named, *([scope.subtree_unit_id] if scope.subtree_unit_id else [])]:
        unit = tree.find(act.tx, unit_id)
        if top is None or unit is None or not unit.active or not contains(top.path, unit.path):
            raise NotFound(kind="unit", id=unit_id)
    return DirectiveScope(
        "" if scope.unit_ids else scope.subtree_unit_id or turnover.unit_id,
        tuple(sorted(set(scope.kinds))),
        tuple(sorted(set(scope.unit_ids))),
        tuple(sorted(set(scope.excluded_unit_ids))),
    )
