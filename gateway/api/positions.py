"""Position tokens and version tags: how a reader is sure to see what they wrote, and to change what they saw.

A write answers `Hj-Position`; sent back as `Hj-Not-Before`, a read waits until it has come that far. The token
is opaque: a base64url Position. An entity's tag is its version, followed in reads by a digest of what was
shown, because one version may look different to two readers.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Final

from google.protobuf.message import DecodeError

from huanjie.call.v1 import call_pb2 as pb
from services.chassis.refusals import BadRequest

POSITION: Final = b"hj-position"
NOT_BEFORE: Final = b"hj-not-before"
TOKENS_MAX: Final = 16
TOKEN_CHARS_MAX: Final = 256
_DIGEST_BYTES: Final = 6
_TAG: Final = re.compile(rb'"([0-9]{1,19})(?:-[0-9a-f]*)?"')


def token_of(position: pb.Position) -> bytes:
    """The token of where a change stands."""
    return urlsafe_b64encode(position.SerializeToString()).rstrip(b"=")


def positions_of(header: bytes) -> tuple[pb.Position, ...]:
    """The positions of a Hj-Not-Before header, tokens separated by commas. Raises BadRequest."""
    tokens = [token.strip() for token in header.split(b",")]
    if len(tokens) > TOKENS_MAX:
        raise BadRequest(field="Hj-Not-Before", problem="too_many")
    return tuple(_position(token) for token in tokens)


def _position(token: bytes) -> pb.Position:
    try:
        if len(token) > TOKEN_CHARS_MAX:
            raise ValueError
        position = pb.Position.FromString(urlsafe_b64decode(token + b"=" * (-len(token) % 4)))
    except (ValueError, DecodeError):
        raise BadRequest(field="Hj-Not-Before", problem="malformed") from None
    if not position.service:
        raise BadRequest(field="Hj-Not-Before", problem="malformed")
    return position


def version_tag(version: int) -> bytes:
    """The tag of an entity after a change."""
    return b'"%d"' % version


def shown_tag(version: int | None, body: bytes) -> bytes:
    """The tag of what a read shows."""
    digest = blake2b(body, digest_size=_DIGEST_BYTES).hexdigest().encode()
    return b'"%s"' % digest if version is None else b'"%d-%s"' % (version, digest)


def expected_version(header: bytes) -> int:
    """The version that an If-Match header names; 0, which is not checked, for none or `*`. Raises BadRequest."""
    if not header or header.strip() == b"*":
        return 0
    match = _TAG.fullmatch(header.strip().removeprefix(b"W/"))
    if match is None:
        raise BadRequest(field="If-Match", problem="malformed")
    return int(match[1])


def seen_before(header: bytes, tag: bytes) -> bool:
    """An If-None-Match header names this tag."""
    return bool(header) and tag in {part.strip().removeprefix(b"W/") for part in header.split(b",")}
