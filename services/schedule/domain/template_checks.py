"""What is checked before a template can be planned with, whether it is read, adjusted or made anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from services.kernel.rules import rules
from services.schedule.domain import gates
from services.schedule.domain.milestones import (
    GAP_COUNT_MAX,
    Citation,
    Gap,
    Link,
    Measure,
    Milestone,
    Template,
    documents,
)
from services.schedule.domain.plan_errors import (
    CitationUnknown,
    ConditionNeverMet,
    ConditionUnknownFact,
    GapBelowRule,
    MilestoneRepeated,
    MilestonesCircular,
    MilestoneUnbounded,
    MilestoneUnknown,
    NoticeBelowRule,
    TemplateMalformed,
    WindowBelowNotice,
)

# The least time that a rule gives; a link or bound that cites the rule may not be shorter.
FIXED_GAPS: Final[Mapping[str, Gap]] = {
    "T1": Gap(3, Measure.MONTHS),
    "T2": Gap(2, Measure.MONTHS),
    "T3": Gap(1, Measure.MONTHS),
}
FIXED_NOTICE_WORKDAYS: Final[Mapping[str, int]] = {"V-5": 5}


def checked(template: Template) -> Template:
    """The template with its milestones in an order in which each comes after its predecessors.

    Raises MilestoneRepeated, MilestoneUnknown, MilestonesCircular, MilestoneUnbounded, CitationUnknown, GapBelowRule,
    NoticeBelowRule, WindowBelowNotice, ConditionUnknownFact, ConditionNeverMet, TemplateMalformed.
    """
    _check_names(template)
    for milestone in template.milestones:
        _check_citations(milestone)
        _check_gaps(milestone)
    ordered = replace(template, milestones=in_order(template))
    _check_bounded(ordered)
    _check_facts_known(ordered)
    _check_notices(ordered)
    _check_gates_can_open(ordered)
    return ordered


def in_order(template: Template) -> tuple[Milestone, ...]:
    """Milestones with each after its predecessors, otherwise as they stood. Raises MilestonesCircular."""
    placed: dict[str, Milestone] = {}
    path: list[str] = []

    def place(milestone: Milestone) -> None:
        if milestone.id in placed:
            return
        if milestone.id in path:
            circle = [*path[path.index(milestone.id) :], milestone.id]
            raise MilestonesCircular(chain=" < ".join(reversed(circle)))
        path.append(milestone.id)
        for link in milestone.after:
            place(template.by_id[link.predecessor])
        path.pop()
        placed[milestone.id] = milestone

    for each in template.milestones:
        place(each)
    return tuple(placed.values())


def recorders(template: Template) -> Mapping[str, tuple[str, ...]]:
    """Fact key → the milestones whose completion records it. Every milestone records its own `done:`."""
    found: dict[str, list[str]] = {}
    for milestone in template.milestones:
        for fact in (f"{gates.DONE}:{milestone.id}", *milestone.records):
            found.setdefault(fact, []).append(milestone.id)
    return {fact: tuple(ids) for fact, ids in found.items()}


def ancestors(template: Template) -> Mapping[str, frozenset[str]]:
    """Milestone → every milestone that comes before it. The template must be in order."""
    found: dict[str, frozenset[str]] = {}
    for milestone in template.milestones:
        before = {link.predecessor for link in milestone.after}
        found[milestone.id] = frozenset(before).union(*(found[each] for each in before))
    return found


def _check_names(template: Template) -> None:
    seen: set[str] = set()
    phases = {phase.id for phase in template.phases}
    for milestone in template.milestones:
        if milestone.id in seen:
            raise MilestoneRepeated(milestone=milestone.id)
        seen.add(milestone.id)
        if milestone.phase not in phases:
            raise TemplateMalformed(place=f"milestones/{milestone.id}/phase")
        before = [link.predecessor for link in milestone.after]
        if len(before) != len(set(before)):
            raise MilestoneRepeated(milestone=milestone.id)
    for milestone in template.milestones:
        named = [link.predecessor for link in milestone.after]
        named += [milestone.issues.done_by] if milestone.issues else []
        for other in named:
            if other not in seen:
                raise MilestoneUnknown(milestone=other)


def _check_citations(milestone: Milestone) -> None:
    for citation in citations(milestone):
        known = citation.rule_id in rules() if citation.rule_id else citation.document_id in documents()
        if not known:
            raise CitationUnknown(milestone=milestone.id, citation=citation.rule_id or citation.document_id)
    for atom in gates.atoms(milestone.gate):
        if atom.rule_id and atom.rule_id not in rules():
            raise CitationUnknown(milestone=milestone.id, citation=atom.rule_id)


def citations(milestone: Milestone) -> Iterator[Citation]:
    """Every citation of a milestone, without those of its gate."""
    yield milestone.citation
    yield from (link.citation for link in milestone.after)
    yield from (bound.citation for bound in (milestone.at, milestone.by) if bound)


def _check_gaps(milestone: Milestone) -> None:
    for link in milestone.after:
        if not 0 <= link.gap.count <= GAP_COUNT_MAX:
            raise TemplateMalformed(place=f"milestones/{milestone.id}/after/{link.predecessor}")
        _check_fixed(milestone, link.gap, link.citation)
    for bound in (milestone.at, milestone.by):
        if bound and bound.citation.rule_id in FIXED_GAPS:
            _check_fixed(milestone, Gap(max(0, -bound.offset.count), bound.offset.measure), bound.citation)


def _check_fixed(milestone: Milestone, gap: Gap, citation: Citation) -> None:
    fixed = FIXED_GAPS.get(citation.rule_id)
    if fixed and citation.fixed and not gap.is_at_least(fixed):
        raise GapBelowRule(milestone=milestone.id, given=str(gap), fixed=str(fixed), rule=citation.rule_id)


def _check_bounded(template: Template) -> None:
    held: set[str] = set()
    for milestone in reversed(template.milestones):
        if milestone.at or milestone.by or milestone.id in held:
            held |= {milestone.id, *(link.predecessor for link in milestone.after)}
        else:
            raise MilestoneUnbounded(milestone=milestone.id)


def _check_facts_known(template: Template) -> None:
    known = recorders(template)
    issuing = {milestone.id for milestone in template.milestones if milestone.issues}
    for milestone in template.milestones:
        for fact in milestone.records:
            if gates.kind_of(fact) not in gates.KINDS or gates.kind_of(fact) in gates.PRODUCERS:
                raise ConditionUnknownFact(milestone=milestone.id, fact=fact)
        for atom in gates.atoms(milestone.gate):
            if isinstance(atom, gates.UnitsDone):
                found = atom.milestone in issuing
            else:
                found = atom.fact in known or gates.kind_of(atom.fact) in gates.PRODUCERS
            if not found:
                raise ConditionUnknownFact(milestone=milestone.id, fact=gates.key_of(atom))


def _check_notices(template: Template) -> None:
    known = recorders(template)
    for milestone in template.milestones:
        for atom in gates.atoms(milestone.gate):
            if not isinstance(atom, gates.NoticeElapsed):
                continue
            if atom.workdays < 1:
                raise TemplateMalformed(place=f"milestones/{milestone.id}/gate")
            fixed = FIXED_NOTICE_WORKDAYS.get(atom.rule_id, 0)
            if atom.workdays < fixed:
                raise NoticeBelowRule(
                    milestone=milestone.id, workdays=atom.workdays, fixed_workdays=fixed, rule=atom.rule_id
                )
            window = max((_workdays_between(template, each, milestone.id) for each in known[atom.fact]), default=0)
            # The step comes on the day after the last whole day at the earliest.
            if window <= atom.workdays:
                raise WindowBelowNotice(
                    milestone=milestone.id, window_workdays=max(0, window - 1), notice_workdays=atom.workdays,
                    rule=atom.rule_id,
                )  # fmt: skip


def _workdays_between(template: Template, first: str, last: str) -> int:
    """Working days that the links alone keep between two milestones; -1 when none leads from one to the other."""
    longest = {first: 0}
    for milestone in template.milestones:
        lengths = [
            longest[link.predecessor] + (link.gap.count if link.gap.measure is Measure.WORKDAYS else 0)
            for link in milestone.after
            if link.predecessor in longest
        ]
        if lengths and milestone.id != first:
            longest[milestone.id] = max(lengths)
    return longest.get(last, -1)


def _check_gates_can_open(template: Template) -> None:
    """Everything happens that can, again and again; a milestone that never can is refused."""
    before = ancestors(template)
    certain = {each.id: _recorded_by(template, before[each.id]) for each in template.milestones}
    happened: set[str] = set()
    recorded: set[str] = set()
    waiting = list(template.milestones)
    while waiting:
        ready = [
            each
            for each in waiting
            if before[each.id] <= happened and _can_open(each, recorded, certain[each.id], happened)
        ]
        if not ready:
            first = next(each for each in waiting if before[each.id] <= happened)
            raise ConditionNeverMet(milestone=first.id, fact=_obstacle(first, recorded, certain[first.id], happened))
        for each in ready:
            happened.add(each.id)
            recorded |= {f"{gates.DONE}:{each.id}", *each.records}
        waiting = [each for each in waiting if each.id not in happened]


def _recorded_by(template: Template, ids: frozenset[str]) -> frozenset[str]:
    by_id = template.by_id
    return frozenset(fact for each in ids for fact in (f"{gates.DONE}:{each}", *by_id[each].records))


def _can_open(milestone: Milestone, recorded: set[str], certain: frozenset[str], happened: set[str]) -> bool:
    try:
        found = gates.ways(milestone.gate)
    except OverflowError:
        raise TemplateMalformed(place=f"milestones/{milestone.id}/gate") from None
    return any(
        not _contradicts(way) and all(_can_hold(atom, recorded, certain, happened) for atom in way) for way in found
    )


def _contradicts(way: frozenset[gates.Atom]) -> bool:
    absent = {atom.fact for atom in way if isinstance(atom, gates.Absent)}
    return any(isinstance(atom, gates.Present | gates.NoticeElapsed) and atom.fact in absent for atom in way)


def _can_hold(atom: gates.Atom, recorded: set[str], certain: frozenset[str], happened: set[str]) -> bool:
    match atom:
        case gates.Absent(fact=fact):
            # Facts stay on record: what a step before this one records will never be absent again.
            return fact not in certain
        case gates.UnitsDone(milestone=milestone):
            return milestone in happened
    return atom.fact in recorded or gates.kind_of(atom.fact) in gates.PRODUCERS


def _obstacle(milestone: Milestone, recorded: set[str], certain: frozenset[str], happened: set[str]) -> str:
    for atom in gates.atoms(milestone.gate):
        if not _can_hold(atom, recorded, certain, happened):
            return gates.key_of(atom)
    # Each part can hold, but no way through without something that must be absent and present at once.
    absent = [atom for atom in gates.atoms(milestone.gate) if isinstance(atom, gates.Absent)]
    return gates.key_of(absent[0])


def links_of(template: Template) -> Iterator[tuple[Milestone, Link]]:
    """Every link with the milestone that waits."""
    for milestone in template.milestones:
        for link in milestone.after:
            yield milestone, link
