"""One ballot: what stands on it, whether it counts, and which parts of it do not.

Nothing here is kept: a desk judges a ballot, adds it to the counts and forgets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from services.tally.domain.count_errors import BallotMarksMissing
from services.tally.domain.kinds import Contest, Round, person_key


class Mark(Enum):
    """What stands beside one printed name: ○, ×, nothing, or what nobody can read."""

    APPROVE = "approve"
    DISAPPROVE = "disapprove"
    ABSTAIN = "abstain"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Ballot:
    """Marks in ballot order, and the names written in. `spoilt`: marks or numbers that are not prescribed (B3)."""

    marks: tuple[Mark, ...]
    write_ins: tuple[str, ...] = ()
    spoilt: bool = False


class Validity(Enum):
    """What becomes of a ballot."""

    VALID = "valid"
    INVALID = "invalid"
    # People decide: the scrutineers' queue.
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Assessment:
    """`rules`: which rules made it invalid, doubtful or less than it says. `write_ins`: the names that count."""

    validity: Validity
    rules: tuple[str, ...]
    write_ins: tuple[str, ...]


_INVALID: Final = Validity.INVALID


def assess(ballot: Ballot, contest: Contest) -> Assessment:
    """Judges one ballot. Raises BallotMarksMissing.

    A ballot that chooses more than the seats, as written, is invalid as a whole (B2). Names written in that nothing
    on the ballot allows are not counted, the rest of the ballot is: a name is written in beside a not-approve only
    (C2, C3), and never in a vote among the tied (E4). A printed or repeated name written in is for people to decide
    (C7), and so is a ballot on which only some of the written names can count: nobody can tell which.
    """
    if len(ballot.marks) != len(contest.candidates):
        raise BallotMarksMissing(expected=len(contest.candidates), actual=len(ballot.marks))
    if ballot.spoilt:
        return Assessment(_INVALID, ("B3",), ())
    if ballot.marks.count(Mark.APPROVE) + len(ballot.write_ins) > contest.seats:
        return Assessment(_INVALID, ("B2",), ())
    if not ballot.write_ins:
        return Assessment(Validity.VALID, (), ())
    if contest.round is Round.TIE_REVOTE:
        return Assessment(Validity.VALID, ("E4",), ())
    disapproved = ballot.marks.count(Mark.DISAPPROVE)
    if not disapproved:
        return Assessment(Validity.VALID, ("C3" if Mark.ABSTAIN in ballot.marks else "C2",), ())
    keys = {person_key(name) for name in ballot.write_ins}
    if len(keys) < len(ballot.write_ins) or "" in keys or any(map(contest.printed, ballot.write_ins)):
        return Assessment(Validity.DOUBTFUL, ("C7",), ())
    if len(ballot.write_ins) > disapproved:
        return Assessment(Validity.DOUBTFUL, ("C2",), ())
    return Assessment(Validity.VALID, (), ballot.write_ins)
