"""The feed: what happened, as far as somebody may see it, by cursor. A cursor is the position of an entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gateway.dashboard.answers import FeedItem, UnitRef
from gateway.dashboard.deeds import Deed
from gateway.dashboard.sight import Sight
from gateway.dashboard.store import directives, reading
from gateway.dashboard.terms import terms_of
from services.chassis.refusals import BadRequest
from services.chassis.store import Reader

ITEMS_MAX: Final = 500
CURSOR_DIGITS_MAX: Final = 18


def read_feed(reader: Reader, sight: Sight, after: str, items_max: int) -> list[FeedItem]:
    """Items after a cursor, oldest first; an empty cursor asks for the newest ones. Raises BadRequest."""
    wanted = min(items_max, ITEMS_MAX)
    if not after:
        return _items(reader, reading.newest_feed(reader, sight, wanted))
    if not after.isdecimal() or len(after) > CURSOR_DIGITS_MAX:
        raise BadRequest(field="after", problem="malformed")
    position = int(after)
    while True:
        found, looked_to = reading.feed(reader, sight, position, wanted)
        if found or looked_to == position:
            return _items(reader, found)
        position = looked_to


def _items(reader: Reader, deeds: Sequence[Deed]) -> list[FeedItem]:
    names = reading.names(reader, [deed.unit_id for deed in deeds]) if deeds else {}
    told = {deed.directive_id: ("", "") for deed in deeds if deed.directive_id}
    for directive_id in told:
        row = directives.find(reader, directive_id, deeds[-1].position)
        if row is not None:
            issued = terms_of(row.issued).issued
            told[directive_id] = (issued.number, issued.title)
    items = []
    for deed in deeds:
        name = names[deed.unit_id]
        number, title = told.get(deed.directive_id, ("", ""))
        unit = UnitRef(name.unit_id, name.name, name.code, name.kind)
        about = (deed.directive_id, number, title)
        items.append(
            FeedItem(str(deed.position), deed.event_id, deed.type, deed.at_us, unit, *about, deed.late_minutes)
        )
    return items
