"""As of when: an opaque token, a business time, or now; each is one position of the read model."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import Final

from google.protobuf.message import DecodeError

from gateway.dashboard.projection import PRODUCER
from gateway.dashboard.store import reading
from huanjie.call.v1 import call_pb2 as pb
from services.chassis import inbox
from services.chassis.refusals import BadRequest
from services.chassis.store import Reader
from services.kernel.workdays import DAY_US

TOKEN_CHARS_MAX: Final = 512
DIGITS_MAX: Final = 18
"""A business time is given as decimal microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a read stands for: everything up to a position, judged at a business time. `live`: now."""

    as_of: str
    position: int
    business_us: int
    live: bool
    # Entries that could not be applied: while there are any, figures may lack something.
    parked: int


def find_moment(reader: Reader, as_of: str, now_us: int) -> Moment:
    """The moment of `as_of`; empty is now. Raises BadRequest for what is no moment, or before the first."""
    if not as_of:
        read = inbox.position_of(reader, PRODUCER)
        return _moment(reader, read.ledger_id, read.position, now_us, live=True)
    found = _flush_of(reader, as_of)
    if found is None:
        raise BadRequest(field="as_of", problem="out_of_range")
    read = inbox.position_of(reader, PRODUCER)
    return _moment(reader, read.ledger_id, *found, live=False)


@dataclass(frozen=True, slots=True)
class Frozen:
    """Two moments that stay what they are: the same five values give the same paper for ever.

    `as_of`: a token or a time, empty for now; `at_us`: the business time at which it is judged, 0 for that of the
    moment itself; `since`: a token or a time, empty for so many days before.
    """

    as_of: str
    at_us: int
    since: str
    since_days: int

    def moments(self, reader: Reader, now_us: int) -> tuple[Moment, Moment]:
        """(now, since). Raises BadRequest for what is no moment, or ends before it begins."""
        now = find_moment(reader, self.as_of, now_us)
        judged_us = self.at_us or (int(self.as_of) if self.as_of.isdecimal() else now.business_us)
        now = replace(now, business_us=judged_us, live=False)
        since_us = judged_us - self.since_days * DAY_US
        timed = self.since.isdecimal() and len(self.since) <= DIGITS_MAX
        if timed:
            since_us = int(self.since)
        if self.since and not timed:
            since = find_moment(reader, self.since, now_us)
        else:
            # In its first days a district has nothing before: then it is told from its beginning.
            position, _ = reading.flush_at(reader, since_us) or (0, since_us)
            since = replace(now, position=position, business_us=since_us)
        if (since.position, since.business_us) > (now.position, now.business_us):
            raise BadRequest(field="since", problem="out_of_range")
        return now, since


def token_of(ledger_id: str, position: int) -> str:
    """The token of a position: base64url of a Position, one a producer, joined by dots."""
    encoded = pb.Position(service=PRODUCER, ledger_id=ledger_id, position=position).SerializeToString()
    return urlsafe_b64encode(encoded).rstrip(b"=").decode("ascii")


def _moment(reader: Reader, ledger_id: str, position: int, business_us: int, *, live: bool) -> Moment:
    return Moment(token_of(ledger_id, position), position, business_us, live, reading.parked(reader))


def _flush_of(reader: Reader, as_of: str) -> tuple[int, int] | None:
    if as_of.isdecimal() and len(as_of) <= DIGITS_MAX:
        return reading.flush_at(reader, int(as_of))
    for token in as_of[:TOKEN_CHARS_MAX].split("."):
        try:
            position = pb.Position.FromString(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        except (ValueError, DecodeError):
            raise BadRequest(field="as_of", problem="malformed") from None
        if position.service == PRODUCER:
            return reading.newest_flush(reader, position.position)
    raise BadRequest(field="as_of", problem="malformed")
