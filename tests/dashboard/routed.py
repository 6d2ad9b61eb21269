"""A district in which a school answers to an education working committee instead of its street, by a route.

D, the district committee
├── A, a street        s1 and s2, its schools; b, its other branch
├── E, the education working committee
└── F, another one

On the route the school s1 stands under E.
"""

from __future__ import annotations

from huanjie.reporting.v1 import directives_pb2 as pb
from huanjie.reporting.v1 import routes_pb2
from tests.dashboard.entries import Book

ROUTE = "route_education"


def links(*superiors: tuple[str, str]) -> list[routes_pb2.RouteLink]:
    return [routes_pb2.RouteLink(unit_id=unit, superior_unit_id=superior) for unit, superior in superiors]


def route(book: Book) -> None:
    """The district, its route, and a directive to all branches on either tree, passed on all the way."""
    book.establish("D", "", "district_committee", "1")
    for unit in ("A", "E", "F"):
        book.establish(unit, "D", "working_committee")
    for unit in ("b", "s1", "s2"):
        book.establish(unit, "A", "branch")
    drawn = routes_pb2.RouteDrawn(route_id=ROUTE, name="教育条线", kind="line_of_work", links=links(("s1", "E")))
    book.write(drawn, ROUTE)
    scope = pb.Scope(subtree_unit_id="D", kinds=["branch"])
    book.issue("dir_tree", "D", scope, layers=2)
    book.issue("dir_route", "D", scope, layers=2, route=ROUTE)
    pass_on(book, "dir_tree", "A")
    pass_on(book, "dir_route", "A", "E")


def pass_on(book: Book, directive_id: str, *units: str) -> None:
    """Units receive, name and dispatch to all."""
    for unit in units:
        book.stage(directive_id, unit, 2)
        book.stage(directive_id, unit, 3)
        book.dispatch(directive_id, unit)


def relinked(book: Book, *superiors: tuple[str, str]) -> int:
    """The route is changed."""
    return book.write(routes_pb2.RouteChanged(route_id=ROUTE, reason="示例", links=links(*superiors)), ROUTE)
