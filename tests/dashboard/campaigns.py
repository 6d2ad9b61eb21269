"""Random campaigns: what reporting might write, from seeds; every entry is one that its rules allow."""

from __future__ import annotations

from random import Random

from google.protobuf.message import Message

from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import routes_pb2, units_pb2
from tests.dashboard.entries import Book
from tests.dashboard.naive_board import NaiveBoard

UNDOABLE = (pb.AssignmentReceived, pb.AssignmentNamed, pb.ReportVerified)
KINDS = ("working_committee", "primary_committee", "general_branch", "branch")
ROUTES_MAX = 2
LATE = (0, 0, 0, 1, 700, 2880, 9000)


class Campaign:
    """Writes into a book. The naive board, reading along, says what is possible."""

    def __init__(self, seed: int, units: int = 12, book: Book | None = None) -> None:
        self.random = Random(seed)
        self.book = book or Book()
        self.naive = NaiveBoard([])
        self._heard = 0
        # What stands of each assignment's entries, oldest first: (position, message).
        self.acts: dict[str, list[tuple[int, Message]]] = {}
        self._count = 0
        self.book.establish("root", "", "district_committee")
        self.hear()
        for _ in range(units):
            self.grow()

    def hear(self) -> None:
        """The naive board reads what was written."""
        self.naive.read(self.book.entries[self._heard :])
        for raw in self.book.entries[self._heard :]:
            entry = ledger_pb2.Entry.FromString(raw)
            name = entry.type.rsplit(".", 1)[-1]
            if "/" in entry.subject and name != "ActUndone":
                message = getattr(pb, name).FromString(entry.data)
                self.acts.setdefault(entry.subject, []).append((entry.position, message))
        self._heard = len(self.book.entries)

    def play(self, steps: int) -> Campaign:
        """Lets that many things happen."""
        while not self.naive.asked:
            self.issue()
        for _ in range(steps):
            kind = self.random.randrange(40)
            self.book.now_us += self.random.choice((1, 60_000_000, 7_200_000_000, 86_400_000_000))
            if kind == 0 and len(self.naive.asked) < 4:
                self.issue()
            elif kind == 1 and self.random.randrange(3) == 0:
                self.withdraw()
            elif kind < 7:
                self.change_tree()
            elif kind < 9:
                self.change_route()
            else:
                self.assignment()
            self.hear()
        return self

    def units(self) -> list[str]:
        return [unit for unit, place in self.naive.places.items() if not place.ended]

    def grow(self) -> None:
        self._count += 1
        parent = self.random.choice([unit for unit in self.units() if len(self.naive.chain(unit, "")) < 5])
        self.book.establish(f"u{self._count:03}", parent, self.random.choice(KINDS))
        self.hear()

    # Directives

    def issue(self) -> None:
        units = self.units()
        issuer = self.random.choice(["root", "root", *units])
        route = self.random.choice(self.ways()[::-1][:2])
        below = [unit for unit in units if issuer in self.naive.chain(unit, route)[1:]]
        if not below:
            return
        subtree = self.random.choice([issuer, issuer, *below])
        kinds = self.random.sample(KINDS, self.random.choice((0, 1, 2, 3)))
        scope = pb.Scope(subtree_unit_id=subtree, kinds=kinds)
        if self.random.randrange(4) == 0:
            scope = pb.Scope(unit_ids=self.random.sample(below, self.random.randint(1, len(below))))
        if self.random.randrange(2):
            scope.excluded_unit_ids.extend(self.random.sample(below, min(len(below), self.random.randint(1, 3))))
        dispatch = bool(self.random.randrange(6))
        self.book.issue(f"dir{len(self.naive.asked)}", issuer, scope, dispatch=dispatch, route=route)
        self.hear()

    def withdraw(self) -> None:
        directive_id = self.random.choice(self.open())
        self.book.write(pb.DirectiveWithdrawn(directive_id=directive_id), directive_id)

    def open(self) -> list[str]:
        return [key for key, asked in self.naive.asked.items() if asked.open] or [self.reissue()]

    def reissue(self) -> str:
        while not any(asked.open for asked in self.naive.asked.values()):
            self.issue()
        return next(key for key, asked in self.naive.asked.items() if asked.open)

    def assignment(self) -> None:
        directive_id = self.random.choice(self.open())
        naive, numbers = self.naive.directive(directive_id)
        live = {number for number, _ in naive.walk(0)}
        units = [unit for unit, number in numbers.items() if number in live]
        if self.random.randrange(4) == 0:
            self.dispatch(directive_id, self.random.choice(units))
            return
        below = units[1:]
        if below:
            self.act(directive_id, self.random.choice(below))
        else:
            self.let_off_or_back(directive_id, "")

    def dispatch(self, directive_id: str, parent: str) -> None:
        asked = self.naive.asked[directive_id]
        _, numbers = self.naive.directive(directive_id)
        late = self.random.choice(LATE)
        record = asked.record(parent)
        children = [child for child in self.naive.children(parent, asked.route) if child in numbers]
        waiting = [child for child in children if not self.naive.covered(asked, child)]
        waiting = [child for child in waiting if asked.record(child).dispatched is None]
        if record.to_all is None and self.random.randrange(3):
            self.book.dispatch(directive_id, parent, (), late)
        elif waiting:
            self.book.dispatch(
                directive_id, parent, self.random.sample(waiting, self.random.randint(1, len(waiting))), late
            )

    def act(self, directive_id: str, unit: str) -> None:
        asked = self.naive.asked[directive_id]
        done = set(asked.record(unit).credit)
        kind = self.random.randrange(18)
        subject = f"{directive_id}/{unit}"
        if kind == 0:
            self.let_off_or_back(directive_id, unit)
        elif kind == 1:
            stage = self.random.randint(2, 5)
            until_us = self.book.days(self.random.randint(1, 20))
            event = pb.ExtensionGranted(directive_id=directive_id, unit_id=unit, stage=stage, until_us=until_us)
            self.book.write(event, subject)
        elif 5 in done and kind < 6:
            returned = pb.ReportReturned(directive_id=directive_id, unit_id=unit, rectify_due_us=self.book.days(3))
            self.book.write(returned, subject)
        elif 5 in done and 6 not in done and kind == 6:
            self.book.stage(directive_id, unit, 5, self.random.choice(LATE))
        elif kind in (16, 17) and 6 in done:
            self.correct(directive_id, unit)
        elif kind == 14 and 3 in done and 6 not in done:
            self.book.stage(directive_id, unit, 3)
        elif kind == 15 and isinstance(self.newest(subject), UNDOABLE):
            self.undo(subject)
        elif kind == 7:
            self.book.write(pb.ExtensionAsked(directive_id=directive_id, unit_id=unit, stage=5), subject)
        else:
            open_stages = [stage for stage in range(2, 7) if stage not in done]
            if open_stages:
                verify_us = self.book.days(40) if self.random.randrange(2) else 0
                self.book.stage(directive_id, unit, open_stages[0], self.random.choice(LATE), verify_us)

    def correct(self, directive_id: str, unit: str) -> None:
        """What was verified was wrong; sometimes nothing is left of it."""
        done = self.random.randrange(2)
        event = pb.ReportCorrected(
            directive_id=directive_id, unit_id=unit, report_number=2, correction_number=1, reason="示例",
            due_count=done, done_count=done, verify_due_us=self.book.days(self.random.choice((3, 40))),
        )  # fmt: skip
        self.book.write(event, f"{directive_id}/{unit}")

    def newest(self, subject: str) -> Message | None:
        acts = self.acts.get(subject)
        return acts[-1][1] if acts else None

    def undo(self, subject: str) -> None:
        """Takes the newest act back, as reporting would."""
        position, newest = self.acts[subject].pop()
        named = [act for _, act in self.acts[subject] if isinstance(act, pb.AssignmentNamed)]
        directive_id, _, unit = subject.partition("/")
        undone = pb.ActUndone(directive_id=directive_id, unit_id=unit, positions=[position], state="any")
        if isinstance(newest, pb.ReportVerified):
            undone.act, undone.stages[:] = "verify", [6]
            undone.verifier_unit_id = "root"
        elif isinstance(newest, pb.AssignmentReceived):
            undone.act, undone.stages[:] = "receive", [2]
        else:
            undone.act, undone.stages[:] = "name", [] if named else [3]
            if named and not self.holds(named[-1]):
                self.acts[subject].append((position, newest))
                return
            if named:
                undone.post_id, undone.person_id = named[-1].post_id, named[-1].person_id
        self.book.write(undone, subject)

    def holds(self, named: pb.AssignmentNamed) -> bool:
        """Whoever was named still holds the post."""
        return True

    def let_off_or_back(self, directive_id: str, unit: str) -> None:
        asked = self.naive.asked[directive_id]
        off = [key for key, record in asked.records.items() if record.let_off and not self.naive.places[key].ended]
        off = [
            key for key in off if asked.issuer in self.naive.chain(key, asked.route) and self.naive.inside(asked, key)
        ]
        if off and (not unit or self.random.randrange(2)):
            back = self.random.choice(off)
            event = pb.AssignmentRestored(directive_id=directive_id, unit_id=back)
            self.book.write(event, f"{directive_id}/{back}")
        elif unit:
            self.book.write(pb.AssignmentWithdrawn(directive_id=directive_id, unit_id=unit), f"{directive_id}/{unit}")

    # The tree

    def change_tree(self) -> None:
        units = [unit for unit in self.units() if unit != "root"]
        kind = self.random.randrange(6)
        if kind < 2 or len(units) < 3:
            self.grow()
            return
        unit = self.random.choice(units)
        # On no route may anybody come below themselves.
        ways = self.ways()
        elsewhere = [
            other for other in self.units() if not any(unit in self.naive.chain(other, way) for way in ways)
        ]  # fmt: skip
        if kind == 2:
            self.book.write(units_pb2.UnitReclassified(unit_id=unit, kind=self.random.choice(KINDS)), unit)
        elif kind == 3 and not any(self.naive.children(unit, way) for way in ways) and self.random.randrange(2):
            if not any(unit in (asked.issuer, asked.subtree) for asked in self.naive.asked.values()):
                self.book.write(units_pb2.UnitAbolished(unit_id=unit), unit)
        elif kind == 4:
            others = [other for other in elsewhere if other != "root"]
            if others:
                self.book.write(units_pb2.UnitMerged(unit_id=unit, into_unit_id=self.random.choice(others)), unit)
        else:
            old, new = self.naive.places[unit].parent, self.random.choice(elsewhere)
            if old != new:
                event = units_pb2.UnitTransferred(unit_id=unit, from_parent_id=old, to_parent_id=new)
                self.book.write(event, unit)

    # Routes

    def ways(self) -> list[str]:
        """The unit tree and every open route."""
        return self.naive.ways()

    def change_route(self) -> None:
        """A route is drawn, changed or, when nothing takes it, ended."""
        routes = self.ways()[1:]
        free = [
            way for way in routes if not any(asked.open and asked.route == way for asked in self.naive.asked.values())
        ]
        kind = self.random.randrange(8)
        if not routes or (kind == 0 and len(routes) < ROUTES_MAX):
            self.draw_route()
        elif kind == 1 and free:
            ended = routes_pb2.RouteEnded(route_id=self.random.choice(free), reason="示例")
            self.book.write(ended, ended.route_id)
        else:
            route_id = self.random.choice(routes)
            links = self.links(route_id, self.random.randint(1, 3))
            if links:
                self.book.write(routes_pb2.RouteChanged(route_id=route_id, reason="示例", links=links), route_id)

    def draw_route(self) -> None:
        route_id = f"route{len(self.naive.routes)}"
        links = self.links("", self.random.randint(1, 3))
        if links:
            drawn = routes_pb2.RouteDrawn(route_id=route_id, name=f"name of {route_id}", links=links)
            self.book.write(drawn, route_id)

    def links(self, route_id: str, count: int) -> list[routes_pb2.RouteLink]:
        """Links that may be made one by one, each unit's at most once; from the unit tree on for a new route."""
        route = self.naive.routes.get(route_id)
        after = {unit: self.naive.parent(unit, route_id) for unit in self.units()}
        links: dict[str, routes_pb2.RouteLink] = {}
        for _ in range(count):
            unit = self.random.choice(self.units())
            linked = route is not None and unit in route.links
            back = linked and self.random.randrange(2) == 0
            superior = self.naive.places[unit].parent if back else self.random.choice(self.units())
            same = after[unit] == superior and not back
            if unit == "root" or unit in links or same or stands_below(after, superior, unit):
                continue
            after[unit] = superior
            links[unit] = routes_pb2.RouteLink(unit_id=unit, superior_unit_id="" if back else superior)
        return list(links.values())


def stands_below(superiors: dict[str, str], unit: str, above: str) -> bool:
    """The unit is the other, or stands below it."""
    while unit and unit != above:
        unit = superiors[unit]
    return bool(unit)
