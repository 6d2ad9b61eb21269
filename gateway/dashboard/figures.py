"""The figures of one unit: under one directive, over all of them, and of the units directly below. O(layers) each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from gateway.dashboard import rounding
from gateway.dashboard.answers import (
    AccountRow,
    ChildFigures,
    Children,
    DirectiveFigures,
    DirectiveRef,
    DirectiveSummary,
    Headline,
    Latency,
    LayerFigures,
    Overview,
    UnitRef,
)
from gateway.dashboard.moments import Moment
from gateway.dashboard.store import directives, reading
from gateway.dashboard.view import View
from services.chassis.refusals import BadRequest, NotFound
from services.chassis.store import Reader
from services.kernel.transmission import (
    MASS_E9,
    Account,
    AccountLine,
    Counter,
    Facts,
    Figures,
    LayerRow,
    Side,
    Stage,
    account,
    counter_key,
    latency_mean,
    latency_quantile,
    layer_table,
    plan_value_e9,
    schedule_lag_minutes,
)

ROWS_MAX: Final = 500
STAGES: Final = {
    Stage.DISPATCH: "dispatch",
    Stage.RECEIVE: "receive",
    Stage.NAME: "name",
    Stage.START: "start",
    Stage.REPORT: "report",
    Stage.VERIFY: "verify",
}
SIDES: Final = {Side.UNIT: "unit", Side.SUPERIOR: "superior"}
_MEDIAN: Final = Fraction(1, 2)
_MOST: Final = Fraction(9, 10)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a headline says, before rounding. `changes_at_us`: the next latest time that may change it; 0 for none."""

    account: Account
    plan_e9: int
    reach: int
    lag_minutes: int
    changes_at_us: int = 0

    def headline(self) -> Headline:
        """Rounded so that its three parts sum to a hundred."""
        done = self.account
        whole = done.mass * MASS_E9
        index, (later, late) = rounding.part(done.yield_e9, (done.not_yet_due_e9, done.overdue_e9))
        return Headline(
            mass=done.mass,
            index=rounding.shown(index) if whole else None,
            not_yet_due=rounding.shown(later) if whole else None,
            overdue=rounding.shown(late) if whole else None,
            if_verified=rounding.ratio(done.if_verified_e9, whole),
            plan=rounding.ratio(self.plan_e9, whole),
            reached=rounding.ratio(self.reach, done.mass),
            lag_minutes=self.lag_minutes,
            yield_e9=done.yield_e9,
            not_yet_due_e9=done.not_yet_due_e9,
            overdue_e9=done.overdue_e9,
            if_verified_e9=done.if_verified_e9,
            plan_e9=self.plan_e9,
            reached_mass=self.reach,
        )


# ---- what is shared -----------------------------------------------------------------------------------------


def view_of(reader: Reader, directive_id: str, moment: Moment) -> View:
    """A directive at a moment. Raises NotFound."""
    row = directives.find(reader, directive_id, moment.position)
    if row is None:
        raise NotFound(kind="directive", id=directive_id)
    return View(reader, row, moment.position)


def ref_of(view: View) -> DirectiveRef:
    """A directive, named."""
    row, issued = view.row, view.terms.issued
    withdrawn = bool(row.withdrawn_position) and row.withdrawn_position <= view.position
    return DirectiveRef(
        row.directive_id, issued.number, issued.title, issued.urgency, row.issued_at_us, row.issuer_unit_id, withdrawn,
        row.route_id, view.route_name,
    )  # fmt: skip


def unit_ref(reader: Reader, unit_id: str) -> UnitRef:
    """A unit, named. Raises NotFound."""
    name = reading.names(reader, (unit_id,)).get(unit_id)
    if name is None:
        raise NotFound(kind="unit", id=unit_id)
    return UnitRef(name.unit_id, name.name, name.code, name.kind)


def totals_of(view: View, unit_id: str, now_us: int) -> Totals:
    """A unit's totals under one directive. Raises NotFound."""
    clockwork = view.clockwork(view.standing(unit_id), now_us)
    figures, scope = view.figures_of(unit_id), view.layers(unit_id)
    plan = plan_value_e9(scope, clockwork, view.terms.policy)
    lag = schedule_lag_minutes(figures, scope, clockwork, view.terms.policy)
    done = account(figures, clockwork)
    # Read last: by now everything that has a latest time was asked for it.
    return Totals(done, plan, figures.reach, lag, clockwork.ahead_us)


def account_rows(done: Account) -> list[AccountRow]:
    """The account as shown: all its shares and the index sum to a hundred."""
    amounts = [amount for line in done.lines for amount in (line.not_yet_due_e9, line.overdue_e9)]
    _, (later, late) = rounding.part(done.yield_e9, (done.not_yet_due_e9, done.overdue_e9))
    whole = done.mass * MASS_E9
    shown_later = rounding.spread(amounts[0::2], whole, later)
    shown_late = rounding.spread(amounts[1::2], whole, late)
    return [
        AccountRow(
            line.layer, STAGES[line.stage], SIDES[line.side], rounding.shown(a), rounding.shown(b),
            line.not_yet_due_e9, line.overdue_e9,
        )
        for line, a, b in zip(done.lines, shown_later, shown_late, strict=True)
    ]  # fmt: skip


# ---- one directive ------------------------------------------------------------------------------------------


def directive_figures(reader: Reader, directive_id: str, unit_id: str, moment: Moment) -> DirectiveFigures:
    """A unit's figures under one directive. Raises NotFound."""
    view = view_of(reader, directive_id, moment)
    standing = view.standing(unit_id)
    totals = totals_of(view, unit_id, moment.business_us)
    figures, scope = view.figures_of(unit_id), view.layers(unit_id)
    return DirectiveFigures(
        moment=moment,
        unit=unit_ref(reader, unit_id),
        directive=ref_of(view),
        headline=totals.headline(),
        account=account_rows(totals.account),
        layers=[_layer(row, figures) for row in layer_table(figures, scope)],
        layer=standing.layer,
        let_through=rounding.shown(rounding.rounded(standing.up)),
        policy_version=view.terms.policy.version,
        calendar_version=view.terms.calendar.version,
        changes_at_us=totals.changes_at_us,
    )


def _layer(row: LayerRow, figures: Figures) -> LayerFigures:
    def count(counter: Counter) -> int:
        return figures.counts.get(counter_key(row.layer, counter), 0)

    return LayerFigures(
        layer=row.layer,
        route_units=row.scope.route_units,
        obliged_units=row.scope.obliged_units,
        own_mass=row.scope.own_mass,
        dispatched=count(Counter.DISPATCHED),
        received=count(Counter.RECEIVED),
        received_on_time=count(Counter.RECEIVED_ON_TIME),
        named=count(Counter.NAMED),
        named_on_time=count(Counter.NAMED_ON_TIME),
        started=count(Counter.STARTED),
        reported=count(Counter.REPORTED),
        reported_on_time=count(Counter.REPORTED_ON_TIME),
        verified=count(Counter.VERIFIED),
        returned=count(Counter.RETURNED),
        pass_factor=rounding.rate(row.pass_factor),
        dispatch_factor=rounding.rate(row.dispatch_factor),
        attenuation_millibits=row.attenuation_millibits,
        coverage=rounding.rate(row.coverage),
        receipt_rate=rounding.rate(row.receipt_rate),
        naming_rate=rounding.rate(row.naming_rate),
        report_rate=rounding.rate(row.report_rate),
        verify_rate=rounding.rate(row.verify_rate),
        return_rate=rounding.rate(row.return_rate),
        passed_through_rate=rounding.rate(row.passed_through_rate),
        latencies=[_latency(row, figures, stage) for stage in Stage if stage is not Stage.DISPATCH],
    )


def _latency(row: LayerRow, figures: Figures, stage: Stage) -> Latency:
    gates = (Stage.RECEIVE, Stage.NAME)
    units = row.scope.route_units if stage in gates else row.scope.obliged_units
    mean = latency_mean(figures.counts, row.layer, stage)
    quantiles = [latency_quantile(figures.counts, row.layer, stage, units, q) for q in (_MEDIAN, _MOST)]
    return Latency(STAGES[stage], None if mean is None else int(mean), *quantiles)


# ---- over all directives ------------------------------------------------------------------------------------


def overview(reader: Reader, unit_id: str, moment: Moment) -> Overview:
    """A unit's figures over all directives that are open and have something for it. Raises NotFound."""
    unit = unit_ref(reader, unit_id)
    found: list[tuple[View, Totals]] = []
    for row in directives.open_at(reader, moment.position):
        view = View(reader, row, moment.position)
        try:
            totals = totals_of(view, unit_id, moment.business_us)
        except NotFound:
            continue
        if totals.account.mass:
            found.append((view, totals))
    total = _sum([totals for _, totals in found])
    summaries = [DirectiveSummary(ref_of(view), totals.headline()) for view, totals in found]
    rows = account_rows(total.account)
    return Overview(moment, unit, total.headline(), rows, summaries, total.changes_at_us)


def _sum(parts: Sequence[Totals]) -> Totals:
    """Every directive weighs as much as its mass (TRANSMISSION 3, w = 1)."""
    lines: dict[tuple[int, Stage, Side], list[int]] = {}
    for part in parts:
        for line in part.account.lines:
            amounts = lines.setdefault((line.layer, line.stage, line.side), [0, 0])
            amounts[0] += line.not_yet_due_e9
            amounts[1] += line.overdue_e9
    accounts = [part.account for part in parts]
    total = Account(
        sum(one.mass for one in accounts),
        sum(one.yield_e9 for one in accounts),
        sum(one.not_yet_due_e9 for one in accounts),
        sum(one.overdue_e9 for one in accounts),
        sum(one.if_verified_e9 for one in accounts),
        tuple(AccountLine(*place, *amounts) for place, amounts in sorted(lines.items())),
    )
    lag = max((part.lag_minutes for part in parts), default=0)
    changes_at_us = min((part.changes_at_us for part in parts if part.changes_at_us), default=0)
    return Totals(total, sum(part.plan_e9 for part in parts), sum(part.reach for part in parts), lag, changes_at_us)


# ---- the units directly below ---------------------------------------------------------------------------------


def children(reader: Reader, directive_id: str, unit_id: str, moment: Moment, cursor: str, rows_max: int) -> Children:
    """The units directly below that stand on the route, by code: a page after a cursor. Raises NotFound, BadRequest."""
    view = view_of(reader, directive_id, moment)
    standing = view.standing(unit_id)
    above = view.figures_of(unit_id).facts
    wanted = min(rows_max, ROWS_MAX)
    page = reading.children_by_code(reader, view.row.route_id, unit_id, moment.position, _after(cursor), wanted)
    view.learn_children(unit_id, [place for place, _ in page])
    names = reading.names(reader, [place.unit_id for place, _ in page])
    rows: list[ChildFigures] = []
    for place, _ in page:
        figures, scope = view.figures_of(place.unit_id), view.layers(place.unit_id)
        if not figures.mass:
            continue
        _, shift_days = figures.facts.edge(above)
        clockwork = view.clockwork(standing, moment.business_us).at(1, shift_days)
        plan = plan_value_e9(scope, clockwork, view.terms.policy)
        lag = schedule_lag_minutes(figures, scope, clockwork, view.terms.policy)
        name = names[place.unit_id]
        rows.append(
            ChildFigures(
                unit=UnitRef(name.unit_id, name.name, name.code, name.kind),
                headline=Totals(account(figures, clockwork), plan, figures.reach, lag).headline(),
                obliged=figures.own > 0,
                dispatched=figures.facts.edge(above)[0] > 0,
                let_off=bool(figures.facts.withdrawn),
                stage=_own_stage(figures.facts, dispatched=figures.facts.edge(above)[0] > 0),
                leaf=len(scope) <= 1,
            )
        )
    full = len(page) == wanted
    return Children(moment, rows, f"{page[-1][1]} {page[-1][0].unit_id}" if full else "")


def _after(cursor: str) -> tuple[str, str]:
    if not cursor:
        return "", ""
    code, space, unit_id = cursor.rpartition(" ")
    if not space:
        raise BadRequest(field="cursor", problem="malformed")
    return code, unit_id


def _own_stage(facts: Facts, *, dispatched: bool) -> str:
    """The furthest stage that the unit itself has done; "returned" while a report is owed again."""
    if facts.returns and not facts.credits[Stage.REPORT]:
        return "returned"
    done = [stage for stage in Stage if stage is not Stage.DISPATCH and facts.credits[stage]]
    if not done:
        return "dispatched" if dispatched else "pending"
    return {
        Stage.RECEIVE: "received",
        Stage.NAME: "named",
        Stage.START: "started",
        Stage.REPORT: "reported",
        Stage.VERIFY: "verified",
    }[max(done)]
