"""Raw values as people type them become canonical figures, or a problem each, named by its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.reporting.domain.forms.expressions import Value
from services.reporting.domain.forms.model import COUNT_MAX, Field, FieldKind, Form, Rule, Severity
from services.reporting.domain.plain_text import found_in

EXPLANATION_CHARS_MAX: Final = 500
RAW_CHARS_MAX: Final = 2_000
_COUNT: Final = re.compile(r"[0-9]{1,15}")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_FRACTION: Final = re.compile(r"[+-]?[0-9]*\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, or which rule is broken. `code` is worded; `params` are its parameters."""

    severity: Severity
    field_id: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """Figures in the form's order as canonical texts, what is wrong, and the totals, 0 while something is."""

    figures: tuple[tuple[str, str], ...]
    explanations: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    due: int
    done: int

    @property
    def sound(self) -> bool:
        """Nothing is wrong, and every warning is explained."""
        return not self.problems


def check(form: Form, raw: Mapping[str, str], explanations: Mapping[str, str]) -> Checked:
    """Every field by itself, then the rules. A warning that is explained is no problem: its explanation is kept."""
    problems = [Problem(Severity.ERROR, name, "FORM_FIELD_UNKNOWN") for name in sorted(raw.keys() - form.fields.keys())]
    values: dict[str, Value] = {}
    texts: list[tuple[str, str]] = []
    for name, asked in form.fields.items():
        read = _read(asked, raw.get(name, ""))
        if isinstance(read, Problem):
            problems.append(read)
        elif read is not None:
            value, text = read
            values[name] = value
            texts.append((name, text))
    kept: list[tuple[str, str]] = []
    for rule in form.rules.values():
        if rule.expression.of(values) != 0:
            continue
        explained = fold(explanations.get(rule.rule_id, ""))
        if rule.severity is Severity.ERROR or not explained:
            problems.append(_broken(rule))
        elif len(explained) > EXPLANATION_CHARS_MAX:
            problems.append(_broken(rule, "FORM_EXPLANATION_TOO_LONG", {"limit": str(EXPLANATION_CHARS_MAX)}))
        elif found := found_in(explained):
            problems.append(_broken(rule, "FORM_SHOWS_PERSON", {"found": found}))
        else:
            kept.append((rule.rule_id, explained))
    due, done = form.due.of(values) or 0, form.done.of(values) or 0
    if not problems and not 0 <= done <= due <= COUNT_MAX:
        problems.append(Problem(Severity.ERROR, "", "FORM_TOTALS_IMPOSSIBLE", {"due": str(due), "done": str(done)}))
    if problems:
        due = done = 0
    return Checked(tuple(texts), tuple(kept), tuple(problems), due, done)


def fold(raw: str) -> str:
    """Full-width digits, letters and blanks as ordinary ones; no blanks around."""
    return unicodedata.normalize("NFKC", raw[: RAW_CHARS_MAX + 1]).strip()


def _broken(rule: Rule, code: str = "", params: Mapping[str, str] | None = None) -> Problem:
    usual = "FORM_RULE_BROKEN" if rule.severity is Severity.ERROR else "FORM_NEEDS_EXPLANATION"
    return Problem(rule.severity, rule.field_ids[0], code or usual, params or {}, rule.rule_id)


def _read(asked: Field, raw: str) -> tuple[Value, str] | Problem | None:
    """(value, canonical text), what is wrong, or None for nothing given where nothing must be."""
    text = fold(raw)
    if not text:
        return _error(asked, "FORM_FIELD_REQUIRED") if asked.required else None
    match asked.kind:
        case FieldKind.COUNT:
            return _count(asked, text)
        case FieldKind.DATE:
            return _date(asked, text)
        case FieldKind.CHOICE:
            return _choice(asked, text)
        case FieldKind.TEXT:
            if len(text) > asked.chars_max:
                return _error(asked, "FORM_TEXT_TOO_LONG", limit=str(asked.chars_max))
            if found := found_in(text):
                return _error(asked, "FORM_SHOWS_PERSON", found=found)
            return text, text


def _count(asked: Field, text: str) -> tuple[int, str] | Problem:
    if text.endswith("%"):
        return _error(asked, "FORM_PERCENT")
    if text.startswith("-") and _COUNT.fullmatch(text[1:]):
        return _error(asked, "FORM_COUNT_NEGATIVE")
    if _FRACTION.fullmatch(text):
        return _error(asked, "FORM_COUNT_FRACTION")
    plain = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    if not _COUNT.fullmatch(plain):
        return _error(asked, "FORM_NOT_A_COUNT")
    value = int(plain)
    if not asked.least <= value <= asked.most:
        return _error(asked, "FORM_COUNT_OUT_OF_RANGE", least=str(asked.least), most=str(asked.most))
    return value, str(value)


def _date(asked: Field, text: str) -> tuple[int, str] | Problem:
    match = _DAY.fullmatch(text)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None:
        return _error(asked, "FORM_NOT_A_DATE")
    shown = day.isoformat()
    if (asked.earliest and shown < asked.earliest) or (asked.latest and shown > asked.latest):
        return _error(asked, "FORM_DATE_OUT_OF_RANGE", earliest=asked.earliest or "…", latest=asked.latest or "…")
    return day.toordinal(), shown


def _choice(asked: Field, text: str) -> tuple[str, str] | Problem:
    """A choice's id, or its label in either language."""
    for choice_id, label in asked.choices.items():
        if text in (choice_id, fold(label.zh), fold(label.en)):
            return choice_id, choice_id
    return _error(asked, "FORM_CHOICE_UNKNOWN")


def _error(asked: Field, code: str, **params: str) -> Problem:
    return Problem(Severity.ERROR, asked.field_id, code, params)
