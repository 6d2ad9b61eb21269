"""Gates: what must be on record before a step may happen. They open on facts and never by hand.

A fact has a key, `kind:name`, the day from which it holds, and the number or id under which it can be looked up:

    done:leading_group_formed            a milestone of this plan
    approval:request_congress            the superior's reply to a request
    decision:committee/delegate_number   a body's own decision (organ/matter)
    notice:delegates                     the day on which a public notice was posted
    filed:method                         a document handed in
    result:district_committee            an election's declared result, from tally
    list:delegates                       a list approved, from nominations
    hold:list                            an open objection or hold, from discipline: only ever asked for its absence

Conditions in a template's data: {"done": m}, {"approval": r}, {"decision": "organ/matter"}, {"filed": d},
{"result": body}, {"list": l}, {"notice": n, "workdays": 5}, {"units_done": m, "share": [2, 3]}, {"all": […]},
{"any": […]}, {"absence": "hold:list"}; each may name the "rule" that says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from services.kernel.workdays import WorkCalendar

DONE, APPROVAL, DECISION, NOTICE, FILED, RESULT, LIST, HOLD = (
    "done", "approval", "decision", "notice", "filed", "result", "list", "hold",
)  # fmt: skip
KINDS: Final = (DONE, APPROVAL, DECISION, NOTICE, FILED, RESULT, LIST, HOLD)
# Facts that other services record, and which of them.
PRODUCERS: Final[Mapping[str, str]] = {RESULT: "tally", LIST: "nominations", HOLD: "discipline"}
CONDITION_PARTS_MAX: Final = 32
CONDITION_DEPTH_MAX: Final = 4
TERMS_MAX: Final = 1_024


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact is on record. `held_on`: the day from which it holds; `reference`: a document number, or an id."""

    held_on: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many of the units obliged by a milestone's directive have done it, verified."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record of one turnover. `units`: by the milestone whose directive they answer."""

    recorded: Mapping[str, Recorded] = field(default_factory=dict)
    units: Mapping[str, UnitCount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Present:
    """A fact is on record."""

    fact: str
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class NoticeElapsed:
    """A notice has been up for so many whole working days after the day on which it was posted."""

    fact: str
    workdays: int
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class UnitsDone:
    """At least this share of the units has done what a milestone's directive asks, and at least one has."""

    milestone: str
    share: Fraction
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """A fact is not on record; who asks must have caught up with the service that would record it."""

    fact: str
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Atom = Present | NoticeElapsed | UnitsDone | Absent
Condition = Atom | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a gate closed. `fact`: its key, an absent one with "!" before it.

    `rule_id`: the rule that asks for it, empty where the milestone's own citation does. `have`, `need`: units done,
    or working days a notice has been up; both 0 where there is nothing to count.
    """

    fact: str
    rule_id: str
    have: int = 0
    need: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a gate is open, and if not, everything it still waits for (of alternatives: the shortest way)."""

    is_open: bool
    missing: tuple[Missing, ...]


OPEN: Final = Verdict(True, ())


def evaluate(condition: Condition | None, facts: Facts, today: date, calendar: WorkCalendar) -> Verdict:
    """How a gate stands on a day. No condition is an open gate."""
    missing = () if condition is None else _missing(condition, facts, today, calendar)
    return Verdict(not missing, missing)


def holds(atom: Atom, facts: Facts, today: date, calendar: WorkCalendar) -> bool:
    """Whether one part of a condition holds on a day."""
    return not _missing(atom, facts, today, calendar)


def atoms(condition: Condition | None) -> Iterator[Atom]:
    """Every single part of a condition, in the order of the data."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from atoms(part)
    elif condition is not None:
        yield condition


def required(condition: Condition | None) -> Iterator[Atom]:
    """The parts that every way through the gate needs: those outside alternatives."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from required(part)
    elif condition is not None and not isinstance(condition, AnyOf):
        yield condition


def absences(condition: Condition | None) -> frozenset[str]:
    """The services whose silence a condition rests on: a decision on it waits for their watermarks."""
    kinds = (kind_of(atom.fact) for atom in atoms(condition) if isinstance(atom, Absent))
    return frozenset(PRODUCERS[kind] for kind in kinds if kind in PRODUCERS)


def key_of(atom: Atom) -> str:
    """How a missing part is named: a fact's key; `units:m`; `!` before what must be absent."""
    match atom:
        case Absent(fact=fact):
            return f"!{fact}"
        case UnitsDone(milestone=milestone):
            return f"units:{milestone}"
    return atom.fact


def kind_of(fact: str) -> str:
    """The kind of a fact's key."""
    return fact.partition(":")[0]


def ways(condition: Condition | None) -> tuple[frozenset[Atom], ...]:
    """Every way through the gate: sets of parts that together open it. No way at all: an empty tuple.

    A condition of more than TERMS_MAX ways raises OverflowError: templates refuse it before.
    """
    match condition:
        case None:
            return (frozenset(),)
        case AnyOf(parts=parts):
            return _bounded(tuple(way for part in parts for way in ways(part)))
        case AllOf(parts=parts):
            found: tuple[frozenset[Atom], ...] = (frozenset(),)
            for part in parts:
                found = _bounded(tuple(before | way for before in found for way in ways(part)))
            return found
    return (frozenset((condition,)),)


def _bounded(found: tuple[frozenset[Atom], ...]) -> tuple[frozenset[Atom], ...]:
    if len(found) > TERMS_MAX:
        raise OverflowError(f"more than {TERMS_MAX} ways through one gate")
    return found


def _missing(condition: Condition, facts: Facts, today: date, calendar: WorkCalendar) -> tuple[Missing, ...]:
    match condition:
        case AllOf(parts=parts):
            return tuple(lack for part in parts for lack in _missing(part, facts, today, calendar))
        case AnyOf(parts=parts):
            return min((_missing(part, facts, today, calendar) for part in parts), key=len)
        case NoticeElapsed():
            return _notice(condition, facts, today, calendar)
        case UnitsDone():
            return _units(condition, facts)
        case Absent(fact=fact, rule_id=rule_id):
            found = _held(facts, fact, today)
            return (Missing(f"!{fact}", rule_id),) if found else ()
        case Present(fact=fact, rule_id=rule_id):
            found = _held(facts, fact, today)
            return () if found else (Missing(fact, rule_id),)


def _held(facts: Facts, fact: str, today: date) -> Recorded | None:
    found = facts.recorded.get(fact)
    return found if found is not None and found.held_on <= today else None


def _notice(atom: NoticeElapsed, facts: Facts, today: date, calendar: WorkCalendar) -> tuple[Missing, ...]:
    posted = _held(facts, atom.fact, today)
    if posted is None:
        return (Missing(atom.fact, atom.rule_id, 0, atom.workdays),)
    # Today is not over yet: it does not count as a whole day.
    whole = max(0, calendar.workdays_between(posted.held_on, today) - (1 if calendar.is_workday(today) else 0))
    return () if whole >= atom.workdays else (Missing(atom.fact, atom.rule_id, whole, atom.workdays),)


def _units(atom: UnitsDone, facts: Facts) -> tuple[Missing, ...]:
    count = facts.units.get(atom.milestone, UnitCount(0, 0))
    need = max(1, -(-count.total * atom.share.numerator // atom.share.denominator))
    return () if count.done >= need else (Missing(key_of(atom), atom.rule_id, count.done, need),)
