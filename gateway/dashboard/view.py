"""One directive as it stood at one position: what the kernel's reads ask, answered from rows.

A unit with a row answers from it. One without was touched by nothing: its figures follow from its place in the tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from gateway.dashboard.packing import unpack_layers, unpack_scope
from gateway.dashboard.scopes import count_layers
from gateway.dashboard.store import reading
from gateway.dashboard.store.directives import DirectiveRow
from gateway.dashboard.store.reading import Place, Shown
from gateway.dashboard.terms import Terms, terms_of
from gateway.dashboard.tree import KINDS_MAX
from services.chassis import routes
from services.chassis.refusals import NotFound
from services.chassis.store import Reader
from services.chassis.tree import ANCESTORS_MAX
from services.kernel.transmission import Clockwork, Figures, ScopeLayer, Standing, standing


class View:
    """The kernel's FigureSource over rows. Units are numbered as they are met; `number` and `unit_id` translate."""

    def __init__(self, reader: Reader, row: DirectiveRow, position: int) -> None:
        self.row = row
        self.position = position
        self.terms: Terms = terms_of(row.issued)
        self._reader = reader
        self._numbers: dict[str, int] = {}
        self._ids: list[str] = []
        self._shown: dict[str, Shown | None] = {}
        self._figures: dict[str, Figures] = {}
        self._places: dict[str, Place | None] = {}
        self._touched: dict[int, list[int]] = {}

    def number(self, unit_id: str) -> int:
        """A unit's number here."""
        if unit_id not in self._numbers:
            self._numbers[unit_id] = len(self._ids)
            self._ids.append(unit_id)
        return self._numbers[unit_id]

    def unit_id(self, number: int) -> str:
        """The unit of a number."""
        return self._ids[number]

    # ---- the kernel's FigureSource ------------------------------------------------------------------------

    def figures(self, unit: int) -> Figures:
        return self.figures_of(self._ids[unit])

    def touched(self, unit: int) -> Iterable[int]:
        if unit not in self._touched:
            self._touched[unit] = self._read_touched(unit)
        return self._touched[unit]

    def _read_touched(self, unit: int) -> list[int]:
        found = []
        for shown in self._read_shown(self._ids[unit]):
            self._shown[shown.unit_id] = shown
            if not shown.gone:
                figures = self.figures_of(shown.unit_id)
                if figures.mass and not figures.facts.withdrawn:
                    found.append(self.number(shown.unit_id))
        return found

    def _read_shown(self, unit_id: str) -> list[Shown]:
        row = self.row
        return reading.shown_children(self._reader, row.directive_id, row.route_id, unit_id, self.position)

    # ---- the rest -----------------------------------------------------------------------------------------

    def learn_children(self, unit_id: str, places: Iterable[Place]) -> None:
        """Reads all figures of the units directly below at once; `places` are some of these units."""
        self.touched(self.number(unit_id))
        for place in places:
            self._places[place.unit_id] = place
            self._shown.setdefault(place.unit_id, None)

    def figures_of(self, unit_id: str) -> Figures:
        """A unit's figures, touched or not."""
        known = self._figures.get(unit_id)
        if known is None:
            shown = self._row(unit_id)
            if shown is not None:
                known = Figures.from_row(shown.figures)
            else:
                layers = self.layers(unit_id)
                known = Figures.untouched(sum(layer.own_mass for layer in layers), layers[0].own_mass if layers else 0)
            self._figures[unit_id] = known
        return known

    def layers(self, unit_id: str) -> tuple[ScopeLayer, ...]:
        """The scope under a unit, layer by layer, the unit itself first; empty where it does not stand on the route."""
        shown = self._row(unit_id)
        if shown is not None:
            return unpack_scope(shown.layers)
        place = self.place(unit_id)
        if place is None or not place.active or self.terms.issued.scope.unit_ids:
            return ()
        cells = unpack_layers(place.counts) if place.counts else [{place.kind << KINDS_MAX | 1 << place.kind: 1}]
        return tuple(ScopeLayer(*layer) for layer in count_layers(cells, self._kinds))

    def chain(self, unit_id: str) -> list[str]:
        """The units from the issuer down to a unit. Raises NotFound for one that does not stand in the scope."""
        chain = self._chain_up(unit_id, self.row.issuer_unit_id)
        if chain[-1] == self.row.issuer_unit_id:
            inside = self.row.subtree_unit_id in chain or bool(self.terms.issued.scope.unit_ids)
            if inside or self._row(unit_id) is not None or self._issuer_inside:
                return chain[::-1]
        raise NotFound(kind="assignment", id=f"{self.row.directive_id}/{unit_id}")

    def standing(self, unit_id: str) -> Standing:
        """Where a unit stands under the issuer. Raises NotFound."""
        return standing([self.figures_of(above) for above in self.chain(unit_id)])

    def clockwork(self, standing: Standing, now_us: int) -> Clockwork:
        """What is due for a unit that stands so."""
        return Clockwork(self.terms.deadlines, self.terms.calendar, now_us, standing.layer, standing.shift_days)

    def place(self, unit_id: str) -> Place | None:
        """Where a unit stood on the directive's route."""
        if unit_id not in self._places:
            self._places[unit_id] = reading.place(self._reader, self.row.route_id, unit_id, self.position)
        return self._places[unit_id]

    def _chain_up(self, unit_id: str, last_id: str) -> list[str]:
        """The active units from one up to another, or to the root, or to one that has ended or never was."""
        chain = [unit_id]
        while chain[-1] != last_id and len(chain) <= ANCESTORS_MAX:
            place = self.place(chain[-1])
            if place is None or not place.active or not place.parent_id:
                break
            chain.append(place.parent_id)
        return chain

    @cached_property
    def route_name(self) -> str:
        """What the directive's route is called; empty for the unit tree."""
        return routes.names_of(self._reader, (self.row.route_id,)).get(self.row.route_id, "")

    @cached_property
    def _issuer_inside(self) -> bool:
        subtree_id = self.row.subtree_unit_id
        return self._chain_up(self.row.issuer_unit_id, subtree_id)[-1] == subtree_id

    @cached_property
    def _kinds(self) -> int:
        return reading.kinds(self._reader).mask(self.terms.issued.scope.kinds)

    def _row(self, unit_id: str) -> Shown | None:
        if unit_id not in self._shown:
            self._shown[unit_id] = reading.shown(self._reader, self.row.directive_id, unit_id, self.position)
        shown = self._shown[unit_id]
        return None if shown is None or shown.gone else shown
