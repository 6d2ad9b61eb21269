"""Directives that take a route, as the dashboard shows them: a school stands under whom it answers to there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.dashboard import burden, explaining, figures, recount
from gateway.dashboard.feed import read_feed
from gateway.dashboard.figures import view_of
from gateway.dashboard.moments import Moment, find_moment, token_of
from gateway.dashboard.pack import pack
from gateway.dashboard.sight import admit, sight_of
from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import routes_pb2, units_pb2
from services.chassis.permissions import MACHINE, OPERATOR
from services.chassis.principals import Principal
from services.chassis.refusals import NotFound, PermissionDenied
from services.chassis.store import Reader
from tests.chassis.desk import principal
from tests.dashboard.entries import LEDGER, Board, Book
from tests.dashboard.routed import ROUTE, pass_on, relinked, route


@pytest.fixture
def book() -> Book:
    book = Book()
    route(book)
    return book


@pytest.fixture
def board(book: Book, tmp_path: Path) -> Iterator[Board]:
    board = Board(tmp_path)
    board.follow(book)
    yield board
    board.close()


def below(reader: Reader, directive_id: str, unit_id: str, as_of: str = "") -> list[str]:
    """The units that a page lists below one."""
    moment = find_moment(reader, as_of, 0)
    return [row.unit.unit_id for row in figures.children(reader, directive_id, unit_id, moment, "", 100).items]


def layers(reader: Reader, directive_id: str, unit_id: str) -> list[tuple[int, int]]:
    """(units on the route, obliged units) of each layer."""
    shown = figures.directive_figures(reader, directive_id, unit_id, find_moment(reader, "", 0))
    return [(layer.route_units, layer.obliged_units) for layer in shown.layers]


def test_each_directive_shows_the_tree_that_it_takes(board: Board) -> None:
    with board.store.snapshot() as reader:
        assert below(reader, "dir_tree", "D") == ["A"]
        assert below(reader, "dir_tree", "A") == ["b", "s1", "s2"]
        assert below(reader, "dir_route", "D") == ["A", "E"]
        assert below(reader, "dir_route", "A") == ["b", "s2"]
        assert below(reader, "dir_route", "E") == ["s1"]
        assert layers(reader, "dir_tree", "A") == [(1, 0), (3, 3)]
        assert layers(reader, "dir_route", "A") == [(1, 0), (2, 2)]
        assert layers(reader, "dir_route", "E") == [(1, 0), (1, 1)]
        assert layers(reader, "dir_route", "D") == [(1, 0), (2, 0), (3, 3)]
        with pytest.raises(NotFound):
            below(reader, "dir_route", "nobody")


def test_a_figure_says_by_which_route(board: Board) -> None:
    with board.store.snapshot() as reader:
        moment = find_moment(reader, "", 0)
        shown = {key: figures.directive_figures(reader, key, "s1", moment) for key in ("dir_tree", "dir_route")}
    assert {key: (one.directive.route_id, one.directive.route_name, one.layer) for key, one in shown.items()} == {
        "dir_tree": ("", "", 2),
        "dir_route": (ROUTE, "教育条线", 2),
    }


def test_the_superior_on_the_route_owns_what_waits_for_a_superior(book: Book, board: Board) -> None:
    for directive_id in ("dir_tree", "dir_route"):
        for stage in (2, 3, 4, 5):
            book.stage(directive_id, "s1", stage)
    board.follow(book)
    with board.store.snapshot() as reader:
        moment = find_moment(reader, "", book.now_us)
        waiting = {
            (directive_id, line.unit.unit_id): line.owner.unit_id
            for directive_id in ("dir_tree", "dir_route")
            for line in explaining.explain(reader, directive_id, "D", moment, 50).lines
            if line.waiting
        }
        groups = {group.unit.unit_id for group in explaining.explain(reader, "dir_route", "D", moment, 50).groups}
    assert waiting == {("dir_tree", "s1"): "A", ("dir_route", "s1"): "E"}
    assert groups == {"A", "E"}


def test_what_had_reached_a_unit_goes_with_it_and_the_past_stays_as_it_was(book: Book, board: Board) -> None:
    before = board.read
    book.pass_days(1)
    relinked(book, ("s1", "F"))
    book.stage("dir_route", "s1", 2)
    board.follow(book)
    with board.store.snapshot() as reader:
        assert below(reader, "dir_route", "F") == ["s1"] and below(reader, "dir_route", "D") == ["A", "F"]
        assert below(reader, "dir_tree", "A") == ["b", "s1", "s2"]
        then = token_of(LEDGER, before)
        assert below(reader, "dir_route", "E", then) == ["s1"]
        moment = find_moment(reader, "", book.now_us)
        (school,) = figures.children(reader, "dir_route", "F", moment, "", 9).items
        assert (school.dispatched, school.stage) == (True, "received")
    assert_sound(board, book)


def test_a_unit_that_is_linked_no_more_stands_as_in_the_unit_tree_even_where_its_superior_is_the_same(
    book: Book, board: Board
) -> None:
    book.write(units_pb2.UnitTransferred(unit_id="s1", from_parent_id="A", to_parent_id="E"), "s1")
    relinked(book, ("s1", ""))
    board.follow(book)
    with board.store.snapshot() as reader:
        assert below(reader, "dir_route", "E") == below(reader, "dir_tree", "E") == ["s1"]
        # It was dispatched to before it was linked anew: that stays its own.
        (school,) = figures.children(reader, "dir_route", "E", find_moment(reader, "", 0), "", 9).items
        assert school.dispatched
    book.write(units_pb2.UnitTransferred(unit_id="s1", from_parent_id="E", to_parent_id="F"), "s1")
    board.follow(book)
    with board.store.snapshot() as reader:
        assert below(reader, "dir_route", "F") == below(reader, "dir_tree", "F") == ["s1"]
    assert_sound(board, book)


def test_a_merger_takes_along_who_answers_to_the_unit_on_the_route(book: Book, board: Board) -> None:
    book.write(units_pb2.UnitMerged(unit_id="E", into_unit_id="F"), "E")
    board.follow(book)
    with board.store.snapshot() as reader:
        assert below(reader, "dir_route", "F") == ["s1"]
        assert below(reader, "dir_tree", "A") == ["b", "s1", "s2"]
    assert_sound(board, book)


def test_a_route_that_ends_leaves_its_withdrawn_directives_as_they_were(book: Book, board: Board) -> None:
    before = board.read
    book.write(pb.DirectiveWithdrawn(directive_id="dir_route"), "dir_route")
    book.write(routes_pb2.RouteEnded(route_id=ROUTE, reason="示例"), ROUTE)
    # From here on units move as if there had never been a route.
    book.write(units_pb2.UnitMerged(unit_id="E", into_unit_id="F"), "E")
    board.follow(book)
    with board.store.snapshot() as reader:
        assert below(reader, "dir_route", "E", token_of(LEDGER, before)) == ["s1"]
    assert_sound(board, book)
    book.issue("dir_late", "D", pb.Scope(subtree_unit_id="D"), route=ROUTE, dispatch=False)
    board.follow(book)
    with board.store.snapshot() as reader:
        (parked,) = reader.all("SELECT error FROM parked")
        assert str(parked[0]).endswith(f"route {ROUTE} is not open")


def assert_sound(board: Board, book: Book) -> None:
    """The rows are what the records say and what a rebuild writes; and what a restart reads."""
    for _ in range(2):
        with board.store.snapshot() as reader:
            assert recount.differences(reader) == []
            scratch = board.path.with_name("scratch.sqlite3")
            assert recount.differences_from(reader, book.entries, scratch) == []
        for file in board.path.parent.glob("scratch*"):
            file.unlink()
        board.close()
        board.open()


def test_the_asking_is_counted_where_the_directive_goes(book: Book, board: Board) -> None:
    """On the route a branch hangs below the school: one layer deeper than anything in the unit tree."""
    book.establish("g", "A", "branch")
    relinked(book, ("g", "s1"))
    book.stage("dir_route", "s1", 2)
    board.follow(book)
    with board.store.snapshot() as reader:
        moment = find_moment(reader, "", book.now_us)
        shown = burden.burden(reader, "D", moment)
        assert [(layer.units, layer.asked_above) for layer in shown.layers] == [(1, 0), (3, 0), (4, 7), (1, 1)]
        committee = burden.burden(reader, "E", moment)
        assert [(layer.units, layer.asked_above) for layer in committee.layers] == [(1, 0), (1, 1), (1, 1)]
        first = Moment("", 0, book.now_us, False, 0)
        done = {unit: pack(reader, unit, moment, first).done.get("AssignmentReceived", 0) for unit in ("A", "E", "F")}
    # A's own two, E's own, and the school's under the directive by which it answers to E.
    assert done == {"A": 2, "E": 2, "F": 0}


def test_who_stands_above_on_the_route_sees_it_under_that_directive_and_nowhere_else(board: Board) -> None:
    committee, street, district = (principal(OPERATOR, unit_id) for unit_id in ("E", "A", "D"))
    with board.store.snapshot() as reader:
        admit(reader, committee, "s1", "dir_route")
        for directive_id in ("dir_tree", "all", "dir_unknown"):
            with pytest.raises(PermissionDenied):
                admit(reader, committee, "s1", directive_id)
        for unit_id in ("A", "s2", "D"):
            with pytest.raises(PermissionDenied):
                admit(reader, committee, unit_id, "dir_route")
        for directive_id in ("dir_tree", "dir_route", "all"):
            admit(reader, street, "s1", directive_id)
            admit(reader, district, "s1", directive_id)
        with pytest.raises(NotFound):
            admit(reader, committee, "nobody", "dir_route")


def test_the_feed_tells_who_stands_above_on_the_route_what_was_done_there(book: Book, board: Board) -> None:
    pass_on(book, "dir_route", "s1")
    pass_on(book, "dir_tree", "s1")
    book.stage("dir_route", "s2", 2)
    board.follow(book)

    def told(caller: Principal, after: str) -> set[tuple[str, str]]:
        items = read_feed(reader, sight_of(reader, caller), after, 500)
        return {(item.unit.unit_id, item.directive_id) for item in items if item.directive_id}

    with board.store.snapshot() as reader:
        for after in ("", "1"):
            assert told(principal(OPERATOR, "E"), after) == {("E", "dir_route"), ("s1", "dir_route")}
            assert ("s1", "dir_tree") in told(principal(OPERATOR, "A"), after)
            assert ("s1", "dir_route") in told(principal(OPERATOR, "A"), after)
            assert told(principal(OPERATOR, "s2"), after) == {("s2", "dir_route")}
            assert told(principal(MACHINE, ""), after) == told(principal(OPERATOR, "D"), after)


@pytest.mark.parametrize("way", ["relinked", "merged"])
def test_a_unit_that_was_let_off_keeps_through_a_restart_the_dispatch_that_it_took_along(
    book: Book, board: Board, way: str
) -> None:
    pass_on(book, "dir_route", "s1")
    book.write(pb.AssignmentWithdrawn(directive_id="dir_route", unit_id="s1"), "dir_route/s1")
    # Each is a flush of its own: what one wrote, the next does not write by chance.
    board.follow(book)
    if way == "merged":
        book.write(units_pb2.UnitMerged(unit_id="E", into_unit_id="F"), "E")
    else:
        relinked(book, ("s1", "F"))
    board.follow(book)
    board.close()
    board.open()
    book.write(pb.AssignmentRestored(directive_id="dir_route", unit_id="s1"), "dir_route/s1")
    board.follow(book)
    with board.store.snapshot() as reader:
        (school,) = figures.children(reader, "dir_route", "F", find_moment(reader, "", 0), "", 9).items
        assert school.dispatched and not school.let_off
    assert_sound(board, book)


@pytest.mark.parametrize("restart", [False, True])
def test_a_change_of_the_unit_tree_alone_parts_the_two_and_one_of_the_route_joins_them_again(
    book: Book, board: Board, restart: bool
) -> None:
    book.write(units_pb2.UnitTransferred(unit_id="s1", from_parent_id="A", to_parent_id="F"), "s1")
    board.follow(book)
    with board.store.snapshot() as reader:
        # F does nothing on the route, and what is counted below it there is not what is counted in the unit tree.
        assert layers(reader, "dir_tree", "F") == [(1, 0), (1, 1)]
        assert view_of(reader, "dir_route", find_moment(reader, "", 0)).layers("F") == ()
        assert below(reader, "dir_route", "D") == ["A", "E"]
    if restart:
        board.close()
        board.open()
    relinked(book, ("s1", ""))
    board.follow(book)
    with board.store.snapshot() as reader:
        assert layers(reader, "dir_route", "F") == [(1, 0), (1, 1)]
        assert below(reader, "dir_route", "F") == ["s1"] and below(reader, "dir_route", "D") == ["A", "F"]
    assert_sound(board, book)
