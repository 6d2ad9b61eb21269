"""Operators copy a template and adjust the copy.

What a regulation fixes (V1, V2) may be made stricter and never weaker; what is custom or unconfirmed (V3, M) may be
weakened with a reason. The result is checked like any other template.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, assert_never

from services.kernel.rules import rule
from services.schedule.domain import gates
from services.schedule.domain.milestones import Bound, Citation, Gap, Link, Milestone, Offset, Owner, Template, Words
from services.schedule.domain.plan_errors import (
    AdjustmentEmpty,
    LinkUnknown,
    MilestoneRepeated,
    MilestoneUnknown,
    ReasonMissing,
    RuleWeakened,
)
from services.schedule.domain.template_checks import checked, citations, recorders

ADJUSTMENTS_MAX: Final = 200
REASON_CHARS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class SetGap:
    """Another least time after a predecessor."""

    milestone: str
    predecessor: str
    gap: Gap
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddLink:
    """Waits for one more predecessor."""

    milestone: str
    predecessor: str
    gap: Gap
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemoveLink:
    """No longer waits for a predecessor."""

    milestone: str
    predecessor: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddMilestone:
    """One more step."""

    added: Milestone
    reason: str = ""

    @property
    def milestone(self) -> str:
        return self.added.id


@dataclass(frozen=True, slots=True)
class RemoveMilestone:
    """A step is left out; what waited for it waits for what it waited for."""

    milestone: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetDay:
    """Another day that the step falls on (`fixed`) or must be done by; None takes the day away."""

    milestone: str
    offset: Offset | None
    fixed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetWorkday:
    """Whether the step needs a working day."""

    milestone: str
    on_workday: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetGate:
    """Another condition."""

    milestone: str
    gate: gates.Condition | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetTitle:
    """Other words, another owner; both as they were where nothing is given."""

    milestone: str
    title: Words | None = None
    owner: Owner | None = None
    reason: str = ""


Adjustment = SetGap | AddLink | RemoveLink | AddMilestone | RemoveMilestone | SetDay | SetWorkday | SetGate | SetTitle
_CUSTOM: Final = Citation(document_id="practice")


def adjust(template: Template, adjustments: Iterable[Adjustment]) -> Template:
    """The adjusted copy.

    Raises MilestoneUnknown, LinkUnknown, RuleWeakened, ReasonMissing, AdjustmentEmpty, and whatever template_checks
    finds in the result.
    """
    adjusted = template
    for each in adjustments:
        changed = _adjusted(adjusted, each)
        if changed == adjusted:
            raise AdjustmentEmpty(milestone=each.milestone)
        adjusted = changed
    return checked(adjusted)


def _adjusted(template: Template, adjustment: Adjustment) -> Template:
    if isinstance(adjustment, AddMilestone):
        if adjustment.milestone in template.by_id:
            raise MilestoneRepeated(milestone=adjustment.milestone)
        return replace(template, milestones=(*template.milestones, adjustment.added))
    if adjustment.milestone not in template.by_id:
        raise MilestoneUnknown(milestone=adjustment.milestone)
    if isinstance(adjustment, RemoveMilestone):
        return _without(template, adjustment)
    changed = _changed(template, template.by_id[adjustment.milestone], adjustment)
    return replace(
        template, milestones=tuple(changed if each.id == changed.id else each for each in template.milestones)
    )


def _changed(
    template: Template,
    milestone: Milestone,
    adjustment: SetGap | AddLink | RemoveLink | SetDay | SetWorkday | SetGate | SetTitle,
) -> Milestone:
    match adjustment:
        case SetGap():
            return _with_gap(milestone, adjustment)
        case AddLink(predecessor=predecessor, gap=gap):
            return replace(milestone, after=(*milestone.after, Link(predecessor, gap, _CUSTOM)))
        case RemoveLink(predecessor=predecessor, reason=reason):
            link = _link(milestone, predecessor)
            _check_weaker(milestone, link.citation, "0 days", str(link.gap), reason)
            return replace(milestone, after=tuple(each for each in milestone.after if each is not link))
        case SetDay():
            return _with_day(milestone, adjustment)
        case SetWorkday(on_workday=on_workday, reason=reason):
            if not on_workday and milestone.on_workday and not reason.strip():
                raise ReasonMissing(milestone=milestone.id)
            return replace(milestone, on_workday=on_workday)
        case SetGate(gate=gate, reason=reason):
            _check_gate(template, milestone, gate, reason)
            return replace(milestone, gate=gate)
        case SetTitle(title=title, owner=owner):
            return replace(milestone, title=title or milestone.title, owner=owner or milestone.owner)
        case _:
            assert_never(adjustment)


def _with_gap(milestone: Milestone, adjustment: SetGap) -> Milestone:
    link = _link(milestone, adjustment.predecessor)
    if not adjustment.gap.is_at_least(link.gap):
        _check_weaker(milestone, link.citation, str(adjustment.gap), str(link.gap), adjustment.reason)
    changed = replace(link, gap=adjustment.gap)
    return replace(milestone, after=tuple(changed if each is link else each for each in milestone.after))


def _with_day(milestone: Milestone, adjustment: SetDay) -> Milestone:
    before = milestone.at if adjustment.fixed else milestone.by
    if before and not _is_stricter(adjustment, before):
        _check_weaker(milestone, before.citation, str(adjustment.offset or "-"), str(before.offset), adjustment.reason)
    if before and adjustment.offset:
        after: Bound | None = Bound(adjustment.offset, before.citation)
    else:
        after = Bound(adjustment.offset, _CUSTOM) if adjustment.offset else None
    return replace(milestone, at=after) if adjustment.fixed else replace(milestone, by=after)


def _is_stricter(adjustment: SetDay, before: Bound) -> bool:
    """An earlier day to be done by, counted the same way. A fixed day has no stricter one."""
    new, old = adjustment.offset, before.offset
    if new is None or adjustment.fixed:
        return new == old
    return (new.anchor, new.measure) == (old.anchor, old.measure) and new.count <= old.count


def _without(template: Template, adjustment: RemoveMilestone) -> Template:
    gone = template.by_id[adjustment.milestone]
    waiting = [link for each in template.milestones for link in each.after if link.predecessor == gone.id]
    behind = [*citations(gone), *(link.citation for link in waiting)]
    fixed = next((citation for citation in behind if citation.fixed), _CUSTOM)
    _check_weaker(gone, fixed, "-", gone.id, adjustment.reason)
    kept = (each for each in template.milestones if each.id != gone.id)
    return replace(template, milestones=tuple(_bridged(each, gone) for each in kept))


def _bridged(milestone: Milestone, gone: Milestone) -> Milestone:
    link = next((each for each in milestone.after if each.predecessor == gone.id), None)
    if link is None:
        return milestone
    kept = tuple(each for each in milestone.after if each is not link)
    known = {each.predecessor for each in kept}
    bridges = tuple(
        Link(each.predecessor, link.gap, link.citation) for each in gone.after if each.predecessor not in known
    )
    return replace(milestone, after=kept + bridges)


def _check_gate(template: Template, milestone: Milestone, gate: gates.Condition | None, reason: str) -> None:
    """Every part that the old gate needed must still be needed, a notice for as long."""
    needed = tuple(gates.required(gate))
    for atom in gates.required(milestone.gate):
        if any(_covers(each, atom) for each in needed):
            continue
        _check_weaker(milestone, _behind(template, milestone, atom), "-", gates.key_of(atom), reason)
    if milestone.gate != gate and _has_alternatives(milestone.gate) and not reason.strip():
        raise ReasonMissing(milestone=milestone.id)


def _behind(template: Template, milestone: Milestone, atom: gates.Atom) -> Citation:
    """What asks for a part of a gate: its own rule, else the milestone's; no more than who records it stands on."""
    if atom.rule_id:
        return Citation(rule_id=atom.rule_id)
    fact = f"{gates.DONE}:{atom.milestone}" if isinstance(atom, gates.UnitsDone) else atom.fact
    sources = recorders(template).get(fact, ())
    custom = [template.by_id[each].citation for each in sources if not template.by_id[each].citation.fixed]
    return custom[0] if custom else milestone.citation


def _covers(new: gates.Atom, old: gates.Atom) -> bool:
    match new, old:
        case gates.NoticeElapsed(), gates.NoticeElapsed():
            return new.fact == old.fact and new.workdays >= old.workdays
        case gates.UnitsDone(), gates.UnitsDone():
            return new.milestone == old.milestone and new.share >= old.share
    return type(new) is type(old) and gates.key_of(new) == gates.key_of(old)


def _has_alternatives(gate: gates.Condition | None) -> bool:
    return tuple(gates.required(gate)) != tuple(gates.atoms(gate))


def _check_weaker(milestone: Milestone, citation: Citation, given: str, fixed: str, reason: str) -> None:
    if citation.fixed:
        rule_id = rule(citation.rule_id).id if citation.rule_id else ""
        raise RuleWeakened(milestone=milestone.id, given=given, fixed=fixed, rule=rule_id)
    if not reason.strip():
        raise ReasonMissing(milestone=milestone.id)


def _link(milestone: Milestone, predecessor: str) -> Link:
    for link in milestone.after:
        if link.predecessor == predecessor:
            return link
    raise LinkUnknown(milestone=milestone.id, predecessor=predecessor)
