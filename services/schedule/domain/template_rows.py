"""A template as its data again: what an adopted plan keeps of it, and what another district can read."""

from __future__ import annotations

from services.schedule.domain import gates
from services.schedule.domain.milestones import Bound, Citation, Issue, Link, Milestone, Template, Words

Row = dict[str, object]


def template_row(template: Template) -> Row:
    """The data from which `read_template` makes the same template."""
    return {
        "key": template.key,
        "version": template.version,
        "level": template.level,
        **_words(template.title),
        "phases": [{"id": phase.id, **_words(phase.title)} for phase in template.phases],
        "milestones": [milestone_row(each) for each in template.milestones],
    }


def milestone_row(milestone: Milestone) -> Row:
    """One milestone's data."""
    row: Row = {
        "id": milestone.id,
        **_words(milestone.title),
        "owner": str(milestone.owner),
        "phase": milestone.phase,
        **_citation(milestone.citation),
    }
    if milestone.after:
        row["after"] = [_link(each) for each in milestone.after]
    row |= {name: _bound(bound) for name, bound in (("at", milestone.at), ("by", milestone.by)) if bound}
    if not milestone.on_workday:
        row["on_workday"] = False
    if milestone.documents:
        row["documents"] = [_words(each) for each in milestone.documents]
    if milestone.records:
        row["records"] = list(milestone.records)
    if milestone.gate is not None:
        row["gate"] = condition_row(milestone.gate)
    if milestone.issues:
        row["issues"] = _issue(milestone.issues)
    return row


def condition_row(condition: gates.Condition) -> Row:
    """A condition's data."""
    match condition:
        case gates.AllOf(parts=parts):
            return {"all": [condition_row(part) for part in parts]}
        case gates.AnyOf(parts=parts):
            return {"any": [condition_row(part) for part in parts]}
        case gates.NoticeElapsed(fact=fact, workdays=workdays):
            row: Row = {"notice": fact.partition(":")[2], "workdays": workdays}
        case gates.UnitsDone(milestone=milestone, share=share):
            row = {"units_done": milestone, "share": [share.numerator, share.denominator]}
        case gates.Absent(fact=fact):
            row = {"absence": fact}
        case gates.Present(fact=fact):
            kind, _, name = fact.partition(":")
            row = {kind: name}
    return row | ({"rule": condition.rule_id} if condition.rule_id else {})


def _words(words: Words) -> Row:
    return {"zh": words.zh, "en": words.en}


def _citation(citation: Citation) -> Row:
    if citation.rule_id:
        return {"rule": citation.rule_id}
    if citation == Citation(document_id="practice"):
        return {}
    row: Row = {"document": citation.document_id, "confidence": citation.own_confidence.value}
    return row | ({"article": citation.article} if citation.article else {})


def _link(link: Link) -> Row:
    gap: Row = {"gap": link.gap.count, "measure": str(link.gap.measure)} if link.gap.count else {}
    return {"id": link.predecessor, **gap, **_citation(link.citation)}


def _bound(bound: Bound) -> Row:
    offset = bound.offset
    counted: Row = {"offset": offset.count, "measure": str(offset.measure)} if offset.count else {}
    return {"anchor": str(offset.anchor), **counted, **_citation(bound.citation)}


def _issue(issue: Issue) -> Row:
    kinds: Row = {"kinds": list(issue.kinds)} if issue.kinds else {}
    return {**_words(issue.title), "text": _words(issue.text), **kinds, "done_by": issue.done_by}
