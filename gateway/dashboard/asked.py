"""What was asked below one unit, gathered from rows: every open directive that reaches it or was issued below it, and
under each the units that did something, their dispatches, reports and checks. `burden.py` makes figures of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gateway.dashboard.deeds import Deed
from gateway.dashboard.moments import Moment
from gateway.dashboard.store import asking, directives
from gateway.dashboard.store.asking import Naming
from gateway.dashboard.view import View
from services.chassis.refusals import NotFound
from services.chassis.routes import UNIT_TREE
from services.chassis.store import Reader
from services.kernel.transmission import Facts, Figures, Stage

CORRECTED: Final = "ReportCorrected"
CHECKS: Final = ("ReportVerified", "ReportReturned")
REPORTS: Final = ("ReportSubmitted", CORRECTED)
UNDONE: Final = "ActUndone"


class TreeThen:
    """The unit tree, or a route, as it stood."""

    def __init__(self, parents: dict[str, str]) -> None:
        self._parents = parents
        self._children: dict[str, list[str]] = {}
        for unit_id, parent_id in parents.items():
            self._children.setdefault(parent_id, []).append(unit_id)

    def parent(self, unit_id: str) -> str:
        """The unit above; empty above the root."""
        return self._parents.get(unit_id, "")

    def depth(self, unit_id: str, below_id: str) -> int | None:
        """How far a unit stood below another, 0 for itself; None where it did not."""
        for depth in range(len(self._parents)):
            if unit_id == below_id:
                return depth
            unit_id = self.parent(unit_id)
            if not unit_id:
                break
        return None

    def layers(self, unit_id: str) -> list[list[str]]:
        """Who stood in each layer below, the unit's own first."""
        layer, layers = [unit_id], []
        while layer:
            layers.append(layer)
            layer = [child for above in layer for child in self._children.get(above, ())]
        return layers


class TreesThen:
    """The unit tree and every route as they stood, each read when it is first asked for."""

    def __init__(self, reader: Reader, position: int) -> None:
        self._reader = reader
        self._position = position
        self._places: dict[str, dict[str, str | None]] = {}
        self._trees: dict[str, TreeThen] = {}

    def of(self, route_id: str) -> TreeThen:
        """The tree by which a directive of that route goes."""
        if route_id not in self._trees:
            places = self._placed(UNIT_TREE) | self._placed(route_id)
            standing = {unit_id: parent_id for unit_id, parent_id in places.items() if parent_id is not None}
            self._trees[route_id] = TreeThen(standing)
        return self._trees[route_id]

    def _placed(self, route_id: str) -> dict[str, str | None]:
        if route_id not in self._places:
            self._places[route_id] = asking.parents(self._reader, route_id, self._position)
        return self._places[route_id]


@dataclass(frozen=True, slots=True)
class Met:
    """A unit that stands on a directive's route and that something has happened to. `layer`: below the asked unit."""

    unit_id: str
    layer: int
    figures: Figures
    # The latest times of its stages are so many working days later.
    shift_days: int
    # Below the issuer.
    depth: int

    @property
    def facts(self) -> Facts:
        """What it did."""
        return self.figures.facts


@dataclass(frozen=True, slots=True)
class Sent:
    """A dispatch: when, and by which entry."""

    at_us: int
    deed: Deed


class AskedOf:
    """One open directive below the asked unit. `top_id`: the highest unit there that it concerns, `offset` layers down.

    `between`: it was issued below the asked unit.
    """

    def __init__(self, reader: Reader, view: View, tree: TreeThen, top_id: str, offset: int, *, between: bool) -> None:
        self.view = view
        self.top_id = top_id
        self.offset = offset
        self.between = between
        self._reader = reader
        self._tree = tree
        self.deeds = asking.deeds_under(reader, view.row.directive_id, view.position)

    @property
    def issued(self) -> Deed:
        """The entry that issued it."""
        return self.deeds[0]

    @cached_property
    def met(self) -> list[Met]:
        """The asked unit, and every unit below it with figures of its own that is not let off."""
        view, standing = self.view, self.view.standing(self.top_id)
        found = [
            Met(self.top_id, self.offset, view.figures_of(self.top_id), standing.shift_days, standing.layer),
        ]
        for above in found:
            for child in view.touched(view.number(above.unit_id)):
                unit_id = view.unit_id(child)
                figures = view.figures_of(unit_id)
                shift_days = above.shift_days + figures.facts.edge(above.facts)[1]
                found.append(Met(unit_id, above.layer + 1, figures, shift_days, above.depth + 1))
        return found

    def due_us(self, depth: int, stage: Stage, shift_days: int) -> int:
        """The latest time of a stage in a layer below the issuer, behind late dispatches."""
        terms = self.view.terms
        return terms.deadlines.due_us(depth, stage, shift_days, terms.calendar)

    def worked(self, from_us: int, to_us: int) -> int:
        """Working minutes between two instants."""
        return self.view.terms.calendar.late_working_minutes(from_us, to_us)

    # ---- dispatches ---------------------------------------------------------------------------------------

    @cached_property
    def to_all(self) -> dict[str, Sent]:
        """The dispatch of each unit that passed it on to all below."""
        found: dict[str, Sent] = {}
        for deed in self.deeds:
            if deed.to_all:
                found.setdefault(deed.unit_id, Sent(deed.at_us, deed))
        return found

    @cached_property
    def by_name(self) -> dict[str, Sent]:
        """The dispatch of each unit that was named in it, or that brought one along."""
        found: dict[str, Sent] = {}
        for deed in self.deeds:
            if deed.stage == Stage.DISPATCH:
                found.setdefault(deed.unit_id, Sent(deed.at_us, deed))
        return found

    def reached(self, unit_id: str, facts: Facts) -> Sent | None:
        """The dispatch that reached a unit."""
        own = self.by_name.get(unit_id)
        if own is not None or facts.apart:
            return own
        return self.to_all.get(self._tree.parent(unit_id))

    # ---- reports ------------------------------------------------------------------------------------------

    @cached_property
    def last_reports(self) -> dict[str, Deed]:
        """The present report of each unit."""
        return {deed.unit_id: deed for deed in self.deeds if deed.type in REPORTS}

    @cached_property
    def first_checks(self) -> dict[str, Deed]:
        """What a verifier decided first about each unit's report, without what was taken back."""
        found: dict[str, list[Deed]] = {}
        for deed in self.deeds:
            if deed.type in CHECKS:
                found.setdefault(deed.unit_id, []).append(deed)
            elif deed.type == UNDONE and deed.stage == Stage.VERIFY:
                found[deed.unit_id].pop()
        return {unit_id: checks[0] for unit_id, checks in found.items() if checks}

    @cached_property
    def namings(self) -> dict[str, Naming]:
        """Who was named in each unit."""
        return asking.namings(self._reader, self.view.row.directive_id, self.view.position)


def asked_below(reader: Reader, trees: TreesThen, unit_id: str, moment: Moment) -> Iterator[AskedOf]:
    """Every open directive that asks something of the unit or of one below it on its route, oldest first."""
    for row in directives.open_at(reader, moment.position):
        view = View(reader, row, moment.position)
        tree = trees.of(row.route_id)
        depth = tree.depth(row.issuer_unit_id, unit_id)
        between = bool(depth)
        top_id, offset = (row.issuer_unit_id, depth or 0) if between else (unit_id, 0)
        try:
            chain = view.chain(top_id)
        except NotFound:
            continue
        let_off = any(view.figures_of(above).facts.withdrawn for above in chain)
        if view.figures_of(top_id).mass and not let_off:
            yield AskedOf(reader, view, tree, top_id, offset, between=between)
