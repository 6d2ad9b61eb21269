"""What a plan says about papers upward: which approvals it waits for, in which order, by when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from services.schedule.domain.gates import APPROVAL, Present, atoms
from services.schedule.domain.milestones import Milestone, Template

LEAD_RULES: Final = ("T1", "T2", "T3")
_NAMES: Final[Mapping[str, str]] = {
    "milestones_total": "计划节点共 {value} 项",
    "milestones_done": "已完成 {value} 项",
    "units_due": "应落实单位 {value} 个（次）",
    "units_done": "已核验完成 {value} 个（次）",
}


def matters(template: Template) -> frozenset[str]:
    """Every approval that the plan brings about or waits for, by its name."""
    facts = {fact for each in template.milestones for fact in each.records}
    facts |= {atom.fact for each in template.milestones for atom in atoms(each.gate) if isinstance(atom, Present)}
    return frozenset(fact.partition(":")[2] for fact in facts if fact.startswith(f"{APPROVAL}:"))


def _replied(template: Template, matter: str) -> Milestone | None:
    """The milestone that is done when the superior has approved the matter."""
    return next((each for each in template.milestones if f"{APPROVAL}:{matter}" in each.records), None)


def _before(template: Template, milestone: Milestone) -> list[Milestone]:
    """Every milestone that comes before it, however far, in the plan's order."""
    found: set[str] = set()
    waiting = [milestone]
    while waiting:
        for link in waiting.pop().after:
            if link.predecessor not in found:
                found.add(link.predecessor)
                waiting.append(template.by_id[link.predecessor])
    return [each for each in template.milestones if each.id in found]


def needs(template: Template, matter: str) -> tuple[str, ...]:
    """Approvals that come before this one: T3 is not asked for before T2 is answered. Source: T-order."""
    reply = _replied(template, matter)
    if reply is None:
        return ()
    records = (fact for each in _before(template, reply) for fact in each.records)
    return tuple(fact.partition(":")[2] for fact in records if fact.startswith(f"{APPROVAL}:"))


def _asking(template: Template, matter: str) -> list[Milestone]:
    """The steps right before the reply, of which one sends the request; the reply itself where there is none."""
    reply = _replied(template, matter)
    if reply is None:
        return []
    return [template.by_id[link.predecessor] for link in reply.after] or [reply]


def latest_day(template: Template, latest: Mapping[str, str], matter: str) -> str:
    """By when the request has to be sent: the latest day of the step before the reply."""
    return max((latest.get(each.id, "") for each in _asking(template, matter)), default="")


def lead_rule(template: Template, matter: str) -> str:
    """The rule behind the lead time; empty where none is cited."""
    for each in _asking(template, matter):
        cited = [each.citation.rule_id, *(bound.citation.rule_id for bound in (each.at, each.by) if bound)]
        found = next((rule_id for rule_id in cited if rule_id in LEAD_RULES), "")
        if found:
            return found
    return ""


def draft_text(figures: Sequence[tuple[str, int]], day: date) -> str:
    """A first text of a paper from its figures, to be edited on paper."""
    parts = "，".join(_NAMES[name].format(value=value) for name, value in figures if name in _NAMES)
    return f"截至{day.year}年{day.month}月{day.day}日，{parts}。" if parts else ""
