"""The read model on its way: entries go into memory, and what they changed goes out as rows, in one transaction.

Memory is never trusted further than the store: an entry that fails half-way, or a transaction that does not commit,
costs the whole of it, and it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from gateway.dashboard.deeds import Deed
from gateway.dashboard.directives import LiveDirective, Passed, Past, Seat
from gateway.dashboard.packing import pack_scope
from gateway.dashboard.store import directives, writing
from gateway.dashboard.store.directives import DirectiveRow
from gateway.dashboard.store.writing import Asking, FigureRow
from gateway.dashboard.terms import terms_of
from gateway.dashboard.tree import Seed, UnitTree
from gateway.dashboard.trees import Trees
from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import matters_pb2, routes_pb2, units_pb2
from services.chassis import routes
from services.chassis.ledger import Fact
from services.chassis.store import Reader, Transaction
from services.chassis.tree_events import tree_event
from services.kernel.transmission import Facts, Figures, Stage

PRODUCER: Final = "reporting"
POSITION_MAX: Final = (1 << 63) - 1
_NOTHING: Final = Figures(0, 0, 0, {}).to_row()


@dataclass(frozen=True, slots=True)
class Flushed:
    """What one flush wrote: up to which position, and whose figures changed, by directive."""

    position: int
    business_us: int
    changed: dict[str, list[str]]
    deeds: int

    def joined(self, later: Flushed) -> Flushed:
        """Two flushes told as one."""
        changed = {directive_id: dict.fromkeys(unit_ids) for directive_id, unit_ids in self.changed.items()}
        for directive_id, unit_ids in later.changed.items():
            changed.setdefault(directive_id, {}).update(dict.fromkeys(unit_ids))
        together = {directive_id: list(unit_ids) for directive_id, unit_ids in changed.items()}
        return Flushed(later.position, later.business_us, together, self.deeds + later.deeds)


class Projection:
    """Everything in memory. `fold` takes one entry, `flush` writes what came of it."""

    def __init__(self, trees: Trees, directives: dict[str, LiveDirective]) -> None:
        self.trees = trees
        # A unit has the same number in every tree.
        self.tree = trees.unit_tree
        self.directives = directives
        self._deeds: list[Deed] = []
        self._asking = Asking()
        self._last_rows: dict[str, list[FigureRow]] = {}
        self._business_us = 0
        self._kinds_saved = len(self.tree.kinds.names)
        self._handlers = self._table()

    @classmethod
    def load(cls, reader: Reader) -> Projection:
        """Memory as the store says it was at the last flush."""
        trees = Trees.load(reader)
        rows = directives.open_at(reader, POSITION_MAX)
        return cls(trees, {row.directive_id: _revive(reader, trees.of(row.route_id), row) for row in rows})

    def fold(self, tx: Transaction, fact: Fact, type_name: str, data: bytes) -> None:
        """Takes one entry in; types that nobody needs here pass by."""
        found = self._handlers.get(type_name)
        if found is None:
            return
        handle, message = found
        self._business_us = fact.occurred_at_us
        unit_event = tree_event(type_name, data)
        if unit_event is not None:
            unit_event[0](tx, fact, unit_event[1])
            for directive in self.directives.values():
                directive.tree_changed()
        handle(tx, fact, message.FromString(data))

    def flush(self, tx: Transaction, position: int) -> Flushed:
        """Writes what has changed since the last flush, as true up to a position."""
        if len(self.tree.kinds.names) > self._kinds_saved:
            writing.save_kinds(tx, self.tree.kinds.names)
            self._kinds_saved = len(self.tree.kinds.names)
        writing.add_places(tx, self.trees.take_rows(position))
        changed: dict[str, list[str]] = {}
        written, self._last_rows = self._last_rows, {}
        written |= {key: list(self._figure_rows(live, position)) for key, live in self.directives.items()}
        for directive_id, rows in written.items():
            if rows:
                writing.add_figures(tx, rows)
                changed[directive_id] = [row.unit_id for row in rows]
        deeds, self._deeds = self._deeds, []
        writing.add_deeds(tx, deeds)
        asking, self._asking = self._asking, Asking()
        writing.add_asking(tx, asking)
        if self._business_us:
            writing.add_flush(tx, position, self._business_us)
        return Flushed(position, self._business_us, changed, len(deeds))

    def _figure_rows(self, directive: LiveDirective, position: int) -> Iterable[FigureRow]:
        ids, directive_id = self.tree.ids, directive.terms.directive_id
        shown, gone = directive.take_changed()
        for unit in shown:
            layers = pack_scope(directive.scope.layers(unit))
            yield FigureRow(directive_id, ids[unit], position, False, directive.figures(unit).to_row(), layers)
        for unit in gone:
            kept = directive.figures(unit).to_row() if unit in directive.aside else _NOTHING
            yield FigureRow(directive_id, ids[unit], position, True, kept, b"")

    # ---- directives -----------------------------------------------------------------------------------------

    def _issued(self, tx: Transaction, fact: Fact, event: pb.DirectiveIssued) -> None:
        issued = event.SerializeToString()
        subtree_id = event.scope.subtree_unit_id or event.issuer_unit_id
        row = DirectiveRow(
            event.directive_id, fact.position, 0, fact.occurred_at_us, event.route_id, event.issuer_unit_id,
            subtree_id, issued,
        )  # fmt: skip
        seat = Seat(self.tree.number(event.issuer_unit_id), self.tree.number(subtree_id))
        tree = self.trees.of(event.route_id)
        self.directives[event.directive_id] = LiveDirective(tree, terms_of(issued), seat)
        writing.add_directive(tx, row)
        self._record(fact, event.directive_id, event.issuer_unit_id)

    def _withdrawn(self, tx: Transaction, fact: Fact, event: pb.DirectiveWithdrawn) -> None:
        directive = self.directives.pop(event.directive_id)
        # What the tree does later is not its concern any more: its last figures are those of now.
        self._last_rows[event.directive_id] = list(self._figure_rows(directive, fact.position))
        writing.withdraw_directive(tx, event.directive_id, fact.position)
        self._record(fact, event.directive_id, self.tree.ids[directive.seat.issuer])

    # ---- assignments ----------------------------------------------------------------------------------------

    def _live(self, directive_id: str) -> LiveDirective:
        """Raises KeyError for a directive that is not open: its entry was parked, or it was withdrawn."""
        return self.directives[directive_id]

    def _dispatched(self, tx: Transaction, fact: Fact, event: pb.AssignmentsDispatched) -> None:
        self._live(event.directive_id).dispatched(event, Passed(fact.occurred_at_us, fact.position))
        dated = (event.due_us, event.late_working_minutes)
        self._record(fact, event.directive_id, event.parent_unit_id, 0, *dated, to_all=not event.unit_ids)
        for ordinal, unit_id in enumerate(event.unit_ids, start=1):
            self._record(fact, event.directive_id, unit_id, Stage.DISPATCH, *dated, ordinal=ordinal)

    def _received(self, tx: Transaction, fact: Fact, event: pb.AssignmentReceived) -> None:
        self._stage(fact, event, Stage.RECEIVE)

    def _named(self, tx: Transaction, fact: Fact, event: pb.AssignmentNamed) -> None:
        self._stage(fact, event, Stage.NAME)
        self._asking.named.append((event.directive_id, event.unit_id, fact.position, event.post_id, event.person_id))

    def _started(self, tx: Transaction, fact: Fact, event: pb.WorkStarted) -> None:
        self._stage(fact, event, Stage.START)

    def _reported(self, tx: Transaction, fact: Fact, event: pb.ReportSubmitted) -> None:
        self._live(event.directive_id).reported(event, fact.occurred_at_us)
        dated = (event.due_us, event.late_working_minutes)
        self._record(fact, event.directive_id, event.unit_id, Stage.REPORT, *dated)
        if not (event.due_count or event.done_count or event.summary or event.evidence):
            self._asking.empty.append((fact.position,))

    def _corrected(self, tx: Transaction, fact: Fact, event: pb.ReportCorrected) -> None:
        self._live(event.directive_id).corrected(event)
        self._record(fact, event.directive_id, event.unit_id, 0, event.verify_due_us)
        if not (event.due_count or event.done_count or event.summary or event.evidence):
            self._asking.empty.append((fact.position,))

    def _verified(self, tx: Transaction, fact: Fact, event: pb.ReportVerified) -> None:
        self._stage(fact, event, Stage.VERIFY)

    def _returned(self, tx: Transaction, fact: Fact, event: pb.ReportReturned) -> None:
        self._live(event.directive_id).returned(event)
        self._record(fact, event.directive_id, event.unit_id, 0, event.rectify_due_us)

    def _extended(self, tx: Transaction, fact: Fact, event: pb.ExtensionGranted) -> None:
        self._live(event.directive_id).extended(event)
        self._record(fact, event.directive_id, event.unit_id, 0, event.until_us)

    def _let_off(self, tx: Transaction, fact: Fact, event: pb.AssignmentWithdrawn) -> None:
        self._live(event.directive_id).let_off(event.unit_id)
        writing.add_let_off(tx, event.directive_id, event.unit_id)
        self._record(fact, event.directive_id, event.unit_id)

    def _taken_back(self, tx: Transaction, fact: Fact, event: pb.AssignmentRestored) -> None:
        self._live(event.directive_id).taken_back(event.unit_id)
        writing.remove_let_off(tx, event.directive_id, event.unit_id)
        self._record(fact, event.directive_id, event.unit_id)

    def _undone(self, tx: Transaction, fact: Fact, event: pb.ActUndone) -> None:
        self._live(event.directive_id).undone(event)
        # No stage where a naming gave way to the one before it.
        for ordinal, stage in enumerate(event.stages or (0,)):
            self._record(fact, event.directive_id, event.unit_id, stage, event.name_due_us, ordinal=ordinal)
        if not event.verifier_unit_id and event.post_id:
            naming = (event.directive_id, event.unit_id, fact.position, event.post_id, event.person_id)
            self._asking.named.append(naming)

    def _noted(self, tx: Transaction, fact: Fact, event: Any) -> None:
        """Something that changes no figure."""
        self._live(event.directive_id)
        self._record(fact, event.directive_id, event.unit_id)

    def _stage(self, fact: Fact, event: Any, stage: Stage) -> None:
        directive = self._live(event.directive_id)
        directive.done(event.unit_id, stage, event.late_working_minutes, fact.occurred_at_us)
        self._record(fact, event.directive_id, event.unit_id, stage, event.due_us, event.late_working_minutes)

    # ---- units ----------------------------------------------------------------------------------------------

    def _established(self, tx: Transaction, fact: Fact, event: units_pb2.UnitEstablished) -> None:
        self._join(Seed(event.unit_id, event.parent_id, event.kind, True, fact.position))
        self._record(fact, "", event.unit_id)

    def _activated(self, tx: Transaction, fact: Fact, event: units_pb2.RosterActivated) -> None:
        seeds = writing.imported(tx, event.import_id)
        for seed in seeds:
            self._join(seed)
        if seeds:
            self._record(fact, "", seeds[0].unit_id)

    def _join(self, seed: Seed) -> None:
        unit = self.trees.add(seed)
        for directive in self.directives.values():
            directive.unit_joined(unit)

    def _transferred(self, tx: Transaction, fact: Fact, event: units_pb2.UnitTransferred) -> None:
        unit, new = self.tree.number(event.unit_id), self.tree.number(event.to_parent_id)
        old = self.tree.parent(unit)
        self._record(fact, "", event.unit_id)
        if old is None or old == new:
            return
        for route_id, _ in self.trees:
            # On a route only if it stands there as in the unit tree: the fold of the trees has moved it already.
            standing = routes.find(tx, route_id, event.unit_id)
            if standing is not None and standing.joined == fact.position:
                self._move(route_id, unit, new, fact.position)
        self._record_carried(fact)

    def _move(self, route_id: str, unit: int, new: int, position: int) -> None:
        tree = self.trees.of(route_id)
        old = tree.above(unit)
        tree.move(unit, new, position)
        for _, directive in self._taking(tree):
            directive.unit_moved(unit, old, new)

    def _taking(self, tree: UnitTree) -> list[tuple[str, LiveDirective]]:
        """The directives that take a route, by id."""
        return [(key, directive) for key, directive in self.directives.items() if directive.tree is tree]

    def _merged(self, tx: Transaction, fact: Fact, event: units_pb2.UnitMerged) -> None:
        source, into = self.tree.number(event.unit_id), self.tree.number(event.into_unit_id)
        self._record(fact, "", event.unit_id)
        writing.hand_matters(tx, event.unit_id, event.into_unit_id, fact.position)
        for route_id, tree in self.trees:
            # The fold of the trees has hung them under the other unit already, at this very position.
            came = routes.came_at(tx, route_id, event.into_unit_id, fact.position)
            children = tuple(self.tree.number(unit_id) for unit_id in came)
            for child in children:
                tree.move(child, into, fact.position)
            tree.end(source)
            for directive_id, directive in self._taking(tree):
                seat = (directive.seat.issuer, directive.seat.subtree)
                directive.unit_merged(source, into, children)
                if seat != (directive.seat.issuer, directive.seat.subtree):
                    ids = self.tree.ids
                    writing.seat_directive(
                        tx, directive_id, fact.position, ids[directive.seat.issuer], ids[directive.seat.subtree]
                    )
        self._record_carried(fact)

    def _abolished(self, tx: Transaction, fact: Fact, event: units_pb2.UnitAbolished) -> None:
        unit = self.tree.number(event.unit_id)
        self.trees.end(unit)
        for directive in self.directives.values():
            directive.unit_ended(unit)
        self._record(fact, "", event.unit_id)

    def _reclassified(self, tx: Transaction, fact: Fact, event: units_pb2.UnitReclassified) -> None:
        unit = self.tree.number(event.unit_id)
        self.trees.reclassify(unit, event.kind)
        for directive in self.directives.values():
            directive.unit_reclassified(unit)
        self._record(fact, "", event.unit_id)

    def _staged(self, tx: Transaction, fact: Fact, event: Any) -> None:
        """Units of an import that counts for nothing yet: the unit tree's own fold has kept them."""

    def _described(self, tx: Transaction, fact: Fact, event: Any) -> None:
        """A unit's name, code or members changed: the unit tree's own fold has written it."""
        self._record(fact, "", event.unit_id)

    def _handed_over(self, tx: Transaction, fact: Fact, event: units_pb2.PostHandedOver) -> None:
        """A post has another holder: what the old one had open is now the new one's."""
        self._asking.handed_over.append((fact.position, event.post_id, event.from_person_id, event.person_id))

    def _appointed(self, tx: Transaction, fact: Fact, event: units_pb2.PostHolderAppointed) -> None:
        """What the post of the one who answers for a unit is called."""
        if event.first:
            writing.name_first_post(tx, event.unit_id, fact.position, event.post_name)

    # ---- routes ---------------------------------------------------------------------------------------------

    def _drawn(self, tx: Transaction, fact: Fact, event: routes_pb2.RouteDrawn) -> None:
        """No directive takes it yet: the fold of the trees says where units stand."""
        self.trees.draw(tx, event.route_id)

    def _relinked(self, tx: Transaction, fact: Fact, event: routes_pb2.RouteChanged) -> None:
        number = self.tree.number
        for link in event.links:
            unit = number(link.unit_id)
            new = number(link.superior_unit_id) if link.superior_unit_id else self.tree.above(unit)
            self._move(event.route_id, unit, new, fact.position)
        self._record_carried(fact)

    def _route_ended(self, tx: Transaction, fact: Fact, event: routes_pb2.RouteEnded) -> None:
        """Nothing that is open takes it."""
        self.trees.drop(event.route_id)

    # ---- matters ----------------------------------------------------------------------------------------------

    def _raised(self, tx: Transaction, fact: Fact, event: matters_pb2.MatterRaised) -> None:
        writing.raise_matter(
            tx, event.matter_id, fact.position, event.unit_id, event.topic, event.owner_unit_id,
            fact.occurred_at_us, event.due_us,
        )  # fmt: skip

    def _matter_turned(self, tx: Transaction, fact: Fact, event: Any) -> None:
        """A matter went up, was answered, or the answer did not help."""
        owner_id = event.to_unit_id if isinstance(event, matters_pb2.MatterPassedUp) else ""
        waiting = not isinstance(event, matters_pb2.MatterAnswered)
        writing.turn_matter(tx, event.matter_id, fact.position, owner_id, event.due_us, waiting=waiting)

    # ---- deeds ----------------------------------------------------------------------------------------------

    def _record(
        self, fact: Fact, directive_id: str, unit_id: str, stage: int = 0, due_us: int = 0, late_minutes: int = 0,
        *, ordinal: int = 0, to_all: bool = False, at_us: int = 0,
    ) -> None:  # fmt: skip
        short = fact.type.rsplit(".", 1)[-1]
        self._deeds.append(
            Deed(fact.position, ordinal, fact.ledger_id, short, directive_id, unit_id, stage, int(to_all),
                 at_us or fact.occurred_at_us, due_us, late_minutes)
        )  # fmt: skip

    def _record_carried(self, fact: Fact) -> None:
        """Dispatches that came along with units that moved, with the time they were given."""
        ordinal = 0
        for directive_id, directive in self.directives.items():
            carried, directive.carried = directive.carried, []
            for unit in carried:
                ordinal += 1
                self._record(
                    fact, directive_id, self.tree.ids[unit], Stage.DISPATCH, ordinal=ordinal,
                    at_us=directive.reached_us[unit],
                )  # fmt: skip

    def _table(self) -> dict[str, tuple[Callable[[Transaction, Fact, Any], None], type[Any]]]:
        handlers: dict[type[Any], Callable[[Transaction, Fact, Any], None]] = {
            pb.DirectiveIssued: self._issued,
            pb.DirectiveWithdrawn: self._withdrawn,
            pb.AssignmentsDispatched: self._dispatched,
            pb.AssignmentReceived: self._received,
            pb.AssignmentNamed: self._named,
            pb.WorkStarted: self._started,
            pb.ReportSubmitted: self._reported,
            pb.ReportConfirmed: self._noted,
            pb.ReportVerified: self._verified,
            pb.ReportCorrected: self._corrected,
            pb.ReportReturned: self._returned,
            pb.AssignmentWithdrawn: self._let_off,
            pb.AssignmentRestored: self._taken_back,
            pb.ExtensionAsked: self._noted,
            pb.ExtensionGranted: self._extended,
            pb.ExtensionRefused: self._noted,
            pb.ActUndone: self._undone,
            pb.UnitReminded: self._noted,
            pb.ReminderUndone: self._noted,
            units_pb2.UnitEstablished: self._established,
            units_pb2.UnitsStaged: self._staged,
            units_pb2.RosterActivated: self._activated,
            units_pb2.RosterDiscarded: self._staged,
            units_pb2.UnitRenamed: self._described,
            units_pb2.UnitRecoded: self._described,
            units_pb2.UnitReclassified: self._reclassified,
            units_pb2.UnitMembersCounted: self._described,
            units_pb2.UnitTransferred: self._transferred,
            units_pb2.UnitMerged: self._merged,
            units_pb2.UnitAbolished: self._abolished,
            routes_pb2.RouteDrawn: self._drawn,
            routes_pb2.RouteChanged: self._relinked,
            routes_pb2.RouteEnded: self._route_ended,
            units_pb2.PostHandedOver: self._handed_over,
            units_pb2.PostHolderAppointed: self._appointed,
            matters_pb2.MatterRaised: self._raised,
            matters_pb2.MatterPassedUp: self._matter_turned,
            matters_pb2.MatterAnswered: self._matter_turned,
            matters_pb2.MatterReopened: self._matter_turned,
        }
        return {str(message.DESCRIPTOR.full_name): (handle, message) for message, handle in handlers.items()}


def _revive(reader: Reader, tree: UnitTree, row: DirectiveRow) -> LiveDirective:
    """A directive as it was at the last flush: recounted from what each unit did."""
    seat = Seat(tree.number(row.issuer_unit_id), tree.number(row.subtree_unit_id))
    records: list[tuple[int, Facts]] = [
        (tree.number(unit_id), facts)
        for unit_id, gone, figures in writing.newest_figures(reader, row.directive_id)
        if any((facts := Figures.from_row(figures).facts).row()) or not gone
    ]
    let_off = [tree.number(unit_id) for unit_id in writing.let_off(reader, row.directive_id)]
    passed_on: dict[int, Passed] = {}
    reached_us: dict[int, int] = {}
    for unit_id, to_all, at_us, position in writing.dispatch_times(reader, row.directive_id):
        if to_all:
            passed_on.setdefault(tree.number(unit_id), Passed(at_us, position))
        else:
            reached_us.setdefault(tree.number(unit_id), at_us)
    directive = LiveDirective(tree, terms_of(row.issued), seat, Past(records, let_off, passed_on, reached_us))
    directive.take_changed()
    return directive
