"""The worked example of TRANSMISSION 4 through the read model: 50.8, its five losses, and the entries behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from gateway.dashboard import explaining, figures
from gateway.dashboard.moments import Moment, find_moment, token_of
from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import units_pb2
from services.chassis.refusals import BadRequest, NotFound
from services.chassis.store import Reader
from tests.dashboard.entries import LEDGER, Board, Book

A_BRANCHES = [f"a{number:02}" for number in range(60)]
B_BRANCHES = [f"b{number:02}" for number in range(40)]
DIRECTIVE = "dir_example"
TWO_DAYS_MINUTES = 2 * 1440


def play(book: Book, branches: list[str], last: int) -> None:
    """Each branch goes on to a stage, in time."""
    for branch in branches:
        for stage in range(2, last + 1):
            book.stage(DIRECTIVE, branch, stage)


@pytest.fixture(scope="module")
def book() -> Book:
    book = Book()
    book.establish("district", "", "district_committee", "1")
    for committee, branches in (("A", A_BRANCHES), ("B", B_BRANCHES)):
        book.establish(committee, "district", "working_committee")
        for branch in branches:
            book.establish(branch, committee, "branch")
    book.issue(DIRECTIVE, "district", pb.Scope(subtree_unit_id="district", kinds=["branch"]), layers=2)
    book.stage(DIRECTIVE, "A", 2)
    book.stage(DIRECTIVE, "B", 2, late=TWO_DAYS_MINUTES)
    for committee in ("A", "B"):
        book.stage(DIRECTIVE, committee, 3)
        book.dispatch(DIRECTIVE, committee)
    play(book, A_BRANCHES[:30], 6)
    play(book, A_BRANCHES[30:45], 5)
    play(book, A_BRANCHES[45:50], 4)
    play(book, B_BRANCHES[:36], 5)
    return book


@pytest.fixture(scope="module")
def reader(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    board = Board(tmp_path_factory.mktemp("example"))
    board.follow(book)
    with board.store.snapshot() as reader:
        yield reader
    board.close()


@pytest.fixture
def now(reader: Reader, book: Book) -> Moment:
    return find_moment(reader, "", book.now_us)


def test_the_district_has_50_8_and_the_committees_66_7_and_27_0(reader: Reader, now: Moment) -> None:
    shown = {unit: figures.directive_figures(reader, DIRECTIVE, unit, now).headline for unit in ("district", "A", "B")}
    assert {unit: headline.index for unit, headline in shown.items()} == {"district": "50.8", "A": "66.7", "B": "27.0"}
    assert shown["district"].yield_e9 == 50_800_000_000
    assert shown["district"].mass == 100


def test_what_is_done_not_yet_due_and_overdue_sums_to_a_hundred(reader: Reader, book: Book, now: Moment) -> None:
    for days in (0, 3, 20, 60):
        at = Moment(now.as_of, now.position, book.now_us + days * 86_400_000_000, True, 0)
        found = figures.directive_figures(reader, DIRECTIVE, "district", at)
        done = found.headline
        assert done.yield_e9 + done.not_yet_due_e9 + done.overdue_e9 == done.mass * 10**9
        assert done.index and done.not_yet_due and done.overdue
        assert Fraction(done.index) + Fraction(done.not_yet_due) + Fraction(done.overdue) == 100
        shown = Fraction(done.index) + sum(Fraction(row.not_yet_due) + Fraction(row.overdue) for row in found.account)
        assert shown == 100


def test_the_49_2_lost_points_are_explained_by_the_five_losses(reader: Reader, now: Moment) -> None:
    explained = explaining.explain(reader, DIRECTIVE, "district", now, 200)
    assert (explained.index, explained.missing) == ("50.8", "49.2")
    summed: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for group in explained.groups:
        gate = "gate" if group.stage in ("receive", "name") else "work"
        summed[group.unit.unit_id, f"{group.layer} {gate}"] += Fraction(group.lost_e9, 10**9)
    assert dict(summed) == {
        ("B", "1 gate"): Fraction("20.0"),
        ("A", "2 gate"): Fraction("10.0"),
        ("A", "2 work"): Fraction("10.0"),
        ("B", "2 gate"): Fraction("2.0"),
        ("B", "2 work"): Fraction("7.2"),
    }


def test_why_50_8_is_a_list_of_units_dates_and_entries(reader: Reader, book: Book, now: Moment) -> None:
    explained = explaining.explain(reader, DIRECTIVE, "district", now, 200)
    late, *rest = explained.lines
    assert (late.unit.unit_id, late.owner.unit_id, late.stage, late.points) == ("B", "B", "receive", "20.00")
    assert late.settled and late.overdue and late.late_minutes == TWO_DAYS_MINUTES
    assert late.event_id.startswith(f"{LEDGER}/") and late.done_us == book.now_us
    groups = {line.unit.unit_id: line for line in rest if line.others_count}
    assert {unit: (line.points, line.others_count) for unit, line in groups.items()} == {
        "A": ("10.00", 10),
        "B": ("2.00", 4),
    }
    assert [other.unit_id for other in groups["B"].others] == B_BRANCHES[36:]
    waiting = [line for line in rest if line.waiting]
    assert len(waiting) == 15 + 36 and {line.owner.unit_id for line in waiting} == {"A", "B"}
    assert all(line.event_id and line.since_us and not line.settled for line in waiting)
    assert not explained.lines_left_out


def test_a_corrected_report_counts_as_unverified_again_from_its_day_until_it_is_verified_anew(tmp_path: Path) -> None:
    book, board = Book(), Board(tmp_path)
    book.establish("district", "", "district_committee", "1")
    book.establish("a", "district", "branch")
    book.issue(DIRECTIVE, "district", pb.Scope(subtree_unit_id="district"), layers=1)
    play(book, ["a"], 6)
    shown = []
    for step in ("verified", "corrected", "verified again"):
        if step == "corrected":
            book.pass_days(3)
            event = pb.ReportCorrected(
                directive_id=DIRECTIVE, unit_id="a", report_number=2, correction_number=1, reason="漏计",
                due_count=2, done_count=1, verify_due_us=book.days(3),
            )  # fmt: skip
            position = book.write(event, f"{DIRECTIVE}/a")
        elif step == "verified again":
            book.stage(DIRECTIVE, "a", 6)
        board.follow(book)
        with board.store.snapshot() as reader:
            moment = find_moment(reader, "", book.now_us)
            explained = explaining.explain(reader, DIRECTIVE, "district", moment, 9)
        shown.append(explained.index)
        if step == "corrected":
            (line,) = explained.lines
            assert (line.stage, line.waiting, line.owner.unit_id, line.points) == ("verify", True, "district", "40.00")
            assert (line.corrected_us, line.since_us) == (book.now_us, book.now_us)
            assert line.event_id == f"{LEDGER}/{position}" and not line.overdue and line.due_us == book.days(3)
        else:
            assert not explained.lines
    assert shown == ["100.0", "60.0", "100.0"]
    board.close()


def test_only_what_is_overdue_blocks_and_each_blocker_has_an_owner(reader: Reader, book: Book, now: Moment) -> None:
    today = explaining.stuck(reader, DIRECTIVE, "district", now, 50).lines
    assert [(line.unit.unit_id, line.stage) for line in today] == [("B", "receive")]
    later = Moment(now.as_of, now.position, book.now_us + 60 * 86_400_000_000, True, 0)
    lines = explaining.stuck(reader, DIRECTIVE, "district", later, 50).lines
    assert len(lines) == 50 and all(line.overdue for line in lines)
    assert [Fraction(line.points) for line in lines] == sorted((Fraction(line.points) for line in lines), reverse=True)


def test_the_children_stand_in_the_order_of_their_codes_a_page_at_a_time(reader: Reader, now: Moment) -> None:
    first = figures.children(reader, DIRECTIVE, "A", now, "", 40)
    second = figures.children(reader, DIRECTIVE, "A", now, first.next_cursor, 40)
    assert [child.unit.unit_id for child in (*first.items, *second.items)] == A_BRANCHES
    assert second.next_cursor == ""
    stages = [child.stage for child in (*first.items, *second.items)]
    assert stages == ["verified"] * 30 + ["reported"] * 15 + ["started"] * 5 + ["dispatched"] * 10


def test_the_layer_table_counts_and_flows(reader: Reader, now: Moment) -> None:
    layers = figures.directive_figures(reader, DIRECTIVE, "district", now).layers
    assert [(row.route_units, row.obliged_units) for row in layers] == [(1, 0), (2, 0), (100, 100)]
    assert (layers[1].received, layers[1].received_on_time, layers[1].pass_factor) == (2, 1, "80.0")
    assert (layers[2].received, layers[2].reported, layers[2].verified) == (86, 81, 30)
    assert layers[2].report_rate == "81.0"


def test_the_overview_of_one_directive_is_that_directive(reader: Reader, now: Moment) -> None:
    shown = figures.overview(reader, "district", now)
    assert shown.headline.index == "50.8"
    assert [summary.directive.directive_id for summary in shown.directives] == [DIRECTIVE]


def test_a_unit_nothing_has_happened_to_has_figures_and_a_stranger_has_none(reader: Reader, now: Moment) -> None:
    quiet = figures.directive_figures(reader, DIRECTIVE, A_BRANCHES[-1], now)
    assert (quiet.headline.index, quiet.headline.mass, quiet.layer) == ("0.0", 1, 2)
    with pytest.raises(NotFound):
        figures.directive_figures(reader, DIRECTIVE, "nobody", now)


def test_as_of_an_earlier_moment_the_figures_are_what_they_were(book: Book, tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.follow(book, 50)
    with board.store.snapshot() as reader:
        shown = []
        for flushed in board.flushed[3:]:
            moment = find_moment(reader, token_of(LEDGER, flushed.position), book.now_us)
            assert (moment.position, moment.live) == (flushed.position, False)
            shown.append(figures.directive_figures(reader, DIRECTIVE, "district", moment).headline.yield_e9)
        assert shown == sorted(shown) and shown[0] < shown[-1] == 50_800_000_000
        by_time = find_moment(reader, str(book.now_us), 0)
        assert by_time.position == len(book.entries)
    board.close()


def test_what_is_no_moment_is_refused(reader: Reader) -> None:
    for wrong in ("yesterday", "1", token_of(LEDGER, 0), "!!!"):
        with pytest.raises(BadRequest):
            find_moment(reader, wrong, 0)


def test_a_scope_that_comes_back_from_elsewhere_waits_to_be_dispatched_to(tmp_path: Path) -> None:
    """What reached it stayed its own only while it stood below the issuer."""
    book, board = Book(), Board(tmp_path)
    book.establish("district", "", "district_committee", "1")
    for unit, parent in (("A", "district"), ("B", "district"), ("a", "A"), ("a1", "a")):
        book.establish(unit, parent)
    book.issue(DIRECTIVE, "A", pb.Scope(subtree_unit_id="a1"))
    for stage in (2, 3):
        book.stage(DIRECTIVE, "a", stage)
    book.dispatch(DIRECTIVE, "a")
    book.stage(DIRECTIVE, "a1", 2)
    moves = (("a", "A", "B"), ("a1", "a", "A"))
    for unit, old, new in moves:
        event = units_pb2.UnitTransferred(unit_id=unit, from_parent_id=old, to_parent_id=new)
        book.write(event, unit)
    board.follow(book)
    with board.store.snapshot() as reader:
        (branch,) = figures.children(reader, DIRECTIVE, "A", find_moment(reader, "", book.now_us), "", 9).items
    assert (branch.unit.unit_id, branch.dispatched, branch.stage) == ("a1", False, "received")
    board.close()
