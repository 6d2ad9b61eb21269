"""A sitting: what its votes share. Numbers are counted by two people; officers are electors, no candidates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.tally.domain.count_errors import SheetImpossible
from services.tally.domain.election_events import (
    FigureConfirmed,
    FigureEntered,
    MethodAdopted,
    Officer,
    OfficersPassed,
    QuorumFound,
    SittingClosed,
    SittingOpened,
)
from services.tally.domain.elections import Election
from services.tally.domain.errors import (
    FigureNotEntered,
    FigureNotTheSame,
    FigureUnknown,
    MethodNotAgreed,
    NextRoundOpen,
    NobodyLeftOutHere,
    NotOfficer,
    OfficerIsCandidate,
    OfficerNotElector,
    OfficersMissing,
    OfficersNotPassed,
    OfficerTwice,
    RollNotFrozen,
    RollOfOtherUnit,
    RollTaken,
    SamePerson,
)
from services.tally.domain.kinds import KIND_OF, Basis, ElectionKind
from services.tally.domain.outcome import check_quorum
from services.tally.domain.rolls import Roll
from services.tally.domain.sitting_machine import SittingAct, SittingState, sitting_after
from services.tally.domain.vote_machine import OVER, VoteAct, vote_after

OFFICERS_MAX: Final = 200
ELECTIONS_MAX: Final = 20


class Field(StrEnum):
    """Numbers that two people count."""

    PRESENT = "present"
    PRINTED = "printed"
    BOXES = "boxes"
    ISSUED = "issued"
    RETURNED = "returned"
    UNUSED_DESTROYED = "unused_destroyed"


class Role(StrEnum):
    """What somebody does at the count."""

    TELLER = "teller"
    SCRUTINEER = "scrutineer"
    CHIEF_SCRUTINEER = "chief_scrutineer"
    CHAIR = "chair"


_WATCHING: Final = frozenset({Role.SCRUTINEER, Role.CHIEF_SCRUTINEER})
TELLERS_MIN: Final = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it stands: by whom it was entered and confirmed (empty: not yet)."""

    election_id: str
    field: Field
    value: int
    entered_by: str
    confirmed_by: str

    @property
    def confirmed(self) -> bool:
        """Two people counted it."""
        return bool(self.confirmed_by)


@dataclass(frozen=True, slots=True)
class Named:
    """An officer with their name."""

    account_id: str
    person_id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting as it stands. `entitled`: of its frozen roll; `present`: the last count."""

    sitting_id: str
    turnover: str
    unit_id: str
    roll_id: str
    state: SittingState
    version: int
    small: bool
    entitled: int
    present: int
    basis: Basis | None
    election_ids: tuple[str, ...]
    officers: tuple[Officer, ...]

    def roles_of(self, account_id: str) -> frozenset[str]:
        """What an account was passed for."""
        return frozenset(each.role for each in self.officers if each.account_id == account_id)

    def check_officer(self, account_id: str, *roles: Role) -> None:
        """Raises NotOfficer."""
        if not self.roles_of(account_id) & set(roles):
            raise NotOfficer(role=roles[0].value)


def open_sitting(
    sitting_id: str, unit_id: str, roll: Roll, elections: Sequence[Election], *, small: bool
) -> SittingOpened:
    """Raises RollNotFrozen, RollTaken, RollOfOtherUnit, NobodyLeftOutHere, VoteNotThere."""
    if not roll.frozen:
        raise RollNotFrozen(rule="E0")
    if roll.sitting_id:
        raise RollTaken(sitting_id=roll.sitting_id)
    if {roll.unit_id, *(each.unit_id for each in elections)} != {unit_id}:
        raise RollOfOtherUnit()
    if len({KIND_OF[each.body] for each in elections}) != 1:
        # One body meets: its quorum and its denominators are one.
        raise RollOfOtherUnit()
    for each in elections:
        vote_after(each.state, VoteAct.SEAT)
        if KIND_OF[each.body].is_local and roll.left_out:
            raise NobodyLeftOutHere(left_out=roll.left_out, rule="E0")
    return SittingOpened(sitting_id, unit_id, roll.roll_id, tuple(each.election_id for each in elections), small)


def field_of(name: str, election_id: str) -> Field:
    """The number's field; `present` alone belongs to the sitting. Raises FigureUnknown."""
    known = {field.value: field for field in Field}
    field = known.get(name)
    if field is None or (field is Field.PRESENT) == bool(election_id):
        raise FigureUnknown(field=name[:40])
    return field


def enter_figure(sitting: Sitting, election_id: str, field: Field, value: int) -> FigureEntered:
    """One of two people counted. An earlier number, confirmed or not, gives way."""
    return FigureEntered(sitting.sitting_id, election_id, field.value, value)


def confirm_figure(sitting: Sitting, figure: Figure | None, field: Field, value: int, by: str) -> FigureConfirmed:
    """The other counted as well. Raises FigureNotEntered, SamePerson, FigureNotTheSame."""
    if figure is None or figure.confirmed:
        raise FigureNotEntered(figure=field.value)
    if figure.entered_by == by:
        raise SamePerson()
    if figure.value != value:
        raise FigureNotTheSame(figure=field.value)
    return FigureConfirmed(sitting.sitting_id, figure.election_id, field.value, value)


def find_quorum(sitting: Sitting, kind: ElectionKind, present: int) -> QuorumFound:
    """Enough are present. Raises QuorumMissing, SittingNotThere, and SheetImpossible for more than are entitled."""
    sitting_after(sitting.state, SittingAct.FIND_QUORUM)
    if present > sitting.entitled:
        shown = f"{present} > {sitting.entitled}"
        raise SheetImpossible(finding="F.205", field="sitting.present", test=shown, findings=1)
    check = check_quorum(kind, sitting.entitled, present)
    return QuorumFound(sitting.sitting_id, present, sitting.entitled, check.rule)


def adopt_method(sitting: Sitting, agree: int, basis: str, document_sha256: str) -> MethodAdopted:
    """At least half of those entitled agreed (O7). Raises SittingNotThere, MethodNotAgreed."""
    sitting_after(sitting.state, SittingAct.ADOPT_METHOD)
    if agree > sitting.present or 2 * agree < sitting.entitled:
        raise MethodNotAgreed(agree=agree, entitled=sitting.entitled, rule="O7")
    return MethodAdopted(sitting.sitting_id, agree, sitting.entitled, basis, document_sha256)


def pass_officers(
    sitting: Sitting,
    officers: Sequence[Named],
    agree: int,
    electors: Collection[str],
    candidates: Collection[str],
) -> OfficersPassed:
    """Scrutineers are electors and no candidates; tellers are no candidates; nobody is both (P4 to P9).

    `electors` and `candidates` are person keys. Raises SittingNotThere, OfficersNotPassed, OfficerIsCandidate,
    OfficerTwice, OfficerNotElector, OfficersMissing.
    """
    sitting_after(sitting.state, SittingAct.PASS_OFFICERS)
    if agree > sitting.present or 2 * agree <= sitting.present:
        raise OfficersNotPassed(agree=agree, present=sitting.present, rule="P5")
    _check_each(officers, electors, candidates)
    _check_numbers(officers, small=sitting.small)
    passed = tuple(Officer(each.account_id, each.person_id, each.role.value) for each in officers)
    return OfficersPassed(sitting.sitting_id, passed, agree)


def _check_each(officers: Sequence[Named], electors: Collection[str], candidates: Collection[str]) -> None:
    keys: set[str] = set()
    accounts: set[str] = set()
    for each in officers:
        if each.person_id in candidates and each.role is not Role.CHAIR:
            rule = "P5" if each.role in _WATCHING else "P7"
            raise OfficerIsCandidate(name=each.name, role=each.role.value, rule=rule)
        if each.role in _WATCHING and each.person_id not in electors:
            raise OfficerNotElector(name=each.name, rule="P5")
        if each.person_id in keys or (each.account_id and each.account_id in accounts):
            raise OfficerTwice(name=each.name, rule="P7a")
        keys.add(each.person_id)
        accounts.add(each.account_id)


def _check_numbers(officers: Sequence[Named], *, small: bool) -> None:
    counts = {role: sum(each.role is role for each in officers) for role in Role}
    if small:
        return
    if counts[Role.TELLER] < TELLERS_MIN:
        raise OfficersMissing(role=Role.TELLER.value, rule="P7")
    for role in (Role.CHIEF_SCRUTINEER, Role.CHAIR):
        if counts[role] != 1:
            raise OfficersMissing(role=role.value, rule="P4")
    if not counts[Role.SCRUTINEER]:
        raise OfficersMissing(role=Role.SCRUTINEER.value, rule="P4")
    if any(not each.account_id for each in officers):
        raise OfficersMissing(role="account")


def close_sitting(sitting: Sitting, elections: Sequence[Election]) -> SittingClosed:
    """Every vote is over, the further ones as well. Raises SittingNotThere, NextRoundOpen."""
    sitting_after(sitting.state, SittingAct.CLOSE)
    for each in elections:
        if each.state not in OVER:
            raise NextRoundOpen(election_id=each.election_id)
    return SittingClosed(sitting.sitting_id)
