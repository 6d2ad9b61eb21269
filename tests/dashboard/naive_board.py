"""The read model recounted from a ledger's first entries: a tree of plain dicts, and TRANSMISSION read aloud over it.

Written from the meaning of reporting's events alone; it shares nothing with the projector but the messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import routes_pb2, units_pb2
from services.kernel.transmission import Stage, credit
from services.kernel.workdays import day_of, work_calendar
from tests.kernel.naive_transmission import NaiveDirective
from tests.kernel.naive_transmission import Unit as NaiveUnit

MILLION = 10**6
MESSAGES = (pb, units_pb2, routes_pb2)


@dataclass
class Place:
    parent: str
    kind: str
    joined: int
    ended: bool = False


@dataclass
class Route:
    """Who answers to whom else, and since which position everybody stands under their superior."""

    came: dict[str, int]
    links: dict[str, str] = field(default_factory=dict)
    open: bool = True


@dataclass
class Record:
    """What one unit did under one directive."""

    credit: dict[Stage, int] = field(default_factory=dict)
    due: dict[Stage, int] = field(default_factory=dict)
    minutes: dict[Stage, int | None] = field(default_factory=dict)
    dispatched: tuple[int, int] | None = None
    dispatched_us: int | None = None
    to_all: tuple[int, int] | None = None
    to_all_position: int = 0
    to_all_us: int = 0
    first_report: int | None = None
    returned: bool = False
    let_off: bool = False


@dataclass
class Asked:
    """A directive."""

    issued: pb.DirectiveIssued
    issuer: str
    subtree: str
    records: dict[str, Record] = field(default_factory=dict)
    open: bool = True

    @property
    def route(self) -> str:
        return self.issued.route_id

    def record(self, unit: str) -> Record:
        return self.records.setdefault(unit, Record())


class NaiveBoard:
    """Feed it entries; ask it for any directive as of then."""

    def __init__(self, entries: list[bytes]) -> None:
        self.places: dict[str, Place] = {}
        self.routes: dict[str, Route] = {}
        self.asked: dict[str, Asked] = {}
        self.read(entries)

    def read(self, entries: list[bytes]) -> None:
        """Takes in what comes next."""
        for raw in entries:
            entry = ledger_pb2.Entry.FromString(raw)
            name = entry.type.rsplit(".", 1)[-1]
            message: Any = next(found for module in MESSAGES if (found := getattr(module, name, None)))
            getattr(self, name)(message.FromString(entry.data), entry)

    # Units

    def UnitEstablished(self, event: Any, entry: Any) -> None:
        self.places[event.unit_id] = Place(event.parent_id, event.kind, entry.position)
        for route in self.routes.values():
            route.came[event.unit_id] = entry.position

    def UnitRenamed(self, event: Any, entry: Any) -> None:
        pass

    def UnitReclassified(self, event: Any, entry: Any) -> None:
        self.places[event.unit_id].kind = event.kind

    def UnitTransferred(self, event: Any, entry: Any) -> None:
        unit = event.unit_id
        for route_id in self.ways():
            if route_id == "" or unit not in self.routes[route_id].links:
                self.keep(unit, route_id, entry.position)
        self.places[unit].parent = event.to_parent_id

    def UnitMerged(self, event: Any, entry: Any) -> None:
        source, into = event.unit_id, event.into_unit_id
        below = {route_id: self.children(source, route_id) for route_id in self.ways()}
        for route_id, children in below.items():
            for child in children:
                self.keep(child, route_id, entry.position)
        for child in below[""]:
            self.places[child].parent = into
        for route in self.routes.values():
            if route.open:
                route.links.pop(source, None)
                route.links.update({unit: into for unit, superior in route.links.items() if superior == source})
        self.places[source].ended = True
        for asked in self.asked.values():
            if asked.issuer == event.unit_id:
                asked.issuer = event.into_unit_id
            if asked.subtree == event.unit_id:
                asked.subtree = event.into_unit_id

    def UnitAbolished(self, event: Any, entry: Any) -> None:
        self.places[event.unit_id].ended = True
        for route in self.routes.values():
            route.links.pop(event.unit_id, None)

    def PostHandedOver(self, event: Any, entry: Any) -> None:
        pass

    # Routes

    def RouteDrawn(self, event: Any, entry: Any) -> None:
        came = {unit: place.joined for unit, place in self.places.items()}
        self.routes[event.route_id] = Route(came)
        self.RouteChanged(event, entry)

    def RouteChanged(self, event: Any, entry: Any) -> None:
        for link in event.links:
            self.keep(link.unit_id, event.route_id, entry.position)
            if link.superior_unit_id:
                self.routes[event.route_id].links[link.unit_id] = link.superior_unit_id
            else:
                del self.routes[event.route_id].links[link.unit_id]

    def RouteEnded(self, event: Any, entry: Any) -> None:
        self.routes[event.route_id].open = False

    def ways(self) -> list[str]:
        """Every way that a directive may go: the unit tree is the one without a name."""
        return ["", *(key for key, route in self.routes.items() if route.open)]

    def keep(self, unit: str, route_id: str, position: int) -> None:
        """A unit is about to go under another superior: what had reached it stays with it."""
        for asked in self.asked.values():
            if asked.route != route_id:
                continue
            above = asked.record(self.parent(unit, route_id))
            mine = asked.record(unit)
            here = asked.issuer in self.chain(unit, route_id) and self.inside(asked, unit)
            keeps = self.on_route(asked, unit) or (here and (mine.credit or mine.let_off))
            if keeps and mine.dispatched is None and self.covered(asked, unit):
                mine.dispatched, mine.dispatched_us = above.to_all, above.to_all_us
        if route_id:
            self.routes[route_id].came[unit] = position
        else:
            self.places[unit].joined = position

    def on_route(self, asked: Asked, unit: str) -> bool:
        """The unit, or one below it that is not let off, owes the work."""
        below = [child for child in self.children(unit, asked.route) if not asked.record(child).let_off]
        return self.obliged(asked, unit) or any(self.on_route(asked, child) for child in below)

    def covered(self, asked: Asked, unit: str) -> bool:
        above = asked.records.get(self.parent(unit, asked.route))
        joined = self.routes[asked.route].came[unit] if asked.route else self.places[unit].joined
        return above is not None and above.to_all is not None and joined <= above.to_all_position

    def parent(self, unit: str, route_id: str) -> str:
        linked = self.routes[route_id].links.get(unit) if route_id else None
        return linked or self.places[unit].parent

    def children(self, unit: str, route_id: str) -> list[str]:
        return [
            key for key, place in self.places.items() if not place.ended and self.parent(key, route_id) == unit
        ]  # fmt: skip

    def chain(self, unit: str, route_id: str) -> list[str]:
        found = [unit]
        while above := self.parent(found[-1], route_id):
            assert above not in found, f"{above} stands below itself on {route_id or 'the unit tree'}"
            found.append(above)
        return found

    # Directives

    def DirectiveIssued(self, event: Any, entry: Any) -> None:
        subtree = event.scope.subtree_unit_id or event.issuer_unit_id
        self.asked[event.directive_id] = Asked(event, event.issuer_unit_id, subtree)

    def DirectiveWithdrawn(self, event: Any, entry: Any) -> None:
        self.asked[event.directive_id].open = False

    def AssignmentsDispatched(self, event: Any, entry: Any) -> None:
        asked = self.asked[event.directive_id]
        said = (credit(event.late_working_minutes), event.shift_workdays)
        if not event.unit_ids:
            parent = asked.record(event.parent_unit_id)
            if parent.to_all is None:
                parent.to_all, parent.to_all_position = said, entry.position
                parent.to_all_us = entry.occurred_at_us
        for unit in event.unit_ids:
            record = asked.record(unit)
            if record.dispatched is None:
                record.dispatched, record.dispatched_us = said, entry.occurred_at_us

    def AssignmentReceived(self, event: Any, entry: Any) -> None:
        self.done(event, entry, Stage.RECEIVE)

    def AssignmentNamed(self, event: Any, entry: Any) -> None:
        self.done(event, entry, Stage.NAME)

    def WorkStarted(self, event: Any, entry: Any) -> None:
        self.done(event, entry, Stage.START)

    def ReportSubmitted(self, event: Any, entry: Any) -> None:
        self.done(event, entry, Stage.REPORT)
        self.verify_by(self.asked[event.directive_id], event)

    def verify_by(self, asked: Asked, event: Any) -> None:
        layer = self.chain(event.unit_id, asked.route).index(asked.issuer)
        common = {d.layer: d.due_us for d in asked.issued.deadlines if d.stage == 6}
        due_us = event.verify_due_us
        own = due_us != common[min(layer, max(common))]
        asked.record(event.unit_id).due[Stage.VERIFY] = day_of(due_us).toordinal() if own else 0

    def ReportVerified(self, event: Any, entry: Any) -> None:
        self.done(event, entry, Stage.VERIFY)

    def ReportCorrected(self, event: Any, entry: Any) -> None:
        asked = self.asked[event.directive_id]
        record = asked.record(event.unit_id)
        record.credit.pop(Stage.VERIFY, None)
        record.minutes.pop(Stage.VERIFY, None)
        self.verify_by(asked, event)

    def ActUndone(self, event: Any, entry: Any) -> None:
        record = self.asked[event.directive_id].record(event.unit_id)
        for stage in event.stages:
            del record.credit[Stage(stage)]
            record.minutes.pop(Stage(stage), None)

    def ReportReturned(self, event: Any, entry: Any) -> None:
        record = self.asked[event.directive_id].record(event.unit_id)
        record.due[Stage.REPORT] = day_of(event.rectify_due_us).toordinal()
        record.due[Stage.VERIFY] = self.verified_after(event.directive_id, event.rectify_due_us)
        if record.credit.pop(Stage.REPORT, None):
            record.returned = True
            record.credit.pop(Stage.VERIFY, None)
            record.minutes.pop(Stage.REPORT, None)
            record.minutes.pop(Stage.VERIFY, None)

    def ExtensionGranted(self, event: Any, entry: Any) -> None:
        record = self.asked[event.directive_id].record(event.unit_id)
        record.due[Stage(event.stage)] = day_of(event.until_us).toordinal()
        if event.stage == Stage.REPORT:
            record.due[Stage.VERIFY] = self.verified_after(event.directive_id, event.until_us)

    def ExtensionAsked(self, event: Any, entry: Any) -> None:
        pass

    def AssignmentWithdrawn(self, event: Any, entry: Any) -> None:
        self.asked[event.directive_id].record(event.unit_id).let_off = True

    def AssignmentRestored(self, event: Any, entry: Any) -> None:
        self.asked[event.directive_id].record(event.unit_id).let_off = False

    def done(self, event: Any, entry: Any, stage: Stage) -> None:
        asked = self.asked[event.directive_id]
        record = asked.record(event.unit_id)
        if stage in record.credit:
            return
        earned = credit(event.late_working_minutes)
        if stage is Stage.REPORT:
            record.first_report = record.first_report or earned
            earned = min(earned, record.first_report)
        record.credit[stage] = earned
        since = record.dispatched_us
        if since is None:
            above = asked.records.get(self.parent(event.unit_id, asked.route))
            since = above.to_all_us if above is not None and self.covered(asked, event.unit_id) else None
        late = since is None or entry.occurred_at_us < since
        record.minutes[stage] = None if late or since is None else (entry.occurred_at_us - since) // 60_000_000

    def verified_after(self, directive_id: str, due_us: int) -> int:
        issued = self.asked[directive_id].issued
        calendar = work_calendar(issued.calendar_version)
        return calendar.add_workdays(day_of(due_us), issued.verify_workdays).toordinal()

    # What a directive looks like

    def obliged(self, asked: Asked, unit: str) -> bool:
        scope, chain, place = asked.issued.scope, self.chain(unit, asked.route), self.places[unit]
        if place.ended or unit == asked.issuer or asked.issuer not in chain or unit in scope.excluded_unit_ids:
            return False
        if scope.unit_ids:
            return unit in scope.unit_ids
        return asked.subtree in chain and (not scope.kinds or place.kind in scope.kinds)

    def inside(self, asked: Asked, unit: str) -> bool:
        """The unit may have an assignment, now or when something obliged comes below it."""
        chain = self.chain(unit, asked.route)
        above = self.chain(asked.subtree, asked.route)
        return bool(asked.issued.scope.unit_ids) or asked.subtree in chain or unit in above

    def directive(self, directive_id: str) -> tuple[NaiveDirective, dict[str, int]]:
        """The directive as TRANSMISSION sees it, and its route's units by number."""
        asked = self.asked[directive_id]
        route: list[str] = []
        waiting = [asked.issuer]
        while waiting:
            unit = waiting.pop()
            route.append(unit)
            waiting += self.children(unit, asked.route)
        numbers = {unit: number for number, unit in enumerate(route)}
        naive = NaiveDirective(0)
        root = asked.records.get(asked.issuer, Record())
        naive.units[0].to_all = root.to_all
        for unit in route[1:]:
            record = asked.records.get(unit, Record())
            naive.units[numbers[unit]] = NaiveUnit(
                numbers[self.parent(unit, asked.route)], int(self.obliged(asked, unit)), dict(record.credit),
                dict(record.due), dict(record.minutes), record.dispatched, record.to_all, record.first_report,
                record.returned, record.let_off, not self.covered(asked, unit),
            )  # fmt: skip
        on_route = self._prune(naive, numbers)
        return naive, on_route

    def _prune(self, naive: NaiveDirective, numbers: dict[str, int]) -> dict[str, int]:
        """Only units with something obliged at or below them stand on the route."""
        kept: dict[str, int] = {}
        for unit, number in numbers.items():
            if number == 0 or naive.mass(number):
                kept[unit] = number
        for number in list(naive.units):
            if number not in kept.values():
                del naive.units[number]
        return kept
