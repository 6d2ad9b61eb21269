"""Keyset paging: a cursor is the sort key of the last row shown, opaque to whoever carries it."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Final, Protocol

from services.chassis.refusals import BadRequest

CURSOR_CHARS_MAX: Final = 512


class Page(Protocol):
    """A request's page: the cursor that the last answer gave, and how many rows are wanted."""

    @property
    def cursor(self) -> str: ...
    @property
    def rows_max(self) -> int: ...


def rows_of(page: Page, default: int, limit: int) -> int:
    """How many rows to give: as many as asked for, ``default`` where nothing was, never more than ``limit``."""
    return min(page.rows_max or default, limit)


def cursor_of(*key: str | int) -> str:
    """The cursor behind a row with that sort key."""
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def key_of(page: Page, *first: str | int) -> tuple[str | int, ...]:
    """The sort key to go on from: ``first``, which gives the types too, without a cursor. Raises BadRequest."""
    if not page.cursor:
        return first
    try:
        if len(page.cursor) > CURSOR_CHARS_MAX:
            raise ValueError
        key = json.loads(base64.urlsafe_b64decode(page.cursor + "=" * (-len(page.cursor) % 4)))
    except (ValueError, binascii.Error):
        raise BadRequest(field="cursor", problem="malformed") from None
    if not isinstance(key, list) or [type(part) for part in key] != [type(part) for part in first]:
        raise BadRequest(field="cursor", problem="malformed")
    return tuple(key)
