"""What the reads about the cost of asking read: the tree, and what was done under a directive, at a position."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.dashboard.deeds import Deed
from gateway.dashboard.store.reading import by_route, columns_of_deed, deed_of
from services.chassis.store import Reader, int_of, text_of


@dataclass(frozen=True, slots=True)
class Naming:
    """Who was named for an assignment, and by which entry."""

    position: int
    post_id: str
    person_id: str


def parents(reader: Reader, route_id: str, position: int) -> dict[str, str | None]:
    """The unit above each that had a place of its own on the route, or in the unit tree: empty above the root, None
    where it had ended.
    """
    rows = reader.all(
        f"SELECT unit_id, CASE active WHEN 1 THEN parent_id END FROM place p WHERE {by_route(route_id)} AND position = "
        "(SELECT MAX(position) FROM place n WHERE n.route_id = p.route_id AND n.unit_id = p.unit_id "
        "AND n.position <= ?)",
        (route_id, position),
    )
    return {text_of(row[0]): None if row[1] is None else text_of(row[1]) for row in rows}


def deeds_under(reader: Reader, directive_id: str, position: int) -> list[Deed]:
    """Everything that was done under a directive, oldest first."""
    rows = reader.all(
        f"SELECT {columns_of_deed()} FROM deed WHERE directive_id = ? AND position <= ? ORDER BY position, ordinal",
        (directive_id, position),
    )
    return [deed_of(row) for row in rows]


def namings(reader: Reader, directive_id: str, position: int) -> dict[str, Naming]:
    """By unit, who was named last."""
    rows = reader.all(
        "SELECT unit_id, position, post_id, person_id FROM named WHERE directive_id = ? AND position <= ? "
        "ORDER BY position",
        (directive_id, position),
    )
    return {text_of(row[0]): Naming(int_of(row[1]), text_of(row[2]), text_of(row[3])) for row in rows}


def handed_over(reader: Reader, position: int) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """(post, person) to the (position, successor) of each time that person handed the post over, oldest first."""
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in reader.all(
        "SELECT position, post_id, from_person_id, person_id FROM handed_over WHERE position <= ? ORDER BY position",
        (position,),
    ):
        found.setdefault((text_of(row[1]), text_of(row[2])), []).append((int_of(row[0]), text_of(row[3])))
    return found


def empty_reports(reader: Reader, position: int) -> frozenset[int]:
    """Positions of reports that say nothing."""
    return frozenset(
        int_of(row[0]) for row in reader.all("SELECT position FROM empty_report WHERE position <= ?", (position,))
    )


# ---- what a dispatch pack adds ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WaitingMatter:
    """A matter to which a unit owes the answer."""

    matter_id: str
    unit_id: str
    topic: str
    raised_us: int
    due_us: int


def matters_waiting(reader: Reader, owner_id: str, position: int) -> list[WaitingMatter]:
    """Those that wait on a unit, the earliest due first."""
    rows = reader.all(
        "SELECT matter_id, unit_id, topic, raised_us, due_us FROM matter m "
        "WHERE owner_unit_id = ? AND waiting = 1 AND position = "
        "(SELECT MAX(position) FROM matter n WHERE n.matter_id = m.matter_id AND n.position <= ?) "
        "ORDER BY due_us, matter_id",
        (owner_id, position),
    )
    return [
        WaitingMatter(text_of(row[0]), text_of(row[1]), text_of(row[2]), int_of(row[3]), int_of(row[4])) for row in rows
    ]


def first_post(reader: Reader, unit_id: str, position: int) -> str:
    """What the post of the unit's first responsible person is called; empty where there is none."""
    row = reader.one(
        "SELECT post_name FROM first_post WHERE unit_id = ? AND position <= ? ORDER BY position DESC LIMIT 1",
        (unit_id, position),
    )
    return text_of(row[0]) if row else ""


def deeds_between(reader: Reader, after: int, position: int) -> list[tuple[str, str, str, int]]:
    """(type, unit, route of the directive that it is about, how many) of what was done after one position and up to
    another; no route: about a directive that takes none, or about the unit itself.
    """
    rows = reader.all(
        "SELECT d.type, d.unit_id, IFNULL(x.route_id, ''), COUNT(*) FROM deed d "
        "LEFT JOIN directive x ON x.directive_id = d.directive_id "
        "WHERE d.position > ? AND d.position <= ? AND d.ordinal = 0 GROUP BY 1, 2, 3",
        (after, position),
    )
    return [(text_of(row[0]), text_of(row[1]), text_of(row[2]), int_of(row[3])) for row in rows]
