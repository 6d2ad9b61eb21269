"""What the asking costs, against a naive recount: every unit, every layer, as of every flush."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from google.protobuf.message import Message

from gateway.dashboard import burden as reads
from gateway.dashboard.moments import Moment, token_of
from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import units_pb2
from services.chassis.store import Reader
from services.kernel.transmission.burden import BURDEN_POLICY, distribution
from tests.dashboard.campaigns import Campaign
from tests.dashboard.entries import LEDGER, Board, Book
from tests.dashboard.naive_burden import NaiveBurden, geometric_mean

STEPS = 130
GROUPS = range(4)
GROUP = 12
POSTS = 4


class AskingBook(Book):
    """Names persons on posts, leaves reports empty, and lets directives follow others."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.random = Random(seed)
        self.holders = [f"person{post}" for post in range(POSTS)]
        self.issued: list[str] = []

    def write(self, event: Message, subject: str) -> int:
        if isinstance(event, pb.AssignmentNamed):
            post = self.random.randrange(POSTS)
            event.post_id, event.person_id = f"post{post}", self.holders[post]
        if isinstance(event, pb.ReportSubmitted) and self.random.randrange(3) == 0:
            event.due_count = event.done_count = 0
        if isinstance(event, pb.DirectiveIssued):
            if self.issued and self.random.randrange(4):
                event.parent_directive_id = self.random.choice(self.issued)
            self.issued.append(event.directive_id)
        return super().write(event, subject)


class AskingCampaign(Campaign):
    """Posts change hands too."""

    def holds(self, named: pb.AssignmentNamed) -> bool:
        book = self.book
        assert isinstance(book, AskingBook)
        return named.person_id in book.holders

    def change_tree(self) -> None:
        if self.random.randrange(3):
            return super().change_tree()
        book = self.book
        assert isinstance(book, AskingBook)
        post = self.random.randrange(POSTS)
        old, new = book.holders[post], f"person{len(book.entries)}"
        book.holders[post] = new
        event = units_pb2.PostHandedOver(unit_id="root", post_id=f"post{post}", from_person_id=old, person_id=new)
        book.write(event, "root")
        return None


def at(position: int, business_us: int) -> Moment:
    return Moment(token_of(LEDGER, position), position, business_us, False, 0)


def check_unit(reader: Reader, naive: NaiveBurden, unit_id: str, moment: Moment) -> int:
    """Compares every layer of a unit; returns how many shares of time were compared."""
    where = f"{unit_id} at {moment.position}"
    found = reads.Gathering(reader, unit_id, moment)
    wanted, open_items = naive.burden(unit_id, moment.business_us)
    assert found.open_items == dict(open_items), f"load of {where}"
    shown = reads.burden(reader, unit_id, moment)
    compared = 0
    for layer in shown.layers:
        want = wanted[layer.layer]
        place = f"layer {layer.layer} of {where}"
        assert layer.units == naive.standing(unit_id, layer.layer), f"units in {place}"
        assert (layer.asked_above, layer.asked_between) == (want.above, want.between), f"items in {place}"
        assert (layer.reported, layer.empty_reports) == (want.reported, want.empty), f"reports in {place}"
        assert (layer.checked, layer.found_true) == (len(want.checks), sum(want.checks)), f"checks in {place}"
        assert (layer.broken_down, layer.passed_through) == (want.broken_down, want.passed_through), place
        assert (layer.returned, layer.minutes) == (want.returned, want.minutes), f"minutes in {place}"
        assert layer.passed == len(want.left), f"dispatches in {place}"
        if want.left:
            compared += layer.passed
            left, granted = (geometric_mean([pair[part] for pair in want.left]) for part in (0, 1))
            assert float(layer.compression or 0) == pytest.approx(left, abs=0.0051), f"time left in {place}"
            assert float(layer.granted or 0) == pytest.approx(granted, abs=0.0051), f"time granted in {place}"
    return compared


@pytest.mark.parametrize("number", GROUPS)
def test_every_figure_of_every_unit_is_the_naive_recount_of_the_prefix(tmp_path: Path, number: int, seed: int) -> None:
    compared = 0
    for own in range(number * GROUP, (number + 1) * GROUP):
        compared += check_campaign(tmp_path / str(own), seed + own)
    assert compared, "no unit ever passed anything on"


def check_campaign(folder: Path, seed: int) -> int:
    campaign = AskingCampaign(seed, book=AskingBook(seed)).play(STEPS)
    board = Board(folder)
    board.follow(campaign.book, 40, Random(seed))
    entries = campaign.book.entries
    compared = 0
    with board.store.snapshot() as reader:
        for flushed in board.flushed[1::2]:
            naive = NaiveBurden(entries[: flushed.position])
            for unit_id in [unit for unit, place in naive.places.items() if not place.ended]:
                compared += check_unit(reader, naive, unit_id, at(flushed.position, flushed.business_us))
    board.close()
    return compared


def test_no_cell_of_a_distribution_shows_fewer_persons_than_the_policy_allows(seed: int) -> None:
    random = Random(seed)
    for _ in range(2_000):
        items = [random.randint(1, 14) for _ in range(random.randint(0, 12))]
        cells = distribution(items)
        assert all(not cell.persons or cell.persons >= BURDEN_POLICY.cell_persons_min for cell in cells), items
        assert sum(cell.persons for cell in cells) == (len(items) if cells else 0)
        assert bool(cells) == (len(items) >= BURDEN_POLICY.cell_persons_min)
        for cell in cells:
            inside = sum(cell.items_from <= count <= (cell.items_to or count) for count in items)
            assert inside == cell.persons, items


# ---- one example by hand ----------------------------------------------------------------------------------------


@pytest.fixture
def squeezed(tmp_path: Path) -> Any:
    """A district over committee A over six branches: A asks for more, and for half of the time."""
    book = Book()
    book.establish("district", "", "district_committee", "1")
    book.establish("A", "district", "working_committee")
    branches = [f"a{number}" for number in range(6)]
    for branch in branches:
        book.establish(branch, "A")
    book.issue("dir_1", "district", pb.Scope(subtree_unit_id="district", kinds=["branch"]), layers=2)
    for stage in (2, 3):
        book.stage("dir_1", "A", stage)
    book.dispatch("dir_1", "A")
    book.pass_days(1)
    due = [pb.StageDeadline(layer=1, stage=stage, due_us=book.days(min(stage, 4))) for stage in range(1, 7)]
    issued = pb.DirectiveIssued(
        directive_id="dir_2", number="2", title="own", urgency="ordinary", issuer_unit_id="A",
        scope=pb.Scope(subtree_unit_id="A"), deadlines=due, calendar_version=book_calendar(), policy_version="ti-1",
        verify_workdays=3, parent_directive_id="dir_1",
    )  # fmt: skip
    book.write(issued, "dir_2")
    book.dispatch("dir_2", "A")
    for branch in branches[:4]:
        book.stage("dir_1", branch, 2)
        named = pb.AssignmentNamed(directive_id="dir_1", unit_id=branch, post_id="p", person_id=f"of {branch}")
        book.write(named, f"dir_1/{branch}")
    book.stage("dir_1", "a0", 5)
    book.write(pb.ReportReturned(directive_id="dir_1", unit_id="a0", rectify_due_us=book.days(3)), "dir_1/a0")
    board = Board(tmp_path)
    board.follow(book)
    with board.store.snapshot() as reader:
        yield reader, at(len(book.entries), book.now_us)
    board.close()


def book_calendar() -> str:
    from tests.dashboard.entries import CALENDAR

    return CALENDAR.version


def test_what_a_committee_adds_and_the_time_it_takes_stand_beside_the_index(squeezed: Any) -> None:
    reader, moment = squeezed
    found = reads.burden(reader, "district", moment)
    branches = found.layers[2]
    assert (branches.units, branches.asked_above, branches.asked_between, branches.inflation) == (6, 6, 6, "2.00")
    assert branches.squeezed and branches.compression is not None and branches.granted is not None
    assert float(branches.compression) < float(branches.granted)
    piled = found.piled[0]
    assert (piled.issuer.unit_id, piled.items, piled.layer) == ("A", 6, 1)
    assert piled.parent is not None and piled.parent.directive_id == "dir_1"
    assert piled.workdays_taken == 9
    assert (branches.checked, branches.gap) == (1, "100.0")
    assert found.inspected == "0.0" and found.index == "0.0"


def test_load_is_a_distribution_without_names(squeezed: Any) -> None:
    reader, moment = squeezed
    load = reads.burden(reader, "district", moment).load
    assert (load.items, load.persons, load.over, load.heavy) == (4, 4, 0, False)
    assert [(cell.items_from, cell.persons) for cell in load.cells if cell.persons] == [(1, 4)]
    few = reads.burden(reader, "a1", moment).load
    assert (few.items, few.persons, few.cells) == (1, None, [])


@pytest.mark.parametrize(
    ("figure", "layer", "types"),
    [
        ("inflation", 2, {"DirectiveIssued"}),
        ("compression", 2, {"AssignmentsDispatched", "DirectiveIssued"}),
        ("load", None, {"AssignmentNamed"}),
        ("gap", 2, {"ReportReturned"}),
        ("minutes", 2, {"DirectiveIssued"}),
    ],
)
def test_a_figure_is_explained_down_to_its_entries(
    squeezed: Any, figure: str, layer: int | None, types: set[str]
) -> None:
    reader, moment = squeezed
    found = reads.burden_entries(reader, "district", figure, layer, moment, 100)
    assert {entry.type for entry in found.entries} == types and not found.entries_left_out
    assert all(entry.event_id.startswith(f"{LEDGER}/") for entry in found.entries)
    positions = [int(entry.event_id.rpartition("/")[2]) for entry in found.entries]
    assert positions == sorted(positions)
    assert len(reads.burden_entries(reader, "district", figure, layer, moment, 1).entries) == 1
