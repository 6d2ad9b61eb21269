"""Reading templates: data in, a checked `Template` out. The shipped ones lie in `shipped/`.

What is refused, before anything can be planned with it: unknown and repeated ids, circles, steps that no date holds,
citations of nothing, gaps and notices below what a rule fixes, and gates that nothing could ever open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from services.kernel.rules import Confidence
from services.schedule.domain import gates
from services.schedule.domain.milestones import (
    NO_GAP,
    Anchor,
    Bound,
    Citation,
    Gap,
    Issue,
    Link,
    Measure,
    Milestone,
    Offset,
    Owner,
    Phase,
    Template,
    Words,
)
from services.schedule.domain.plan_errors import TemplateMalformed, TemplateUnknown
from services.schedule.domain.template_checks import checked

SHIPPED: Final = Path(__file__).with_name("shipped")
MILESTONES_MAX: Final = 500
TITLE_CHARS_MAX: Final = 200
_Kind = TypeVar("_Kind", bound=Enum)
Row = Mapping[str, object]


@lru_cache(maxsize=1)
def shipped_templates() -> Mapping[str, Template]:
    """Every template that comes with the platform, by key, in the order of their names."""
    rows = (json.loads(path.read_text("utf-8")) for path in sorted(SHIPPED.glob("*.json")))
    return {template.key: template for template in map(read_template, rows)}


def shipped_template(key: str) -> Template:
    """The shipped template of a key. Raises TemplateUnknown."""
    try:
        return shipped_templates()[key]
    except KeyError:
        raise TemplateUnknown(template=key) from None


def read_template(row: Row) -> Template:
    """A template from its data (JSON objects and lists), checked.

    Raises TemplateMalformed and every refusal of template_checks.
    """
    steps = _list(row, "milestones", "template")
    if not 0 < len(steps) <= MILESTONES_MAX:
        raise TemplateMalformed(place="milestones")
    return checked(
        Template(
            key=_text(row, "key", "template"),
            version=_int(row, "version", "template"),
            level=_text(row, "level", "template"),
            title=_words(row, "template"),
            phases=tuple(
                Phase(_text(each, "id", "phases"), _words(each, "phases")) for each in _list(row, "phases", "template")
            ),
            milestones=tuple(_milestone(each) for each in steps),
        )
    )


def _milestone(row: Row) -> Milestone:
    place = f"milestones/{_text(row, 'id', 'milestones')}"
    gate = row.get("gate")
    return Milestone(
        id=_text(row, "id", place),
        title=_words(row, place),
        owner=_choice(Owner, row, "owner", place),
        phase=_text(row, "phase", place),
        citation=_citation(row, place),
        after=tuple(_link(each, place) for each in _list(row, "after", place, [])),
        at=_bound(row, "at", place),
        by=_bound(row, "by", place),
        on_workday=_flag(row, "on_workday", place),
        documents=tuple(_words(each, place) for each in _list(row, "documents", place, [])),
        records=tuple(str(each) for each in _plain_list(row, "records", place)),
        gate=None if gate is None else read_condition(gate, f"{place}/gate"),
        issues=_issue(row, place),
    )


def _link(row: Row, place: str) -> Link:
    place = f"{place}/after"
    gap = _gap(row, place) if "gap" in row else NO_GAP
    return Link(_text(row, "id", place), gap, _citation(row, place))


def _gap(row: Row, place: str) -> Gap:
    return Gap(_int(row, "gap", place), _choice(Measure, row, "measure", place))


def _bound(row: Row, name: str, place: str) -> Bound | None:
    if name not in row:
        return None
    place = f"{place}/{name}"
    bound = _object(row[name], place)
    offset = Offset(
        _choice(Anchor, bound, "anchor", place),
        _int(bound, "offset", place) if "offset" in bound else 0,
        _choice(Measure, bound, "measure", place) if "measure" in bound else Measure.DAYS,
    )
    return Bound(offset, _citation(bound, place))


def _issue(row: Row, place: str) -> Issue | None:
    if "issues" not in row:
        return None
    place = f"{place}/issues"
    issue = _object(row["issues"], place)
    text = _object(issue.get("text"), place)
    return Issue(
        title=_words(issue, place),
        text=_words(text, f"{place}/text"),
        kinds=tuple(str(each) for each in _plain_list(issue, "kinds", place)),
        done_by=_text(issue, "done_by", place),
    )


def _citation(row: Row, place: str) -> Citation:
    """`rule`, or `document` with `article` and `confidence`; neither is the customary practice, unconfirmed."""
    if "rule" in row:
        return Citation(rule_id=_text(row, "rule", place))
    if "document" not in row:
        return Citation(document_id="practice")
    return Citation(
        document_id=_text(row, "document", place),
        article=str(row.get("article", "")),
        own_confidence=_choice(Confidence, row, "confidence", place),
    )


def read_condition(value: object, place: str = "gate", depth: int = 0) -> gates.Condition:
    """A gate's condition from its data (the forms stand at the top of gates.py). Raises TemplateMalformed."""
    row = _object(value, place)
    if depth > gates.CONDITION_DEPTH_MAX:
        raise TemplateMalformed(place=place)
    for name, kind in (("all", gates.AllOf), ("any", gates.AnyOf)):
        if name in row:
            parts = _list(row, name, place)
            if not 0 < len(parts) <= gates.CONDITION_PARTS_MAX:
                raise TemplateMalformed(place=place)
            return kind(tuple(read_condition(part, f"{place}/{name}", depth + 1) for part in parts))
    return _atom(row, place)


def _atom(row: Row, place: str) -> gates.Condition:
    rule_id = str(row.get("rule", ""))
    if "notice" in row:
        fact = f"{gates.NOTICE}:{_text(row, 'notice', place)}"
        return gates.NoticeElapsed(fact, _int(row, "workdays", place), rule_id)
    if "units_done" in row:
        return gates.UnitsDone(_text(row, "units_done", place), _share(row, place), rule_id)
    if "absence" in row:
        return gates.Absent(_text(row, "absence", place), rule_id)
    for kind in (gates.DONE, gates.APPROVAL, gates.DECISION, gates.FILED, gates.RESULT, gates.LIST):
        if kind in row:
            return gates.Present(f"{kind}:{_text(row, kind, place)}", rule_id)
    raise TemplateMalformed(place=place)


def _share(row: Row, place: str) -> Fraction:
    share = _plain_list(row, "share", place)
    match share:
        case [int(done), int(total)] if 0 < done <= total:
            return Fraction(done, total)
    raise TemplateMalformed(place=f"{place}/share")


def _object(value: object, place: str) -> Row:
    if not isinstance(value, Mapping):
        raise TemplateMalformed(place=place)
    return value


def _plain_list(row: Row, name: str, place: str) -> list[object]:
    found = row.get(name, [])
    if not isinstance(found, list):
        raise TemplateMalformed(place=f"{place}/{name}")
    return found


def _list(row: Row, name: str, place: str, default: list[object] | None = None) -> list[Row]:
    if name not in row and default is None:
        raise TemplateMalformed(place=f"{place}/{name}")
    return [_object(each, f"{place}/{name}") for each in _plain_list(row, name, place)]


def _text(row: Row, name: str, place: str) -> str:
    found = row.get(name)
    if not isinstance(found, str) or not found:
        raise TemplateMalformed(place=f"{place}/{name}")
    return found


def _int(row: Row, name: str, place: str) -> int:
    found = row.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise TemplateMalformed(place=f"{place}/{name}")
    return found


def _flag(row: Row, name: str, place: str) -> bool:
    found = row.get(name, True)
    if not isinstance(found, bool):
        raise TemplateMalformed(place=f"{place}/{name}")
    return found


def _words(row: Row, place: str) -> Words:
    return Words(_text(row, "zh", place), _text(row, "en", place))


def _choice(kind: type[_Kind], row: Row, name: str, place: str) -> _Kind:
    try:
        return kind(row.get(name))
    except ValueError:
        raise TemplateMalformed(place=f"{place}/{name}") from None


def read_milestone(value: object) -> Milestone:
    """One milestone from its data, as an adjustment brings it. Raises TemplateMalformed."""
    return _milestone(_object(value, "milestone"))
