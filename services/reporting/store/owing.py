"""What is owed below a unit, read a parent at a time: its children's assignments in one go, nothing stored."""

from __future__ import annotations

from collections.abc import Iterator

from services.chassis import routes
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit
from services.kernel.paths import segments
from services.kernel.workdays import WorkCalendar
from services.reporting.domain import deadlines as due
from services.reporting.domain.assignment_machine import State
from services.reporting.domain.assignments import Assignment, Case
from services.reporting.domain.directives import Directive, layer_of, obliges
from services.reporting.domain.owing import ON_DESK, Above, Owed, owed
from services.reporting.store import directives
from services.reporting.store.assignments import Cases, Reached, own_rows, reached_by, sent_to_all


class Owing:
    """What is owed under one directive."""

    def __init__(self, reader: Reader, directive: Directive, calendar: WorkCalendar) -> None:
        self._reader = reader
        self._directive = directive
        self._calendar = calendar
        self._cases = Cases(reader)

    def below(self, parent: TreeUnit) -> Iterator[tuple[Owed, Above]]:
        """The next step of each child's assignment, where one is owed; by the children's codes."""
        directive = self._directive
        parent = routes.stand(self._reader, directive.route_id, parent)
        if not (parent.unit_id == directive.issuer_unit_id or layer_of(directive.issuer_unit_id, parent.path)):
            return
        children = routes.children(self._reader, directive.route_id, parent.unit_id)
        if not children:
            return
        own = own_rows(self._reader, directive.directive_id, [child.unit_id for child in children])
        sent = sent_to_all(self._reader, directive.directive_id, parent.unit_id)
        if not sent.position and not own:
            yield from self._nothing_sent(parent, children)
            return
        above = self._above(parent, sent)
        withdrawn = self._withdrawn_at(parent)
        for child in children:
            step = self._step(child, own.get(child.unit_id, Assignment()), sent, withdrawn, above)
            if step is not None:
                yield step, above

    def of(self, unit: TreeUnit) -> Owed | None:
        """What the unit itself owes next, of its own assignment."""
        route_id = self._directive.route_id
        parent = routes.find(self._reader, route_id, routes.stand(self._reader, route_id, unit).parent_id)
        if parent is None:
            return None
        steps = (step for step, _ in self.below(parent))
        return next((step for step in steps if step.assignment_unit_id == unit.unit_id == step.unit_id), None)

    def owes(self, unit: TreeUnit, stage: int) -> bool:
        """Whether the unit owes this stage, of its own assignment or of one below it."""
        if stage not in (due.DISPATCH, due.VERIFY):
            step = self.of(unit)
            return step is not None and step.stage == stage
        below = []
        if stage == due.VERIFY:
            below = routes.children(self._reader, self._directive.route_id, unit.unit_id)
        return any(
            step.unit_id == unit.unit_id and step.stage == stage
            for parent in (unit, *below)
            for step, _ in self.below(parent)
        )

    def _nothing_sent(self, parent: TreeUnit, children: list[TreeUnit]) -> Iterator[tuple[Owed, Above]]:
        """All children wait alike: the parent is asked first, the children only where it has signed."""
        above = self._above(parent, Reached())
        if above.waits_to_pass_on:
            for child in children:
                step = self._step(child, Assignment(), Reached(), "", above)
                if step is not None:
                    yield step, above

    def _step(self, child: TreeUnit, own: Assignment, sent: Reached, withdrawn_above: str, above: Above) -> Owed | None:
        directive = self._directive
        obliged = obliges(directive.reach, directive.issuer_unit_id, child)
        if not obliged and not directives.on_route(self._reader, directive, child):
            return None
        if not own.dispatch_position and sent.position and child.joined <= sent.position:
            own = reached_by(own, sent)
        layer = layer_of(directive.issuer_unit_id, child.path)
        return owed(Case(directive, child.unit_id, layer, obliged, withdrawn_above, own), above, self._calendar)

    def _above(self, parent: TreeUnit, sent: Reached) -> Above:
        ids = segments(parent.path)
        ids = ids[ids.index(self._directive.issuer_unit_id) :]
        if len(ids) == 1 or not directives.on_route(self._reader, self._directive, parent):
            return Above(tuple(reversed(ids)))
        case = self._cases.of(self._directive, parent)
        waits = case.state in ON_DESK and not sent.position
        return Above(tuple(reversed(ids)), waits, case.assignment.shift_workdays)

    def _withdrawn_at(self, parent: TreeUnit) -> str:
        """The unit at or above the parent that was let off, or empty."""
        if parent.unit_id == self._directive.issuer_unit_id:
            return ""
        if not directives.on_route(self._reader, self._directive, parent):
            return ""
        case = self._cases.of(self._directive, parent)
        return case.withdrawn_above or (parent.unit_id if case.state is State.WITHDRAWN else "")
