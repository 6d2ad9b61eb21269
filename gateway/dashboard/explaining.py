"""Why a figure is what it is: a list of units, dates and entries (TRANSMISSION 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from gateway.dashboard import rounding
from gateway.dashboard.answers import Blockers, Explanation, LossGroup, LossLine, UnitRef
from gateway.dashboard.asked import CORRECTED, REPORTS
from gateway.dashboard.deeds import Deed
from gateway.dashboard.figures import SIDES, STAGES, ref_of, totals_of, view_of
from gateway.dashboard.moments import Moment
from gateway.dashboard.store import reading
from gateway.dashboard.view import View
from services.chassis.store import Reader
from services.kernel.transmission import (
    FULL_CREDIT_E6,
    MASS_E9,
    Category,
    Clockwork,
    Facts,
    Figures,
    Line,
    Side,
    Stage,
    blockers,
)
from services.kernel.transmission import lines as every_line
from services.kernel.transmission.explain import gate
from services.kernel.transmission.keys import DUE_SETTLED, category_of, layer_of, shifted, side_of, stage_of

LINES_MAX: Final = 200
OTHERS_MAX: Final = 20
FLOORS_E9_MAX: Final = 1_000
"""What flooring may leave over in a group, in 1e-9 units of mass: not shown."""

_Place = tuple[int, Stage, Side]
_NOBODY: Final = UnitRef("", "", "", "")
# What an open stage waits for since: the entry that made it the owner's turn.
_TURN: Final = {
    Category.RECEIVE: (Stage.DISPATCH,),
    Category.NAME: (Stage.RECEIVE, Stage.DISPATCH),
    Category.START: (Stage.NAME, Stage.RECEIVE, Stage.DISPATCH),
    Category.REPORT: (Stage.NAME, Stage.RECEIVE, Stage.DISPATCH),
    Category.VERIFY_UNREPORTED: (Stage.NAME, Stage.RECEIVE, Stage.DISPATCH),
}


def explain(reader: Reader, directive_id: str, unit_id: str, moment: Moment, lines_max: int) -> Explanation:
    """What is missing from a hundred: by part of the tree, and its heaviest lines one by one. Raises NotFound."""
    asking = _Asking(reader, view_of(reader, directive_id, moment), unit_id, moment)
    headline = totals_of(asking.view, unit_id, moment.business_us).headline()
    wanted = min(lines_max, LINES_MAX)
    found = blockers(asking.view, asking.view.number(unit_id), wanted + 1, policy=asking.view.terms.policy)
    missing = None
    if headline.index is not None:
        left = headline.mass * MASS_E9 - headline.yield_e9
        missing = rounding.shown(rounding.WHOLE_TENTHS - rounding.part(headline.yield_e9, (left,))[0])
    return Explanation(
        moment, asking.unit(unit_id), ref_of(asking.view), headline.index, missing, asking.groups(),
        asking.lines(found[:wanted]), len(found) > wanted,
    )  # fmt: skip


def stuck(reader: Reader, directive_id: str, unit_id: str, moment: Moment, lines_max: int) -> Blockers:
    """The heaviest overdue lines under a unit, each with its owner. Raises NotFound."""
    asking = _Asking(reader, view_of(reader, directive_id, moment), unit_id, moment)
    number = asking.view.number(unit_id)
    found = blockers(asking.view, number, min(lines_max, LINES_MAX), asking.clockwork, asking.view.terms.policy)
    return Blockers(moment, asking.unit(unit_id), ref_of(asking.view), asking.lines(found))


def longest(
    reader: Reader, directive_id: str, unit_id: str, moment: Moment, lines_max: int
) -> list[tuple[int, LossLine]]:
    """(latest time, line) of what has been overdue for longest under a unit, the longest first. Raises NotFound,
    ExplanationTooLarge.
    """
    asking = _Asking(reader, view_of(reader, directive_id, moment), unit_id, moment)
    found = [
        (asking.due_us(line, None, settled=False), line)
        for line in every_line(asking.view, asking.view.number(unit_id), asking.view.terms.policy)
        if line.due_class != DUE_SETTLED and line.category is not Category.VERIFY_UNREPORTED
    ]
    late = [(due_us, line) for due_us, line in found if asking.clockwork.overdue(line.key)]
    late.sort(key=lambda each: (each[0], asking.unit(asking.view.unit_id(each[1].unit)).code, each[1].key))
    shown = late[:lines_max]
    return list(zip([due_us for due_us, _ in shown], asking.lines([line for _, line in shown]), strict=True))


def _by_place(vector: Mapping[int, int], share: Fraction, layers: int) -> dict[_Place, Fraction]:
    """A vector's losses by place, times a share, seen from so many layers above."""
    places: dict[_Place, Fraction] = {}
    for key, amount in vector.items():
        category = category_of(key)
        if category is not Category.EARNED:
            place = (layer_of(key) + layers, stage_of(category), side_of(category))
            places[place] = places.get(place, Fraction(0)) + amount * share
    return places


def _child_places(child: Figures, above: Facts) -> dict[_Place, Fraction]:
    """What a unit holds back of its superior's mass, late or missing dispatch included."""
    inside = gate(above)
    credit = Fraction(child.facts.edge(above)[0], FULL_CREDIT_E6)
    places = _by_place(child.vector, inside * credit, 1)
    dispatch = (1, Stage.DISPATCH, Side.SUPERIOR)
    places[dispatch] = places.get(dispatch, Fraction(0)) + inside * (1 - credit) * child.mass * MASS_E9
    return places


class _Asking:
    """One question about one unit."""

    def __init__(self, reader: Reader, view: View, unit_id: str, moment: Moment) -> None:
        self.view = view
        self._reader = reader
        self._unit_id = unit_id
        self._moment = moment
        self.clockwork: Clockwork = view.clockwork(view.standing(unit_id), moment.business_us)
        self._mass = view.figures_of(unit_id).mass
        self._names: dict[str, UnitRef] = {}
        self._deeds: dict[str, list[Deed]] = {}

    def unit(self, unit_id: str) -> UnitRef:
        """A unit, named."""
        self._learn((unit_id,))
        return self._names.get(unit_id, _NOBODY)

    # ---- by part of the tree ------------------------------------------------------------------------------

    def groups(self) -> list[LossGroup]:
        """The unit's own part, then that of each unit directly below, by code."""
        view = self.view
        own = view.figures_of(self._unit_id)
        rest = _by_place(own.vector, Fraction(1), 0)
        found: list[LossGroup] = []
        touched = [view.unit_id(child) for child in view.touched(view.number(self._unit_id))]
        self._learn(touched)
        for child in sorted(touched, key=lambda unit_id: (self.unit(unit_id).code, unit_id)):
            places = _child_places(view.figures_of(child), own.facts)
            for place, amount in places.items():
                rest[place] = rest.get(place, Fraction(0)) - amount
            found += self._grouped(child, places)
        return self._grouped(self._unit_id, rest) + found

    def _grouped(self, unit_id: str, places: dict[_Place, Fraction]) -> list[LossGroup]:
        unit = self.unit(unit_id)
        return [
            LossGroup(unit, layer, STAGES[stage], SIDES[side], self._points(amount / MASS_E9), int(amount))
            for (layer, stage, side), amount in sorted(places.items())
            if amount > FLOORS_E9_MAX
        ]

    # ---- line by line -------------------------------------------------------------------------------------

    def lines(self, found: Sequence[Line]) -> list[LossLine]:
        """Lines with names, dates and entries."""
        self._learn([self.view.unit_id(line.unit) for line in found])
        return [self._line(line) for line in found]

    def _line(self, line: Line) -> LossLine:
        unit_id = self.view.unit_id(line.unit)
        settled = line.due_class == DUE_SETTLED
        deed = self._deed(line, unit_id, settled=settled)
        others, others_count = self._others(unit_id) if line.group else ([], 0)
        stage = stage_of(line.category)
        return LossLine(
            unit=self.unit(unit_id),
            owner=self._owner(line, unit_id),
            stage=STAGES[stage],
            waiting=line.category is Category.VERIFY_WAITING,
            layer=line.layer,
            points=self._points(line.loss),
            settled=settled,
            overdue=self.clockwork.overdue(line.key),
            due_us=self.due_us(line, deed, settled=settled),
            since_us=0 if settled or deed is None else deed.at_us,
            corrected_us=deed.at_us if not settled and deed is not None and deed.type == CORRECTED else 0,
            done_us=deed.at_us if settled and deed is not None else 0,
            late_minutes=deed.late_minutes if settled and deed is not None else 0,
            event_id="" if deed is None else deed.event_id,
            others=others,
            others_count=others_count,
        )

    def due_us(self, line: Line, deed: Deed | None, *, settled: bool) -> int:
        """When a line was, or is, due."""
        if settled:
            return 0 if deed is None else deed.due_us
        clockwork = self.clockwork
        layer = clockwork.layer + line.layer
        due_class = shifted(line.due_class, clockwork.shift_days)
        return clockwork.deadlines.due_us(layer, stage_of(line.category), due_class, clockwork.calendar)

    def _owner(self, line: Line, unit_id: str) -> UnitRef:
        """Who can end the loss. The units of a group own their receipts themselves: nobody is named for all."""
        if line.group:
            return self.unit(unit_id) if line.category is Category.DISPATCH else _NOBODY
        if side_of(line.category) is Side.UNIT:
            return self.unit(unit_id)
        place = self.view.place(unit_id)
        return _NOBODY if place is None else self.unit(place.parent_id)

    def _others(self, unit_id: str) -> tuple[list[UnitRef], int]:
        """The units directly below that nothing has happened to."""
        view = self.view
        below = reading.children(self._reader, view.row.route_id, unit_id, view.position)
        view.learn_children(unit_id, below)
        touched = {view.unit_id(child) for child in view.touched(view.number(unit_id))}
        rest = [
            place.unit_id for place in below if place.unit_id not in touched and view.figures_of(place.unit_id).mass
        ]
        self._learn(rest)
        named = sorted((self.unit(other) for other in rest), key=lambda other: (other.code, other.unit_id))
        return named[:OTHERS_MAX], len(named)

    def _deed(self, line: Line, unit_id: str, *, settled: bool) -> Deed | None:
        """The entry that settled a line, or since which it waits."""
        if line.group:
            return self._dispatch_to_all(unit_id)
        if settled:
            return self._last(unit_id, stage_of(line.category))
        if line.category is Category.VERIFY_WAITING:
            return next((deed for deed in reversed(self._deeds_of(unit_id)) if deed.type in REPORTS), None)
        for stage in _TURN.get(line.category, ()):
            deed = self._last(unit_id, stage)
            if deed is not None:
                return deed
        return None

    def _last(self, unit_id: str, stage: Stage) -> Deed | None:
        deeds = [deed for deed in self._deeds_of(unit_id) if deed.stage == stage]
        if deeds:
            return deeds[-1]
        place = self.view.place(unit_id) if stage is Stage.DISPATCH else None
        return None if place is None else self._dispatch_to_all(place.parent_id)

    def _dispatch_to_all(self, unit_id: str) -> Deed | None:
        return next((deed for deed in self._deeds_of(unit_id) if deed.to_all), None)

    def _deeds_of(self, unit_id: str) -> list[Deed]:
        if unit_id not in self._deeds:
            directive_id = self.view.row.directive_id
            self._deeds[unit_id] = reading.deeds(self._reader, directive_id, unit_id, self._moment.position)
        return self._deeds[unit_id]

    def _points(self, loss: Fraction) -> str:
        """Per cent of the asked unit's mass, two digits, halves up."""
        if not self._mass:
            return "0.00"
        hundredths = (2 * 10_000 * loss / self._mass + 1) / 2
        whole = hundredths.numerator // hundredths.denominator
        return f"{whole // 100}.{whole % 100:02}"

    def _learn(self, unit_ids: Sequence[str]) -> None:
        missing = [unit_id for unit_id in unit_ids if unit_id not in self._names]
        for name in reading.names(self._reader, missing).values() if missing else ():
            self._names[name.unit_id] = UnitRef(name.unit_id, name.name, name.code, name.kind)
