"""What the asking costs the units below one: what was added, how much time was left, how much is carried, what was
found true, and the minutes a week (TRANSMISSION 5, 10, 11). Every figure comes with the entries it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from gateway.dashboard import rounding
from gateway.dashboard.answers import DirectiveRef, UnitRef
from gateway.dashboard.answers_burden import (
    Burden,
    BurdenEntries,
    BurdenEntry,
    LayerBurden,
    Load,
    LoadCellShown,
    PiledOn,
)
from gateway.dashboard.asked import AskedOf, Met, Sent, TreesThen, asked_below
from gateway.dashboard.deeds import Deed
from gateway.dashboard.figures import STAGES, ref_of, unit_ref, view_of
from gateway.dashboard.moments import Moment
from gateway.dashboard.store import asking, directives, reading
from gateway.dashboard.view import View
from services.chassis.refusals import NotFound
from services.chassis.routes import UNIT_TREE
from services.chassis.store import Reader
from services.kernel.transmission import MASS_E9, Category, Counter, Stage, counter_key
from services.kernel.transmission.burden import (
    BURDEN_POLICY,
    MILLION,
    at_least,
    distribution,
    geometric_mean_ppm,
    wilson_ppm,
)
from services.kernel.transmission.keys import category_of, layer_of
from services.kernel.workdays import DAY_US, day_of

WEEK_US: Final = 7 * DAY_US
PILED_MAX: Final = 100
ENTRIES_MAX: Final = 500
FIGURES: Final = ("inflation", "compression", "load", "passed_through", "empty", "gap", "minutes")
_GATES: Final = (Stage.RECEIVE, Stage.NAME)


@dataclass(frozen=True, slots=True)
class Ground:
    """One entry behind a figure."""

    figure: str
    layer: int
    unit_id: str
    asked: AskedOf
    deed: Deed
    value: str
    due_us: int = 0


@dataclass(slots=True)
class Layer:
    """What is counted in one layer."""

    above: int = 0
    between: int = 0
    # (share of its time left by a superior, share that the plan grants, units)
    left: list[tuple[Fraction, Fraction, int]] = field(default_factory=list)
    counts: dict[Counter, int] = field(default_factory=dict)
    obliged: int = 0
    reported: int = 0
    empty: int = 0
    checked: int = 0
    found_true: int = 0
    earned_e9: int = 0
    minutes: int = 0


class Gathering:
    """Everything that `burden` and its entries need of one unit at one moment, counted once."""

    def __init__(self, reader: Reader, unit_id: str, moment: Moment) -> None:
        self.reader = reader
        self.unit_id = unit_id
        self.moment = moment
        self.layers: dict[int, Layer] = {}
        self.grounds: list[Ground] = []
        self.open_items: dict[str, int] = {}
        self.mass = 0
        self._handed_over = asking.handed_over(reader, moment.position)
        self._empty = asking.empty_reports(reader, moment.position)
        trees = TreesThen(reader, moment.position)
        self.asked = list(asked_below(reader, trees, unit_id, moment))
        self.units = self._count_units(trees)
        for asked in self.asked:
            self._count_scope(asked)
            self._count_met(asked)
            self._count_passed(asked)
            self._count_following(asked)
            self._count_minutes(asked)

    def layer(self, layer: int) -> Layer:
        """What is counted in a layer below the unit."""
        return self.layers.setdefault(layer, Layer())

    def _ground(
        self, figure: str, layer: int, unit_id: str, asked: AskedOf, deed: Deed, value: str, due_us: int = 0
    ) -> None:
        self.grounds.append(Ground(figure, layer, unit_id, asked, deed, value, due_us))

    def _count_units(self, trees: TreesThen) -> list[int]:
        """How many units stand in each layer, in the unit tree or on the route of something that is asked."""
        taken = dict.fromkeys((UNIT_TREE, *(asked.view.row.route_id for asked in self.asked)))
        found: list[set[str]] = []
        for route_id in taken:
            for depth, units in enumerate(trees.of(route_id).layers(self.unit_id)):
                if depth == len(found):
                    found.append(set())
                found[depth].update(units)
        return [len(units) for units in found]

    # ---- what was asked -----------------------------------------------------------------------------------

    def _count_scope(self, asked: AskedOf) -> None:
        for depth, counted in enumerate(asked.view.layers(asked.top_id)):
            layer = self.layer(asked.offset + depth)
            layer.obliged += counted.obliged_units
            if asked.between:
                layer.between += counted.obliged_units
            else:
                layer.above += counted.obliged_units
            if asked.between and counted.obliged_units:
                issuer_id = asked.view.row.issuer_unit_id
                self._ground(
                    "inflation", asked.offset + depth, issuer_id, asked, asked.issued, str(counted.obliged_units)
                )

    def _count_minutes(self, asked: AskedOf) -> None:
        """Acts whose common latest time lies within the coming week, by the policy's minutes."""
        now_us = self.moment.business_us
        top = asked.met[0]
        for depth, counted in enumerate(asked.view.layers(asked.top_id)):
            if not top.depth + depth:
                continue
            for stage, minutes in BURDEN_POLICY.minutes.items():
                due_us = asked.due_us(top.depth + depth, stage, top.shift_days)
                units = counted.route_units if stage in _GATES else counted.obliged_units
                layer = asked.offset + depth - (stage is Stage.VERIFY)
                if now_us <= due_us < now_us + WEEK_US and units and layer >= 0:
                    self.layer(layer).minutes += units * minutes
                    said = f"{STAGES[stage]} {units} × {minutes}"
                    self._ground("minutes", layer, asked.view.row.issuer_unit_id, asked, asked.issued, said, due_us)

    # ---- what was done ------------------------------------------------------------------------------------

    def _count_met(self, asked: AskedOf) -> None:
        top = asked.met[0].figures
        if not asked.between:
            self.mass += top.mass
        for depth in range(len(asked.view.layers(asked.top_id))):
            layer = self.layer(asked.offset + depth)
            for counter in (Counter.RETURNED, Counter.BROKEN_DOWN, Counter.PASSED_THROUGH):
                count = top.counts.get(counter_key(depth, counter), 0)
                layer.counts[counter] = layer.counts.get(counter, 0) + count
        for key, amount in top.vector.items():
            if not asked.between and category_of(key) is Category.EARNED:
                self.layer(asked.offset + layer_of(key)).earned_e9 += amount
        for met in asked.met:
            self._count_unit(asked, met)

    def _count_unit(self, asked: AskedOf, met: Met) -> None:
        facts, layer = met.facts, self.layer(met.layer)
        named = facts.credits[Stage.NAME]
        sent = asked.to_all.get(met.unit_id)
        if sent is not None and not named and facts.credits[Stage.RECEIVE]:
            self._ground("passed_through", met.layer, met.unit_id, asked, sent.deed, "1")
        if not met.figures.own:
            return
        if facts.credits[Stage.REPORT]:
            self._count_report(asked, met, layer)
        elif named and (naming := asked.namings.get(met.unit_id)) is not None:
            person_id = self._holder(naming)
            self.open_items[person_id] = self.open_items.get(person_id, 0) + 1
            deed = next(deed for deed in asked.deeds if deed.position == naming.position)
            self._ground("load", met.layer, met.unit_id, asked, deed, "1", deed.due_us)
        check = asked.first_checks.get(met.unit_id)
        if check is not None:
            layer.checked += 1
            if check.type == "ReportVerified":
                layer.found_true += 1
            else:
                self._ground("gap", met.layer, met.unit_id, asked, check, "1", check.due_us)

    def _count_report(self, asked: AskedOf, met: Met, layer: Layer) -> None:
        layer.reported += 1
        report = asked.last_reports.get(met.unit_id)
        if report is not None and report.position in self._empty:
            layer.empty += 1
            self._ground("empty", met.layer, met.unit_id, asked, report, "1")

    def _holder(self, naming: asking.Naming) -> str:
        """Whose the item is now: posts that changed hands took their open items along."""
        person_id, since = naming.person_id, naming.position
        while True:
            later = (way for way in self._handed_over.get((naming.post_id, person_id), ()) if way[0] > since)
            found = next(later, None)
            if found is None:
                return person_id
            since, person_id = found

    # ---- how much time was left ---------------------------------------------------------------------------

    def _count_passed(self, asked: AskedOf) -> None:
        """Each dispatch by a unit that was itself dispatched to: its own time, and what it left of it."""
        for met in asked.met:
            if not met.depth:
                continue
            own = asked.reached(met.unit_id, met.facts)
            if own is None:
                continue
            for sent, shift_days, units in self._dispatches(asked, met):
                self._count_left(asked, met, own, sent, met.shift_days + shift_days, units)

    def _dispatches(self, asked: AskedOf, met: Met) -> Iterable[tuple[Sent, int, int]]:
        """(dispatch, days by which it moves what follows, units on the route that it reached) of one unit."""
        view = asked.view
        layers = view.layers(met.unit_id)
        rest = layers[1].route_units if len(layers) > 1 else 0
        for number in view.touched(view.number(met.unit_id)):
            facts = view.figures(number).facts
            sent = asked.by_name.get(view.unit_id(number))
            if sent is None and not facts.apart:
                continue
            rest -= 1
            if sent is not None:
                yield sent, facts.shift_days, 1
        sent = asked.to_all.get(met.unit_id)
        if sent is not None and rest > 0:
            yield sent, met.facts.child_shift_days, rest

    def _count_left(self, asked: AskedOf, met: Met, own: Sent, sent: Sent, shift_days: int, units: int) -> None:
        due_us = asked.due_us(met.depth, Stage.REPORT, met.shift_days)
        child_due_us = asked.due_us(met.depth + 1, Stage.REPORT, shift_days)
        share = share_left(asked.worked, (own.at_us, due_us), (sent.at_us, child_due_us))
        if share is not None:
            grant = granted(asked, met.depth)
            self._left(asked, met, met.layer + 1, sent.deed, share, grant, units, child_due_us)

    def _count_following(self, asked: AskedOf) -> None:
        """A directive that a unit below issued because of a superior's: the same question."""
        parent = self.parent_of(asked) if asked.between else None
        if parent is None:
            return
        met = next((met for met in parent.met if met.unit_id == asked.view.row.issuer_unit_id), None)
        own = None if met is None else parent.reached(met.unit_id, met.facts)
        layers = asked.view.layers(asked.view.row.issuer_unit_id)
        if met is None or own is None or not met.depth or len(layers) < 2:
            return
        due_us = parent.due_us(met.depth, Stage.REPORT, met.shift_days)
        child_due_us = asked.due_us(1, Stage.REPORT, 0)
        issued_us = asked.view.row.issued_at_us
        share = share_left(parent.worked, (own.at_us, due_us), (issued_us, child_due_us))
        if share is not None:
            grant = granted(parent, met.depth)
            # The two may take different routes: who is reached stands where the later one goes.
            below = asked.offset + 1
            self._left(asked, met, below, asked.issued, share, grant, layers[1].route_units, child_due_us)

    def _left(
        self, asked: AskedOf, met: Met, layer: int, deed: Deed, share: Fraction, grant: Fraction, units: int,
        due_us: int,
    ) -> None:  # fmt: skip
        if units:
            self.layer(layer).left.append((share, grant, units))
            shown = f"{_hundredths(share)} / {_hundredths(grant)} × {units}"
            self._ground("compression", layer, met.unit_id, asked, deed, shown, due_us)

    def parent_of(self, asked: AskedOf) -> AskedOf | None:
        """The superior's directive that one follows, if it is open and reaches the units below the asked one."""
        parent_id = asked.view.terms.issued.parent_directive_id
        return next((other for other in self.asked if other.view.row.directive_id == parent_id), None)


def granted(asked: AskedOf, depth: int) -> Fraction:
    """The share of a layer's planned time that the plan grants to the layer below it."""
    common = asked.view.terms.deadlines.common
    own = asked.worked(common(depth, Stage.DISPATCH), common(depth, Stage.REPORT))
    below = asked.worked(common(depth + 1, Stage.DISPATCH), common(depth + 1, Stage.REPORT))
    return Fraction(max(1, below), max(1, own))


def share_left(worked: Callable[[int, int], int], own: tuple[int, int], below: tuple[int, int]) -> Fraction | None:
    """The share of its own working time, from dispatch to report, that a unit left to those below; None had it none.

    Nothing left counts as one minute, so that a geometric mean stands.
    """
    whole = worked(*own)
    return Fraction(max(1, worked(*below)), whole) if whole else None


# ---- the answer -------------------------------------------------------------------------------------------------


def burden(reader: Reader, unit_id: str, moment: Moment) -> Burden:
    """What the asking costs a unit and those below it, over all open directives. Raises NotFound."""
    unit = unit_ref(reader, unit_id)
    found = Gathering(reader, unit_id, moment)
    whole = found.mass * MASS_E9
    counted = [found.layer(layer) for layer in range(len(found.units))]
    inspected = sum(one.earned_e9 * wilson_ppm(one.found_true, one.checked)[0] for one in counted)
    checked = any(one.checked for one in counted)
    piled = piled_on(found)
    return Burden(
        moment=moment,
        unit=unit,
        policy_version=BURDEN_POLICY.version,
        policy_minutes={STAGES[stage]: minutes for stage, minutes in BURDEN_POLICY.minutes.items()},
        index=rounding.ratio(sum(one.earned_e9 for one in counted), whole),
        inspected=rounding.ratio(inspected, whole * MILLION) if checked else None,
        layers=[_layer(number, units, found.layer(number)) for number, units in enumerate(found.units)],
        load=_load(found.open_items),
        piled=piled[:PILED_MAX],
        piled_left_out=len(piled) > PILED_MAX,
    )


def _layer(number: int, units: int, one: Layer) -> LayerBurden:
    left = geometric_mean_ppm((share, count) for share, _, count in one.left)
    grant = geometric_mean_ppm((share, count) for _, share, count in one.left)
    low, high = wilson_ppm(one.found_true, one.checked)
    through, broken = one.counts.get(Counter.PASSED_THROUGH, 0), one.counts.get(Counter.BROKEN_DOWN, 0)
    returned = one.counts.get(Counter.RETURNED, 0)
    return LayerBurden(
        layer=number,
        units=units,
        asked_above=one.above,
        asked_between=one.between,
        inflation=_hundredths(Fraction(one.above + one.between, one.above)) if one.above else None,
        passed=sum(count for _, _, count in one.left),
        compression=None if left is None else _hundredths(Fraction(left, MILLION)),
        granted=None if grant is None else _hundredths(Fraction(grant, MILLION)),
        squeezed=left is not None and grant is not None and left < grant,
        broken_down=broken,
        passed_through=through,
        passed_through_rate=rounding.ratio(through, broken),
        reported=one.reported,
        empty_reports=one.empty,
        empty_rate=rounding.ratio(one.empty, one.reported),
        returned=returned,
        return_rate=rounding.ratio(returned, one.obliged),
        checked=one.checked,
        found_true=one.found_true,
        gap=rounding.ratio(one.checked - one.found_true, one.checked),
        gap_low=rounding.ratio(MILLION - high, MILLION) if one.checked else None,
        gap_high=rounding.ratio(MILLION - low, MILLION) if one.checked else None,
        minutes=one.minutes,
        minutes_each=_tenths(Fraction(one.minutes, units)) if units else None,
    )


def _load(open_items: dict[str, int]) -> Load:
    counts = sorted(open_items.values())
    over = sum(count > BURDEN_POLICY.items_max for count in counts)
    cells = [LoadCellShown(cell.items_from, cell.items_to, cell.persons) for cell in distribution(counts)]
    return Load(
        items=sum(counts), persons=at_least(len(counts)), cells=cells, items_max=BURDEN_POLICY.items_max,
        over=at_least(over), heavy=over > 0, cell_min=BURDEN_POLICY.cell_persons_min,
    )  # fmt: skip


def piled_on(found: Gathering) -> list[PiledOn]:
    """Directives that units below issued themselves, in the order in which they were issued."""
    items: list[PiledOn] = []
    for asked in found.asked:
        if not asked.between:
            continue
        view, row = asked.view, asked.view.row
        due_us = asked.due_us(1, Stage.REPORT, 0)
        parent = _parent_view(found, view)
        parent_due_us = 0 if parent is None else _parent_due_us(parent, row.issuer_unit_id)
        calendar = view.terms.calendar
        taken = calendar.workdays_between(day_of(due_us), day_of(parent_due_us)) if parent_due_us else None
        items.append(
            PiledOn(
                ref_of(view), unit_ref(found.reader, row.issuer_unit_id), asked.offset,
                sum(layer.obliged_units for layer in view.layers(row.issuer_unit_id)), due_us,
                None if parent is None else ref_of(parent), parent_due_us, taken, asked.issued.event_id,
            )
        )  # fmt: skip
    return items


def _parent_view(found: Gathering, view: View) -> View | None:
    parent_id = view.terms.issued.parent_directive_id
    if not parent_id or directives.find(found.reader, parent_id, found.moment.position) is None:
        return None
    return view_of(found.reader, parent_id, found.moment)


def _parent_due_us(parent: View, issuer_id: str) -> int:
    """When the units right below the issuer owe the superior's report; 0 where it does not reach them."""
    try:
        standing = parent.standing(issuer_id)
    except NotFound:
        return 0
    deadlines, calendar = parent.terms.deadlines, parent.terms.calendar
    return deadlines.due_us(standing.layer + 1, Stage.REPORT, standing.shift_days, calendar)


# ---- the entries behind a figure ----------------------------------------------------------------------------------


def burden_entries(
    reader: Reader, unit_id: str, figure: str, layer: int | None, moment: Moment, entries_max: int
) -> BurdenEntries:
    """The entries that one figure of a layer, or of all, rests on. Raises NotFound."""
    unit = unit_ref(reader, unit_id)
    found = [
        ground
        for ground in Gathering(reader, unit_id, moment).grounds
        if ground.figure == figure and layer in (None, ground.layer)
    ]
    found.sort(key=lambda ground: (ground.deed.position, ground.deed.ordinal, ground.layer, ground.value))
    wanted = min(entries_max, ENTRIES_MAX)
    return BurdenEntries(moment, unit, figure, _entries(reader, found[:wanted]), len(found) > wanted)


def _entries(reader: Reader, grounds: Sequence[Ground]) -> list[BurdenEntry]:
    named = reading.names(reader, [ground.unit_id for ground in grounds]) if grounds else {}
    refs: dict[str, DirectiveRef] = {}
    entries = []
    for ground in grounds:
        name, directive_id = named[ground.unit_id], ground.asked.view.row.directive_id
        if directive_id not in refs:
            refs[directive_id] = ref_of(ground.asked.view)
        unit = UnitRef(name.unit_id, name.name, name.code, name.kind)
        deed = ground.deed
        entries.append(
            BurdenEntry(
                ground.layer, unit, refs[directive_id], deed.type, ground.value, deed.at_us, ground.due_us,
                deed.event_id,
            )
        )  # fmt: skip
    return entries


def _hundredths(share: Fraction) -> str:
    """Two digits after the point, halves up."""
    whole = (200 * share.numerator + share.denominator) // (2 * share.denominator)
    return f"{whole // 100}.{whole % 100:02}"


def _tenths(amount: Fraction) -> str:
    return rounding.shown((20 * amount.numerator + amount.denominator) // (2 * amount.denominator))
