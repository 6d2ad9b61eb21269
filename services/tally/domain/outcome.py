"""What a count decides: who is chosen, who must be voted on again, how many are missing, and why.

Whole numbers only. In a primary round "chosen" means: becomes a formal candidate (E6); else: is elected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from services.tally.domain.count_errors import (
    ExitNotAgreed,
    ExitNotLawful,
    ExitUnconfirmed,
    NothingShort,
    PrimaryBasisMissing,
    QuorumMissing,
)
from services.tally.domain.explain import Check, at_most, more_than_half
from services.tally.domain.kinds import Basis, Candidate, Contest, ElectionKind, Round, person_key
from services.tally.domain.numbers import candidates_for
from services.tally.domain.sheets import CandidateTotals, SheetTotals, SittingCounts, check_sheet, check_sitting


class Standing(Enum):
    """How one person came out."""

    CHOSEN = "chosen"
    # Passed, but a tie leaves open who takes the last seats.
    TIED = "tied"
    # Passed, but the seats were filled by others with more votes (E3).
    PASSED_NOT_CHOSEN = "passed_not_chosen"
    NOT_PASSED = "not_passed"


class Verdict(Enum):
    """How the whole vote came out."""

    COMPLETE = "complete"
    TIE = "tie"
    SHORTFALL = "shortfall"


class Exit(Enum):
    """A lawful way out of a shortfall (E5, E5a)."""

    VOTE_AGAIN = "vote_again"
    FEWER_BY_CONSENT = "fewer_by_consent"
    FEWER_BY_PRESIDIUM = "fewer_by_presidium"
    # Local bodies: only with a record of who confirmed that it is lawful.
    FEWER_CONFIRMED = "fewer_confirmed"


@dataclass(frozen=True, slots=True)
class PersonResult:
    """One person's result. `person_id`: a printed candidate's id, or empty for a name written in.

    `rank`: 1 + how many have more votes, so that equals share a rank. `check`: the test that decided.
    """

    person_id: str
    name: str
    votes: int
    rank: int
    standing: Standing
    check: Check

    @property
    def written_in(self) -> bool:
        """Not printed on the ballot."""
        return not self.person_id


@dataclass(frozen=True, slots=True)
class NextRound:
    """The round that this outcome demands. `fixed`: the names follow from the rule and nobody may change them.

    A shortfall's names are those not elected, most votes first, as many as the seats need; equals at the cut are all
    named. Whoever organises the vote may put up others.
    """

    round: Round
    seats: int
    names: tuple[str, ...]
    person_ids: tuple[str, ...]
    fixed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision. `results`: most votes first, equals in ballot order, then written names by key.

    `checks`: quorum and ballots first, then what decided the whole. `missing`: seats not filled.
    """

    verdict: Verdict
    results: tuple[PersonResult, ...]
    checks: tuple[Check, ...]
    seats: int
    missing: int
    exits: tuple[Exit, ...]
    next_round: NextRound | None

    def of(self, standing: Standing) -> tuple[PersonResult, ...]:
        """The persons of a standing, most votes first."""
        return tuple(each for each in self.results if each.standing is standing)

    @property
    def chosen(self) -> tuple[PersonResult, ...]:
        """Who is elected, or becomes a formal candidate."""
        return self.of(Standing.CHOSEN)


def quorum(kind: ElectionKind, entitled: int, present: int) -> Check:
    """Whether enough are present: over a half, over two thirds, or at least four fifths (Q1, Q2, Q3, Q3a)."""
    counted = (entitled, present)
    if kind is ElectionKind.LOCAL_CONGRESS:
        return _quorum_check("Q1", counted, (2, 1), strict=True)
    if kind is ElectionKind.LOCAL_PLENARY:
        return _quorum_check("Q2", counted, (3, 2), strict=True)
    confirmed = kind in (ElectionKind.PRIMARY_MEETING, ElectionKind.PRIMARY_CONGRESS)
    return _quorum_check("Q3" if confirmed else "Q3a", counted, (5, 4), strict=False)


def least_present(kind: ElectionKind, entitled: int) -> int:
    """The fewest present with whom this body may elect."""
    if kind is ElectionKind.LOCAL_CONGRESS:
        return entitled // 2 + 1
    if kind is ElectionKind.LOCAL_PLENARY:
        return 2 * entitled // 3 + 1
    return -(-4 * entitled // 5)


def check_quorum(kind: ElectionKind, entitled: int, present: int) -> Check:
    """Raises QuorumMissing."""
    check = quorum(kind, entitled, present)
    if not check.holds or present < 1:
        least = max(1, least_present(kind, entitled))
        raise QuorumMissing(entitled=entitled, present=present, least=least, test=check.shown, rule=check.rule)
    return check


def pass_basis(contest: Contest) -> tuple[str, Basis]:
    """Which rule decides and what an approval must exceed the half of. Raises PrimaryBasisMissing (E6a)."""
    if contest.round is Round.PRIMARY or contest.in_primary:
        if contest.kind.is_local:
            return "E6", Basis.ENTITLED
        if contest.primary_basis is None:
            raise PrimaryBasisMissing(rule="E6a")
        return "E6a", contest.primary_basis
    return ("E1a", Basis.ENTITLED) if contest.kind.is_local else ("E1b", Basis.PRESENT)


def least_votes(contest: Contest, counts: SittingCounts) -> int:
    """The fewest approvals that pass. Raises PrimaryBasisMissing."""
    _, basis = pass_basis(contest)
    return (counts.entitled if basis is Basis.ENTITLED else counts.present) // 2 + 1


def decide(contest: Contest, counts: SittingCounts, totals: SheetTotals) -> Outcome:
    """The outcome of a vote. Raises SheetImpossible, QuorumMissing, PrimaryBasisMissing."""
    check_sitting(counts, (totals,))
    check_sheet(contest, totals)
    checks = [check_quorum(contest.kind, counts.entitled, counts.present), *ballot_checks(counts)]
    people = _people(contest, counts, totals)
    passed = [each for each in people if each.check.holds]
    seats = contest.seats
    # The votes of whoever takes the last seat: more is in, less is out, as many is in or tied.
    line = passed[seats - 1].votes if len(passed) >= seats else -1
    above = sum(each.votes > line for each in passed)
    level = sum(each.votes == line for each in passed)
    tied = level > seats - above
    results = tuple(replace(each, standing=_standing(each, line, tied)) for each in people)
    missing = max(0, seats - len(passed))
    checks += _deciding_checks(contest, len(passed), level if tied else 0, seats - above)
    return Outcome(
        verdict=Verdict.TIE if tied else Verdict.SHORTFALL if missing else Verdict.COMPLETE,
        results=results,
        checks=tuple(checks),
        seats=seats,
        missing=seats - sum(each.standing is Standing.CHOSEN for each in results),
        exits=lawful_exits(contest.kind, len(passed)) if missing else (),
        next_round=_revote(results, seats - above) if tied else _again(contest, results, missing) if missing else None,
    )


def ballot_checks(counts: SittingCounts) -> tuple[Check, ...]:
    """The ballots against the people, and those returned against those issued (B1)."""
    checks = (
        at_most("B1", "I", counts.issued, "P", counts.present),
        at_most("B1", "R", counts.returned, "I", counts.issued),
    )
    if counts.voters is None:
        return checks
    return (*checks, at_most("B1", "R", counts.returned, "B", counts.voters))


def lawful_exits(kind: ElectionKind, chosen: int) -> tuple[Exit, ...]:
    """What a body may do about a shortfall. Fewer seats are never none: with nobody chosen there is only a new vote.

    Whether the number is close enough to the seats is for the body to say. Only a congress has a presidium.
    """
    if not chosen:
        return (Exit.VOTE_AGAIN,)
    if kind.is_local:
        return (Exit.VOTE_AGAIN, Exit.FEWER_CONFIRMED)
    if kind is ElectionKind.PRIMARY_CONGRESS:
        return (Exit.VOTE_AGAIN, Exit.FEWER_BY_CONSENT, Exit.FEWER_BY_PRESIDIUM)
    return (Exit.VOTE_AGAIN, Exit.FEWER_BY_CONSENT)


def check_exit(
    kind: ElectionKind, outcome: Outcome, way: Exit, entitled: int, agree: int = 0, confirmed_by: str = ""
) -> None:
    """Whether a shortfall may be settled this way: `agree` electors consented; `confirmed_by` decided or confirmed.

    Raises NothingShort, ExitNotLawful, ExitNotAgreed, ExitUnconfirmed.
    """
    rule = "E5a" if kind.is_local else "E5"
    if outcome.verdict is not Verdict.SHORTFALL:
        raise NothingShort(rule=rule)
    if way not in outcome.exits:
        raise ExitNotLawful(exit=way.value, kind=kind.value, rule=rule)
    if way is Exit.FEWER_BY_CONSENT and not (0 <= agree <= entitled and 2 * agree > entitled):
        raise ExitNotAgreed(agree=agree, entitled=entitled, rule=rule)
    if way in (Exit.FEWER_BY_PRESIDIUM, Exit.FEWER_CONFIRMED) and not confirmed_by.strip():
        raise ExitUnconfirmed(rule=rule)


def _people(contest: Contest, counts: SittingCounts, totals: SheetTotals) -> list[PersonResult]:
    """Everybody with their votes and the test of them, most votes first."""
    voted = [(each.candidate_id, each.name, line.approve) for each, line in _lines(contest, totals)]
    voted += [("", each.name, each.approve) for each in sorted(totals.write_ins, key=lambda w: person_key(w.name))]
    voted.sort(key=lambda person: -person[2])
    votes = [person[2] for person in voted]
    return [
        PersonResult(person_id, name, mine, 1 + votes.index(mine), Standing.NOT_PASSED, _pass(contest, counts, mine))
        for person_id, name, mine in voted
    ]


def _lines(contest: Contest, totals: SheetTotals) -> zip[tuple[Candidate, CandidateTotals]]:
    return zip(contest.candidates, totals.candidates, strict=True)


def _pass(contest: Contest, counts: SittingCounts, votes: int) -> Check:
    if contest.round is Round.TIE_REVOTE:
        # They have passed already; whoever has more votes is in.
        return Check("E4", (("v", votes),), "", True)
    rule_id, basis = pass_basis(contest)
    if basis is Basis.ENTITLED:
        return more_than_half(rule_id, "E", counts.entitled, votes)
    return more_than_half(rule_id, "P", counts.present, votes)


def _standing(person: PersonResult, line: int, tied: bool) -> Standing:
    if not person.check.holds:
        return Standing.NOT_PASSED
    if person.votes < line:
        return Standing.PASSED_NOT_CHOSEN
    return Standing.TIED if tied and person.votes == line else Standing.CHOSEN


def _deciding_checks(contest: Contest, passed: int, tied: int, left: int) -> list[Check]:
    """Why the whole came out as it did: more than the seats, a tie for those left, fewer than the seats."""
    seats = contest.seats
    inputs = (("W", passed), ("S", seats))
    checks = []
    if passed > seats and contest.round is not Round.TIE_REVOTE:
        checks.append(Check("E3", inputs, f"{passed} > {seats}", True))
    if tied:
        checks.append(Check("E4", (("T", tied), ("L", left)), f"{tied} > {left}", True))
    if passed < seats:
        checks.append(Check("E5a" if contest.kind.is_local else "E5", inputs, f"{passed} < {seats}", True))
    return checks


def _revote(results: Sequence[PersonResult], seats: int) -> NextRound:
    tied = [each for each in results if each.standing is Standing.TIED]
    return _round_of(Round.TIE_REVOTE, seats, tied, fixed=True)


def _again(contest: Contest, results: Sequence[PersonResult], missing: int) -> NextRound:
    left = [each for each in results if each.standing is Standing.NOT_PASSED]
    wanted = candidates_for(contest.kind, contest.post, missing)
    cut = left[wanted - 1].votes if len(left) > wanted else 0
    return _round_of(Round.SHORTFALL, missing, [each for each in left if each.votes >= cut], fixed=False)


def _round_of(which: Round, seats: int, people: Sequence[PersonResult], fixed: bool) -> NextRound:
    names, ids = tuple(each.name for each in people), tuple(each.person_id for each in people)
    return NextRound(which, seats, names, ids, fixed)


def _quorum_check(rule_id: str, counted: tuple[int, int], shares: tuple[int, int], strict: bool) -> Check:
    """`a*P > b*E`, or at least where the rule says so."""
    entitled, present = counted
    times_present, times_entitled = shares
    left, right = times_present * present, times_entitled * entitled
    holds = left > right if strict else left >= right
    signs = (">", "≤") if strict else ("≥", "<")
    whole = str(entitled) if times_entitled == 1 else f"{times_entitled} × {entitled} = {right}"
    shown = f"{times_present} × {present} = {left} {signs[not holds]} {whole}"
    return Check(rule_id, (("E", entitled), ("P", present)), shown, holds)
