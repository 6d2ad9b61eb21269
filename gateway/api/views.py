"""What the interface needs of the dashboard's read model, as functions, so that neither imports the other's insides.

The projector publishes one message a flush on `<view figures>`, and anything at all on `<view feed>` when the
feed grew. A flush is text, a line feed between its lines: first the read model's position in decimal, then one
line a changed key, `<directive> <unit> <figures as JSON>`, or `<directive> <unit>` alone for those who watch it
to read anew. The directive is `all` for all of them together.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

import orjson

from gateway.api.callers import Caller
from services.chassis.refusals import ServiceUnreachable

ALL_DIRECTIVES: Final = "all"


@dataclass(frozen=True, slots=True)
class Key:
    """One unit's figures for one directive, or for all of them."""

    unit_id: str
    directive_id: str = ALL_DIRECTIVES

    def encode(self) -> bytes:
        """As a flush names it."""
        return f"{self.directive_id} {self.unit_id}".encode()


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one key as one line of JSON, and the position of the read model that they were taken at."""

    position: int
    data: bytes

    def times(self) -> Times:
        """When they were judged, and when they change by themselves; zeros where the figures do not say."""
        said = orjson.loads(self.data)
        return Times(said.get("moment", {}).get("business_us", 0), said.get("changes_at_us", 0))


@dataclass(frozen=True, slots=True)
class Times:
    """Business times of figures, in microseconds since 1970. `changes_at_us`: 0 when no latest time is ahead."""

    judged_us: int = 0
    changes_at_us: int = 0


@dataclass(frozen=True, slots=True)
class FeedItem:
    """Something that happened, as one line of JSON, and the cursor of whoever has seen it."""

    cursor: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Flush:
    """What one batch of the projector changed: encoded keys to their figures, or to None where they are to be read."""

    position: int
    changed: dict[bytes, bytes | None]

    @classmethod
    def decode(cls, payload: bytes) -> Flush:
        """Raises ValueError."""
        first, *lines = payload.split(b"\n")
        changed: dict[bytes, bytes | None] = {}
        for line in lines:
            directive, unit, *figures = line.split(b" ", 2)
            changed[directive + b" " + unit] = figures[0] if figures else None
        return cls(int(first), changed)


def encode_flush(position: int, changed: Iterable[tuple[Key, bytes | None]]) -> bytes:
    """What `Flush.decode` reads; the figures hold no line feed."""
    lines = [b"%d" % position]
    lines += (key.encode() if data is None else key.encode() + b" " + data for key, data in changed)
    return b"\n".join(lines)


@dataclass(frozen=True, slots=True)
class Views:
    """The read model's functions. Each raises PermissionDenied or NotFound for what the caller may not see."""

    # May this caller watch these keys?
    admit: Callable[[Caller, Sequence[Key]], Awaitable[None]]
    # The present figures of a key.
    figures: Callable[[Key], Awaitable[Figures]]
    # The items after a cursor that this caller may see, oldest first; an empty cursor asks for the newest ones.
    feed: Callable[[Caller, str, int], Awaitable[list[FeedItem]]]


async def _unreachable(*_: object) -> NoReturn:
    raise ServiceUnreachable(service="dashboard")


# Until a read model is there.
NO_VIEWS: Final = Views(_unreachable, _unreachable, _unreachable)
