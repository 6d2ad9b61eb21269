"""Directives as the read model keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.store import Reader, Row, bytes_of, int_of, text_of

_SELECT = (
    "SELECT d.directive_id, d.position, d.withdrawn_position, d.issued_at_us, s.issuer_unit_id, s.subtree_unit_id, "
    "d.issued FROM directive d JOIN seat s ON s.directive_id = d.directive_id AND s.position = "
    "(SELECT MAX(position) FROM seat n WHERE n.directive_id = d.directive_id AND n.position <= ?) "
)


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    """A directive at a position. `withdrawn_position` 0: open; `issued`: the DirectiveIssued message."""

    directive_id: str
    position: int
    withdrawn_position: int
    issued_at_us: int
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


def _row_of(row: Row) -> DirectiveRow:
    return DirectiveRow(
        text_of(row[0]), int_of(row[1]), int_of(row[2]), int_of(row[3]), text_of(row[4]), text_of(row[5]),
        bytes_of(row[6]),
    )  # fmt: skip
