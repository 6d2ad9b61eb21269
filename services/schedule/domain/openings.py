"""A milestone begins when its gate is open and is done when what it had to bring about is on record.

A gate asks for the milestone's own condition and for its predecessors: no step happens before what it rests on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.kernel.rules import rule
from services.kernel.workdays import WorkCalendar
from services.schedule.domain.gates import DONE, PRODUCERS, Absent, Facts, Missing, atoms, evaluate, key_of, kind_of
from services.schedule.domain.milestones import Citation, Milestone, Template
from services.schedule.domain.office_errors import MilestoneRecordMissing
from services.schedule.domain.plan_errors import GateClosed, MilestoneUnknown
from services.schedule.domain.standing import follow


class MilestoneState(StrEnum):
    """How far a milestone has come."""

    WAITING = "waiting"
    OPENED = "opened"
    DONE = "done"


class MilestoneDeed(StrEnum):
    """What may happen to it."""

    OPEN = "open_gate"
    COMPLETE = "complete"


_S, _D = MilestoneState, MilestoneDeed
TRANSITIONS: Final[Mapping[tuple[MilestoneState, MilestoneDeed], MilestoneState]] = {
    (_S.WAITING, _D.OPEN): _S.OPENED,
    # What is done at once is recorded as opened and done.
    (_S.WAITING, _D.COMPLETE): _S.DONE,
    (_S.OPENED, _D.COMPLETE): _S.DONE,
}


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that keeps a gate closed, and the citation of whoever says so."""

    missing: Missing
    citation: Citation


def milestone_of(template: Template, milestone_id: str) -> Milestone:
    """Raises MilestoneUnknown."""
    found = template.by_id.get(milestone_id)
    if found is None:
        raise MilestoneUnknown(milestone=milestone_id)
    return found


def follow_milestone(standing: MilestoneState, deed: MilestoneDeed) -> MilestoneState:
    """Where a deed leads. Raises WrongStanding."""
    return follow("milestone", TRANSITIONS, standing, deed)


def lacks(
    milestone: Milestone, facts: Facts, today: date, calendar: WorkCalendar, heard: Collection[str]
) -> tuple[Lack, ...]:
    """Everything that a gate still waits for: its condition first, then predecessors that are not done.

    `heard`: services whose ledgers are read. The silence of any other says nothing: a condition on it does not hold.
    """
    found = [
        Lack(missing, Citation(rule_id=missing.rule_id) if missing.rule_id else milestone.citation)
        for missing in evaluate(milestone.gate, facts, today, calendar).missing
    ]
    for atom in atoms(milestone.gate):
        if isinstance(atom, Absent) and PRODUCERS.get(kind_of(atom.fact), "") not in heard:
            found.append(Lack(Missing(key_of(atom), atom.rule_id), milestone.citation))
    named = {lack.missing.fact for lack in found}
    for link in milestone.after:
        fact = f"{DONE}:{link.predecessor}"
        if fact not in named and fact not in facts.recorded:
            found.append(Lack(Missing(fact, link.citation.rule_id), link.citation))
    return tuple(found)


def check_open(milestone: Milestone, found: tuple[Lack, ...]) -> None:
    """Raises GateClosed, which names the first rule that says so, or else the article of the citation."""
    if not found:
        return
    first = next((lack for lack in found if lack.citation.rule_id), found[0])
    raise GateClosed(
        milestone=milestone.id,
        missing=first.missing.fact,
        lacking=len(found),
        citation=first.citation.zh,
        rule=first.citation.rule_id,
    )


def rules_of(found: Iterable[Lack]) -> tuple[str, ...]:
    """The rules that stand against opening, each once."""
    return tuple(dict.fromkeys(lack.citation.rule_id for lack in found if lack.citation.rule_id))


def check_records(milestone: Milestone, facts: Facts, today: date) -> None:
    """What the milestone brings about is on record. Raises MilestoneRecordMissing."""
    missing = [
        fact for fact in milestone.records
        if fact not in facts.recorded or facts.recorded[fact].held_on > today
    ]  # fmt: skip
    if missing:
        raise MilestoneRecordMissing(
            milestone=milestone.id, missing=", ".join(missing), rule=milestone.citation.rule_id
        )


def cited(rule_id: str) -> str:
    """The article behind a rule, as it is cited."""
    return rule(rule_id).sources[0].zh
