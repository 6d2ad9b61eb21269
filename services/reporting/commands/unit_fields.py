"""What the requests about units may hold: cleaned as offices type it, refused where it cannot be meant."""

from __future__ import annotations

import re
from typing import Final

from services.chassis.ids import valid_id
from services.chassis.refusals import BadRequest
from services.kernel.text import code_text, name_text
from services.reporting.domain.roster.entries import CODE_FORM
from services.reporting.domain.roster.kinds import UnitKind
from services.reporting.domain.roster.model import CODE_CHARS_MAX, NAME_CHARS_MAX, UNIT_MEMBERS_MAX

REASON_CHARS_MAX: Final = 500
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def name_of(field: str, raw: str) -> str:
    """A name of a unit, post or person."""
    name = name_text(raw)
    if not name:
        raise BadRequest(field=field, problem="required")
    if len(name) > NAME_CHARS_MAX:
        raise BadRequest(field=field, problem="too_long")
    return name


def code_of(raw: str) -> str:
    """A unit's code; may be empty."""
    code = code_text(raw)
    if len(code) > CODE_CHARS_MAX:
        raise BadRequest(field="code", problem="too_long")
    if code and not CODE_FORM.fullmatch(code):
        raise BadRequest(field="code", problem="malformed")
    return code


def kind_of(raw: str) -> str:
    """One of the kinds of units, by its glossary name."""
    if not raw:
        raise BadRequest(field="kind", problem="required")
    if raw not in {kind.value for kind in UnitKind}:
        raise BadRequest(field="kind", problem="out_of_range")
    return raw


def members_of(count: int) -> int:
    """A count of members."""
    if count > UNIT_MEMBERS_MAX:
        raise BadRequest(field="members", problem="out_of_range")
    return count


def reason_of(raw: str) -> str:
    """Why; may be empty."""
    reason = raw.strip()
    if len(reason) > REASON_CHARS_MAX:
        raise BadRequest(field="reason", problem="too_long")
    return reason


def id_of(field: str, prefix: str, raw: str) -> str:
    """A random id that the client chose."""
    if not valid_id(prefix, raw):
        raise BadRequest(field=field, problem="malformed" if raw else "required")
    return raw


def since_of(from_us: int, now_us: int) -> int:
    """From when a post is held: now where nothing is said, never in the future."""
    if not 0 <= from_us <= now_us:
        raise BadRequest(field="from_us", problem="out_of_range")
    return from_us or now_us


def sha256_of(field: str, raw: str) -> str:
    """The SHA-256 of a file in lower-case hex."""
    if not _SHA256.fullmatch(raw):
        raise BadRequest(field=field, problem="malformed" if raw else "required")
    return raw
