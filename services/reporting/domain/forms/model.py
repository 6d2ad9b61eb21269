"""What a form is. Everything in it is validated once, when the catalogue is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.reporting.domain.forms.expressions import Expression

COUNT_MAX: Final = 10_000_000
TEXT_CHARS_MAX: Final = 500


class FieldKind(StrEnum):
    """What a field takes. There are no percentages: they follow from counts."""

    COUNT = "count"
    DATE = "date"
    CHOICE = "choice"
    # A short text without persons.
    TEXT = "text"


class Severity(StrEnum):
    """An error blocks; a warning needs a written explanation that travels with the report."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Words:
    """A label in both languages."""

    zh: str
    en: str


NO_WORDS: Final = Words("", "")


@dataclass(frozen=True, slots=True)
class Field:
    """One figure. `least` and `most` bound a count, `earliest` and `latest` (ISO days, empty = open) a date."""

    field_id: str
    section_id: str
    kind: FieldKind
    label: Words
    help: Words
    measure: Words
    required: bool
    least: int
    most: int
    earliest: str
    latest: str
    chars_max: int
    choices: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule across fields: holds when its expression is not 0, is silent while one of its figures is not given."""

    rule_id: str
    severity: Severity
    expression: Expression
    wording: Words
    field_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisciplineList:
    """The rules of turnover discipline in force for a turnover (RULES 4.1)."""

    year: str
    rules: tuple[Words, ...]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a form. `due` and `done` give the two totals that every report has."""

    form_id: str
    version: int
    title: Words
    help: Words
    source: str
    confidence: str
    discipline: DisciplineList | None
    sections: Mapping[str, Words]
    fields: Mapping[str, Field]
    rules: Mapping[str, Rule]
    due: Expression
    done: Expression
