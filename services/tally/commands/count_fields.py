"""What requests may hold: cleaned, and refused where it cannot be meant."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final, TypeVar

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.refusals import BadRequest
from services.kernel.text import code_text, name_text
from services.tally.domain.errors import FigureNotNumber
from services.tally.domain.kinds import CANDIDATES_MAX, NAME_CHARS_MAX
from services.tally.domain.rolls import GROUND_CHARS_MAX, Standing
from services.tally.domain.sheets_read import REASON_CHARS_MAX, WRITTEN, explanations_of

E = TypeVar("E", bound=Enum)

NUMBER_DIGITS_MAX: Final = 8
REFERENCE_CHARS_MAX: Final = 80
EXPLANATIONS_MAX: Final = 40


def line_of(field: str, raw: str, chars_max: int, *, required: bool = False) -> str:
    """A text of one line."""
    text = name_text(raw)
    if required and not text:
        raise BadRequest(field=field, problem="required")
    if len(text) > chars_max:
        raise BadRequest(field=field, problem="too_long")
    return text


def reason_of(raw: str) -> str:
    """Why; whoever takes something back says so."""
    return line_of("reason", raw, REASON_CHARS_MAX, required=True)


def member_of(kind: type[E], field: str, raw: str) -> E:
    """A value of a closed list."""
    try:
        return kind(raw)
    except ValueError:
        raise BadRequest(field=field, problem="out_of_range") from None


def number_of(field: str, raw: str) -> int:
    """A count as it was typed; full-width digits are digits. Raises FigureNotNumber."""
    text = code_text(raw)
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS_MAX):
        raise FigureNotNumber(field=field[:80], text=raw[:20])
    return int(text)


def typed_cells(cells: Iterable[pb.TypedCell]) -> dict[str, int]:
    """The figures of typed fields; a written name keeps its own form. Raises BadRequest, FigureNotNumber."""
    read: dict[str, int] = {}
    for cell in cells:
        path = name_text(cell.field) if cell.field.startswith(WRITTEN) else code_text(cell.field)
        if path in read:
            raise BadRequest(field=path[:80], problem="repeated")
        read[path] = number_of(path, cell.text)
    return read


def candidate_lines(lines: Iterable[pb.CandidateLine], note_chars_max: int) -> list[tuple[str, str]]:
    """(name, note) of each line."""
    return [
        (line_of("candidates.name", each.name, NAME_CHARS_MAX), line_of("candidates.note", each.note, note_chars_max))
        for each in lines
    ]


def approved_lines(names: Iterable[str]) -> list[str]:
    """Names in the order that the superior approved."""
    lines = [line_of("approved_order", each, NAME_CHARS_MAX, required=True) for each in names]
    if len(lines) > CANDIDATES_MAX:
        raise BadRequest(field="approved_order", problem="too_many")
    return lines


def explanation_lines(given: Iterable[pb.WarningExplained]) -> dict[str, str]:
    """Warning → what was written about it."""
    pairs = [(each.code, line_of("explanations", each.text, REASON_CHARS_MAX)) for each in given]
    if len(pairs) > EXPLANATIONS_MAX:
        raise BadRequest(field="explanations", problem="too_many")
    return explanations_of(pairs)


def elector_lines(lines: Iterable[pb.ElectorLine]) -> list[tuple[str, Standing, str, str, str]]:
    """(name, standing, ground, consent, vote) of each line."""
    return [
        (
            line_of("electors.name", each.name, NAME_CHARS_MAX, required=True),
            member_of(Standing, "electors.standing", each.standing or Standing.ENTITLED.value),
            line_of("electors.ground", each.ground, GROUND_CHARS_MAX),
            line_of("electors.consent", each.consent, REFERENCE_CHARS_MAX),
            line_of("electors.vote", each.vote, REFERENCE_CHARS_MAX),
        )
        for each in lines
    ]
