"""Directives as the read model keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.store import Reader, Row, bytes_of, int_of, text_of

_SELECT = (
    "SELECT d.directive_id, d.position, d.withdrawn_position, d.issued_at_us, d.route_id, "
    "s.issuer_unit_id, s.subtree_unit_id, d.issued FROM directive d "
    "JOIN seat s ON s.directive_id = d.directive_id AND s.position = "
    "(SELECT MAX(position) FROM seat n WHERE n.directive_id = d.directive_id AND n.position <= ?) "
)


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    """A directive at a position. `withdrawn_position` 0: open; `route_id` empty: it takes the unit tree; `issued`: the
    DirectiveIssued message.
    """

    directive_id: str
    position: int
    withdrawn_position: int
    issued_at_us: int
    route_id: str
    issuer_unit_id: str
    subtree_unit_id: str
    issued: bytes


def find(reader: Reader, directive_id: str, position: int) -> DirectiveRow | None:
    """The directive, also a withdrawn one; None if it was not issued by then."""
    row = reader.one(f"{_SELECT} WHERE d.directive_id = ? AND d.position <= ?", (position, directive_id, position))
    return _row_of(row) if row else None


def open_at(reader: Reader, position: int) -> list[DirectiveRow]:
    """Directives that were issued and not withdrawn by then, oldest first."""
    rows = reader.all(
        f"{_SELECT} WHERE d.position <= ? AND (d.withdrawn_position = 0 OR d.withdrawn_position > ?) "
        "ORDER BY d.position",
        (position, position, position),
    )
    return [_row_of(row) for row in rows]


def route_of(reader: Reader, directive_id: str) -> str:
    """The route that a directive takes; empty for the unit tree, and for a directive that there is not."""
    row = reader.one("SELECT route_id FROM directive WHERE directive_id = ?", (directive_id,))
    return text_of(row[0]) if row else ""


def routes_taken(reader: Reader) -> list[str]:
    """The routes that some directive takes, or took."""
    rows = reader.all("SELECT DISTINCT route_id FROM directive WHERE route_id <> '' ORDER BY route_id")
    return [text_of(row[0]) for row in rows]


def _row_of(row: Row) -> DirectiveRow:
    return DirectiveRow(
        text_of(row[0]), int_of(row[1]), int_of(row[2]), int_of(row[3]), text_of(row[4]), text_of(row[5]),
        text_of(row[6]), bytes_of(row[7]),
    )  # fmt: skip
