"""Random lives of a tree with routes over it, against clerks who keep a card a unit and walk from it to the top."""

from __future__ import annotations

import copy
import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from huanjie.reporting.v1 import reporting_pb2 as pb
from huanjie.reporting.v1 import routes_pb2
from services.chassis import routes
from services.chassis.refusals import Refusal
from services.kernel.paths import ROOT, segments
from tests.reporting.campaign import Campaign
from tests.reporting.office import Office
from tests.reporting.test_units_laws import DEPTH_MAX, Both, Cards

Links = list[tuple[str, str]]


class RoutedCards(Cards):
    """Cards, and for each route a list of who answers to whom."""

    def __init__(self) -> None:
        super().__init__()
        self.links: dict[str, dict[str, str]] = {}

    def superior(self, route: str, unit_id: str) -> str:
        return self.links[route].get(unit_id) or self.cards[unit_id].parent

    def line(self, route: str, unit_id: str) -> list[str]:
        """The unit and all above it on a route; longer than there are units in a circle."""
        line = [unit_id]
        while above := self.superior(route, line[-1]):
            line.append(above)
            if len(line) > len(self.cards) + 1:
                break
        return line

    def below(self, route: str, unit_id: str) -> list[str]:
        return [other for other in self.active() if self.superior(route, other) == unit_id]

    def levels(self, route: str, unit_id: str) -> int:
        return max((self.levels(route, child) + 1 for child in self.below(route, unit_id)), default=0)

    def refused_links(self, route: str, links: Links) -> str:
        before, seen = copy.deepcopy(self.links), set()
        for unit_id, superior in links:
            if unit_id in seen:
                return "ROUTE_LINK_REPEATED"
            seen.add(unit_id)
            if not self.cards[unit_id].parent:
                return "ROUTE_ROOT_LINKED"
            linked = before[route].get(unit_id)
            if superior == linked or (not linked and superior in ("", self.cards[unit_id].parent)):
                return "ROUTE_LINK_SAME"
        levels = {unit_id: self.levels(route, unit_id) for unit_id, _ in links}
        for unit_id, superior in links:
            self.links[route].pop(unit_id, None)
            if superior:
                self.links[route][unit_id] = superior
        lines = {unit_id: self.line(route, unit_id) for unit_id, _ in links}
        refused = ""
        if any(len(line) > len(self.cards) for line in lines.values()):
            refused = "ROUTE_CIRCLE"
        elif any(len(lines[unit_id]) - 1 + levels[unit_id] > DEPTH_MAX for unit_id in lines):
            refused = "ROUTE_TOO_DEEP"
        if refused:
            self.links = before
        return refused

    def transfer(self, unit_id: str, to: str) -> str:
        before, levels = copy.deepcopy(self.cards), {r: self.levels(r, unit_id) for r in self.links}
        refused = super().transfer(unit_id, to)
        for route in sorted(self.links) if not refused else ():
            if unit_id not in self.links[route]:
                line = self.line(route, unit_id)
                if len(line) > len(self.cards):
                    refused = refused or "ROUTE_CIRCLE"
                elif len(line) - 1 + levels[route] > DEPTH_MAX:
                    refused = refused or "ROUTE_TOO_DEEP"
        if refused:
            self.cards = before
        return refused

    def merge(self, unit_id: str, into: str) -> str:
        circle = any(unit_id in self.line(route, into)[1:] for route in self.links)
        before = copy.deepcopy(self.cards)
        refused = super().merge(unit_id, into)
        if not refused and circle:
            self.cards = before
            return "ROUTE_CIRCLE"
        if not refused:
            for links in self.links.values():
                links.pop(unit_id, None)
                for other, superior in links.items():
                    links[other] = into if superior == unit_id else superior
        return refused

    def abolish(self, unit_id: str) -> str:
        occupied = any(self.below(route, unit_id) for route in self.links)
        before = copy.deepcopy(self.cards)
        refused = super().abolish(unit_id)
        if not refused and occupied:
            self.cards = before
            return "UNIT_ON_ROUTE"
        if not refused:
            for links in self.links.values():
                links.pop(unit_id, None)
        return refused


class BothRouted(Both):
    """The service and the cards, with routes."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.routed = RoutedCards()
        self.routed.cards = self.cards.cards
        self.cards = self.routed

    def draw(self, links: Links) -> None:
        if any(self.routed.cards[unit_id].state != "active" for link in links for unit_id in link if unit_id):
            return
        links = [(unit_id, superior) for unit_id, superior in links if superior]
        if not links:
            return
        name = f"渠道{len(self.routed.links) + 1}"
        self.routed.links[name] = {}
        refused = self.routed.refused_links(name, links)
        kept = self.routed.links.pop(name)
        request = routes_pb2.DrawRouteRequest(name=name, kind="functional_area", links=self._asked(links))
        try:
            self.routed.links[self.office.do(request).route_id] = kept
            assert refused == ""
        except Refusal as refusal:
            assert refusal.code == refused

    def change(self, route: str, links: Links) -> None:
        if any(self.routed.cards[unit_id].state != "active" for link in links for unit_id in link if unit_id):
            return
        refused = self.routed.refused_links(route, links)
        request = routes_pb2.ChangeRouteRequest(route_id=route, reason="调整", links=self._asked(links))
        self._same(request, refused)

    @staticmethod
    def _asked(links: Links) -> list[routes_pb2.RouteLinkAsked]:
        return [routes_pb2.RouteLinkAsked(unit=unit_id, superior=superior) for unit_id, superior in links]

    def check(self) -> None:
        super().check()
        for route, links in self.routed.links.items():
            self._check_route(route)
            with self.office.desk.store.snapshot() as reader:
                kept = {
                    unit_id: superior for unit_id in self.ids if (superior := routes.link_of(reader, route, unit_id))
                }
                assert kept == links

    def _check_route(self, route: str) -> None:
        cards = self.routed
        with self.office.desk.store.snapshot() as reader:
            for unit_id in cards.active():
                unit = routes.find(reader, route, unit_id)
                assert unit is not None
                line = cards.line(route, unit_id)
                assert list(segments(unit.path)) == line[::-1]
                assert (unit.parent_id, unit.depth) == (cards.superior(route, unit_id), len(line) - 1)
                below = routes.children(reader, route, unit_id)
                assert {child.unit_id for child in below} == set(cards.below(route, unit_id))
                inside, params = routes.placed(route, unit.path)
                rows = reader.all(f"SELECT unit_id FROM {inside} WHERE state = 'active'", params)
                assert {row[0] for row in rows} == {o for o in cards.active() if unit_id in cards.line(route, o)}
            parents, after = [], ""
            while page := routes.parents_page(reader, route, ROOT, after, 2):
                parents += [unit.unit_id for unit in page]
                after = page[-1].path
            assert sorted(parents) == sorted(unit_id for unit_id in cards.active() if cards.below(route, unit_id))


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["establish"] * 5 + ["transfer"] * 3 + ["merge", "merge", "abolish", "draw", *["change"] * 4, "drop"]
        ),
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    min_size=10,
    max_size=60,
)


@settings(max_examples=100)
@given(ACTS)
def test_any_life_of_a_tree_with_routes_is_what_naive_clerks_make_of_it(
    acts: list[tuple[str, int, int, int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        both = BothRouted(Office(Path(folder)))
        for number in range(6):
            both.act("establish", number // 2, number, f"工委{number}", "primary_committee", "")
        both.draw([(both.ids[5], both.ids[1])])
        for what, *numbers in acts:
            one, two, three, four = (both.ids[number % len(both.ids)] for number in numbers)
            known = list(both.routed.links)
            if what == "draw":
                both.draw([(one, two), (three, four)])
            elif what in ("change", "drop"):
                if known:
                    route = known[numbers[3] % len(known)]
                    both.change(route, [(one, two), (three, "")] if what == "drop" else [(one, two), (three, four)])
            else:
                both.act(what, numbers[0], numbers[1], f"单位{numbers[2]}", "primary_committee", "")
        both.check()
        both.office.close()


# ---- what a dispatch reached ------------------------------------------------------------------------------


class Runner:
    """Whom a directive on a route has reached, as somebody knows who walks along with it."""

    def __init__(self, campaign: Campaign, route: str) -> None:
        self.campaign = campaign
        self.route = route
        self.superior: dict[str, str] = {}
        self.linked: set[str] = set()
        self.kinds: dict[str, str] = {}
        self.reached: set[str] = set()
        # Reached by name, or acted: that stays whatever happens.
        self.own: set[str] = set()
        self.passed: set[str] = set()

    def below(self, unit: str) -> list[str]:
        return [other for other, superior in self.superior.items() if superior == unit]

    def on_route(self, unit: str) -> bool:
        return unit != "D" and (self.kinds[unit] == "branch" or any(map(self.on_route, self.below(unit))))

    def dispatched(self, unit: str) -> None:
        if unit in self.passed:
            missed = [child for child in self.below(unit) if self.on_route(child) and child not in self.reached]
            self.own |= set(missed)
            self.reached |= set(missed)
        else:
            self.passed.add(unit)
            self.reached |= set(self.below(unit))

    def leaves(self, unit: str) -> None:
        """Called before the unit goes to another superior."""
        if unit in self.reached and unit not in self.own:
            if self.on_route(unit):
                self.own.add(unit)
            else:
                self.reached.discard(unit)


def test_what_a_dispatch_reached_is_known_after_any_moves(campaign: Campaign, seed: int) -> None:
    chance = random.Random(seed)
    for name in ("E", "F"):
        campaign.add(name, "D", "working_committee")
    asked = [routes_pb2.RouteLinkAsked(unit=campaign.ids["a1"], superior=campaign.ids["E"])]
    request = routes_pb2.DrawRouteRequest(name="教育条线", kind="line_of_work", links=asked)
    runner = Runner(campaign, campaign.office.do(request, campaign.operator()).route_id)
    committees = ["A", "B", "E", "F"]
    tree = {**dict.fromkeys(committees, "D"), **{u: u[0].upper() for u in campaign.ids if len(u) == 2}}
    runner.superior = {**tree, "a1": "E"}
    runner.linked = {"a1"}
    runner.kinds = {**dict.fromkeys(committees, "committee"), **{u: "branch" for u in tree if len(u) == 2}}
    campaign.issue(route_id=runner.route)
    runner.dispatched("D")
    branches = [unit for unit in tree if len(unit) == 2]
    for _ in range(40):
        unit, to = chance.choice(branches), chance.choice(committees)
        act = chance.choice(["transfer", "link", "drop", "open", "open"])
        if act == "transfer":
            if tree[unit] != to:
                if unit not in runner.linked:
                    runner.leaves(unit)
                    runner.superior[unit] = to
                tree[unit] = to
                move = pb.TransferUnitRequest(
                    unit_id=campaign.ids[unit], to_parent_id=campaign.ids[to], reason="调整隶属"
                )
                campaign.office.do(move)
        elif act == "open":
            _open(campaign, runner, to)
        elif act == "link" and runner.superior[unit] != to:
            runner.leaves(unit)
            runner.superior[unit] = to
            runner.linked.add(unit)
            _relink(campaign, runner, unit, to)
        elif act == "drop" and unit in runner.linked:
            runner.leaves(unit)
            runner.superior[unit] = tree[unit]
            runner.linked.discard(unit)
            _relink(campaign, runner, unit, "")
        _compare(campaign, runner)


def _relink(campaign: Campaign, runner: Runner, unit: str, to: str) -> None:
    asked = [routes_pb2.RouteLinkAsked(unit=campaign.ids[unit], superior=campaign.ids.get(to, ""))]
    request = routes_pb2.ChangeRouteRequest(route_id=runner.route, reason="调整分工", links=asked)
    campaign.office.do(request, campaign.operator())


def _open(campaign: Campaign, runner: Runner, committee: str) -> None:
    """The committee receives if something has reached it, and passes on if somebody waits."""
    if committee not in runner.reached or not runner.on_route(committee):
        return
    if committee not in runner.own or campaign.state(committee) == "dispatched":
        campaign.own(pb.ReceiveAssignmentRequest, committee)
        runner.own.add(committee)
    waiting = [child for child in runner.below(committee) if child not in runner.reached]
    if any(map(runner.on_route, waiting)):
        campaign.dispatch(committee)
        runner.dispatched(committee)


def _compare(campaign: Campaign, runner: Runner) -> None:
    for unit in runner.superior:
        if runner.on_route(unit):
            pending = campaign.state(unit) == "pending"
            assert pending == (unit not in runner.reached), unit
            assert campaign.view(unit).superior_name == runner.superior[unit]
        else:
            assert campaign.refused(pb.ReceiveAssignmentRequest, unit).code == "NOT_ON_ROUTE"
