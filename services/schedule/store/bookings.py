"""Units' election meetings that are booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.chassis.refusals import NotFound
from services.chassis.scope import Scope
from services.chassis.store import Reader, Row, int_of, text_of
from services.schedule.domain.bookings import Booking, Slot

_DECIDING = "booking_id, unit_id, day, from_minute, until_minute, place, observer_id"


def on_day(reader: Reader, day: date, without: str = "") -> list[Booking]:
    """All of a day, of every turnover, less one."""
    rows = reader.all(f"SELECT {_DECIDING} FROM booking WHERE day = ? AND booking_id <> ?", (day.isoformat(), without))
    return [_booking_of(row) for row in rows]


def of_unit(reader: Reader, turnover_id: str, unit_id: str, milestone_id: str) -> Booking | None:
    """The unit's meeting for a milestone."""
    row = reader.one(
        f"SELECT {_DECIDING} FROM booking WHERE turnover_id = ? AND unit_id = ? AND milestone_id = ?",
        (turnover_id, unit_id, milestone_id),
    )
    return _booking_of(row) if row else None


def turnover_of(reader: Reader, booking_id: str, unit_id: str) -> str:
    """The turnover of a unit's booking. Raises NotFound."""
    row = reader.one("SELECT turnover_id FROM booking WHERE booking_id = ? AND unit_id = ?", (booking_id, unit_id))
    if row is None:
        raise NotFound(kind="booking", id=booking_id)
    return text_of(row[0])


def observers(reader: Reader, turnover_id: str) -> int:
    """How many bookings of a turnover name who attends from above."""
    row = reader.one("SELECT COUNT(*) FROM booking WHERE turnover_id = ? AND observer_id <> ''", (turnover_id,))
    return int_of(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class ShownBooking:
    """A booking as it is answered."""

    booking_id: str
    unit_id: str
    unit_name: str
    milestone_id: str
    slot: Slot
    place: str
    entitled_count: int
    observer_id: str
    notice_day: str
    position: int


def page(
    reader: Reader, scope: Scope, turnover_id: str, unit_id: str, after: tuple[str, int], rows_max: int
) -> list[ShownBooking]:
    """By day; of units in the scope, of one where it is named."""
    seen, params = scope.where("u.path")
    rows = reader.all(
        "SELECT b.booking_id, b.unit_id, u.name, b.milestone_id, b.day, b.from_minute, b.until_minute, b.place, "
        "b.entitled_count, b.observer_id, b.notice_day, b.position FROM booking b "
        "JOIN tree_unit u ON u.unit_id = b.unit_id WHERE b.turnover_id = ? AND (? = '' OR b.unit_id = ?) "
        f"AND (b.day > ? OR (b.day = ? AND b.position > ?)) AND {seen} ORDER BY b.day, b.position LIMIT ?",
        (turnover_id, unit_id, unit_id, after[0], after[0], after[1], *params, rows_max),
    )
    return [_shown_of(row) for row in rows]


def _shown_of(row: Row) -> ShownBooking:
    slot = Slot(date.fromisoformat(text_of(row[4])), int_of(row[5]), int_of(row[6]))
    return ShownBooking(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), slot, text_of(row[7]), int_of(row[8]),
        text_of(row[9]), text_of(row[10]), int_of(row[11]),
    )  # fmt: skip


def _booking_of(row: Row) -> Booking:
    slot = Slot(date.fromisoformat(text_of(row[2])), int_of(row[3]), int_of(row[4]))
    return Booking(text_of(row[0]), text_of(row[1]), slot, text_of(row[5]), text_of(row[6]))
