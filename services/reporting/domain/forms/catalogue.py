"""The shipped forms, read and validated once: a mistake in a form's file is found by its test, not by a unit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from services.reporting.domain.form_errors import FormUnknown
from services.reporting.domain.forms.expressions import Expression, parse
from services.reporting.domain.forms.model import (
    COUNT_MAX,
    NO_WORDS,
    TEXT_CHARS_MAX,
    DisciplineList,
    Field,
    FieldKind,
    Form,
    Rule,
    Severity,
    Words,
)

DATA: Final = Path(__file__).with_name("data")
_LISTS: Final = "discipline_lists.json"
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_CONFIDENCES: Final = frozenset({"V1", "V2", "V3", "M"})


class FormBroken(ValueError):
    """A form's file is not what a form must be."""


@lru_cache(maxsize=1)
def discipline_lists() -> Mapping[str, DisciplineList]:
    """The lists of turnover discipline by year. Source: RULES 4.1."""
    table = json.loads(DATA.joinpath(_LISTS).read_text("utf-8"))
    return {
        row["year"]: DisciplineList(
            row["year"], tuple(map(_words, row["rules"])), row["source"], _confidence(row["confidence"])
        )
        for row in table
    }


@lru_cache(maxsize=1)
def forms() -> Mapping[tuple[str, int], Form]:
    """Every version of every form by (id, version), in that order."""
    read = [form_of(json.loads(path.read_text("utf-8"))) for path in sorted(DATA.glob("*.json")) if path.name != _LISTS]
    found = {(form.form_id, form.version): form for form in sorted(read, key=lambda form: (form.form_id, form.version))}
    if len(found) != len(read):
        raise FormBroken("a version of a form stands in two files")
    return found


def find_form(form_id: str, version: int = 0) -> Form:
    """A form's version, 0 for its newest. Raises FormUnknown."""
    wanted = version or max((number for name, number in forms() if name == form_id), default=0)
    form = forms().get((form_id, wanted))
    if form is None:
        raise FormUnknown(form_id=form_id, version=version)
    return form


def form_of(row: Mapping[str, Any]) -> Form:
    """A form from its file's content. Raises FormBroken, ExpressionBroken."""
    sections = {_id(part["id"]): _words(part) for part in row["sections"]}
    fields = {part["id"]: _field(part, sections) for part in row["fields"]}
    if len(fields) != len(row["fields"]) or len(sections) != len(row["sections"]):
        raise FormBroken(f"{row['id']}: an id stands twice")
    rules = {part["id"]: _rule(part, fields) for part in row["rules"]}
    if len(rules) != len(row["rules"]):
        raise FormBroken(f"{row['id']}: a rule stands twice")
    year = row.get("discipline_list", "")
    return Form(
        form_id=_id(row["id"]),
        version=_whole(row["version"], 1, 9_999),
        title=_words(row["title"]),
        help=_words(row["help"]),
        source=row["source"],
        confidence=_confidence(row["confidence"]),
        discipline=discipline_lists()[year] if year else None,
        sections=sections,
        fields=fields,
        rules=rules,
        due=_total(row["totals"]["due"], fields),
        done=_total(row["totals"]["done"], fields),
    )


def _field(row: Mapping[str, Any], sections: Mapping[str, Words]) -> Field:
    kind = FieldKind(row["kind"])
    if row["section"] not in sections:
        raise FormBroken(f"{row['id']}: no section {row['section']}")
    choices = {_id(choice["id"]): _words(choice) for choice in row.get("choices", ())}
    if bool(choices) != (kind is FieldKind.CHOICE):
        raise FormBroken(f"{row['id']}: a choice has choices, and nothing else has")
    least = _whole(row.get("least", 0), 0, COUNT_MAX)
    return Field(
        field_id=_id(row["id"]),
        section_id=row["section"],
        kind=kind,
        label=_words(row["label"]),
        help=_words(row["help"]) if "help" in row else NO_WORDS,
        measure=_words(row["measure"]) if kind is FieldKind.COUNT else NO_WORDS,
        required=bool(row.get("required", True)),
        least=least,
        most=_whole(row.get("most", COUNT_MAX), least, COUNT_MAX),
        earliest=_day(row.get("earliest", "")),
        latest=_day(row.get("latest", "")),
        chars_max=_whole(row.get("chars_max", TEXT_CHARS_MAX), 1, TEXT_CHARS_MAX),
        choices=choices,
    )


def _rule(row: Mapping[str, Any], fields: Mapping[str, Field]) -> Rule:
    expression = _parsed(row["expression"], fields)
    shown = tuple(row["fields"])
    if not shown or not set(shown) <= fields.keys():
        raise FormBroken(f"{row['id']}: a rule is shown at fields of its form")
    return Rule(_id(row["id"]), Severity(row["severity"]), expression, _words(row["wording"]), shown)


def _total(text: str, fields: Mapping[str, Field]) -> Expression:
    total = _parsed(text, fields)
    if not all(fields[name].required for name in total.needs):
        raise FormBroken(f"{text!r}: a total rests on required fields")
    return total


def _parsed(text: str, fields: Mapping[str, Field]) -> Expression:
    numbers = frozenset(name for name, f in fields.items() if f.kind in (FieldKind.COUNT, FieldKind.DATE))
    return parse(text, numbers, frozenset(fields.keys() - numbers))


def _words(row: Mapping[str, str]) -> Words:
    if not row["zh"].strip() or not row["en"].strip():
        raise FormBroken("every label has both languages")
    return Words(row["zh"], row["en"])


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise FormBroken(f"{text!r} is no id")
    return text


def _whole(number: object, least: int, most: int) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise FormBroken(f"{number!r} is no whole number in {least}..{most}")
    return number


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat() if text else ""


def _confidence(text: str) -> str:
    if text not in _CONFIDENCES:
        raise FormBroken(f"{text!r} is no confidence")
    return text
