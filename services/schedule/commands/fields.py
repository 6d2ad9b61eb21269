"""What schedule's requests may hold: cleaned, and refused where it cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from services.chassis.refusals import BadRequest
from services.kernel.text import code_text, name_text
from services.kernel.workdays import FIRST_DAY, LAST_DAY
from services.schedule.domain.office_errors import DayAhead, DayBefore

REASON_CHARS_MAX: Final = 1_000
NUMBER_CHARS_MAX: Final = 100
ORGAN_CHARS_MAX: Final = 200
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def line_of(field: str, raw: str, chars_max: int, *, required: bool = False) -> str:
    """A text of one line."""
    return _within(field, name_text(raw), chars_max, required)


def text_of(field: str, raw: str, chars_max: int, *, required: bool = False) -> str:
    """A text of any number of lines."""
    return _within(field, raw.strip(), chars_max, required)


def lines_of(field: str, raw: Iterable[str], items_max: int, chars_max: int) -> tuple[str, ...]:
    """A list of texts; empty ones are left out."""
    found = tuple(text for each in raw if (text := text_of(field, each, chars_max)))
    if len(found) > items_max:
        raise BadRequest(field=field, problem="too_many")
    return found


def _within(field: str, text: str, chars_max: int, required: bool) -> str:
    if required and not text:
        raise BadRequest(field=field, problem="required")
    if len(text) > chars_max:
        raise BadRequest(field=field, problem="too_long")
    return text


def reason_of(raw: str) -> str:
    """Why; whoever departs from the plan says so."""
    return text_of("reason", raw, REASON_CHARS_MAX, required=True)


def number_of(field: str, raw: str, *, required: bool = True) -> str:
    """The number of a document, such as 换届办〔2026〕1号."""
    return line_of(field, raw, NUMBER_CHARS_MAX, required=required)


def choice_of(field: str, raw: str, choices: Iterable[str]) -> str:
    """One of the listed words."""
    if not raw:
        raise BadRequest(field=field, problem="required")
    if raw not in set(choices):
        raise BadRequest(field=field, problem="out_of_range")
    return raw


def day_of_text(field: str, raw: str) -> date:
    """A Shanghai day as 2026-03-16; full-width digits are folded, a day that no calendar has is refused."""
    text = code_text(raw)
    if not text:
        raise BadRequest(field=field, problem="required")
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise BadRequest(field=field, problem="malformed")
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadRequest(field=field, problem="out_of_range")
    return day


def past_day(field: str, raw: str, today: date) -> date:
    """A day on which something was done: today where nothing is said, never in the future. Raises DayAhead."""
    day = day_of_text(field, raw) if raw.strip() else today
    if day > today:
        raise DayAhead(day=day.isoformat(), today=today.isoformat())
    return day


def check_not_before(day: date, earlier_than: date) -> None:
    """Raises DayBefore."""
    if day < earlier_than:
        raise DayBefore(day=day.isoformat(), earlier_than=earlier_than.isoformat())


def sha256_of(field: str, raw: str, *, required: bool = False) -> str:
    """The SHA-256 of a file in lower-case hex; empty where none is needed."""
    if raw or required:
        if not raw:
            raise BadRequest(field=field, problem="required")
        if not _SHA256.fullmatch(raw):
            raise BadRequest(field=field, problem="malformed")
    return raw


def files_of(field: str, raw: Sequence[str], files_max: int) -> tuple[str, ...]:
    """The SHA-256 of each of a list of files."""
    if len(raw) > files_max:
        raise BadRequest(field=field, problem="too_many")
    return tuple(sha256_of(field, each, required=True) for each in raw)
