"""From ballots to totals, from groups to the whole, from written names to persons. Their order never matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from services.tally.domain.count_errors import BallotUndecided, SheetImpossible, WriteInIsPrinted
from services.tally.domain.kinds import Contest, person_key
from services.tally.domain.marks import Ballot, Mark, Validity, assess
from services.tally.domain.sheets import CandidateTotals, SheetTotals, WriteInTotals, blank_totals

_COLUMN = {Mark.APPROVE: 0, Mark.DISAPPROVE: 1, Mark.ABSTAIN: 2, Mark.UNREADABLE: 3}


def count(contest: Contest, ballots: Iterable[Ballot]) -> SheetTotals:
    """The totals of ballots that people have no doubt about. Raises BallotUndecided, BallotMarksMissing."""
    cells = [[0, 0, 0, 0] for _ in contest.candidates]
    written: Counter[str] = Counter()
    votes = valid = 0
    for ballot in ballots:
        judged = assess(ballot, contest)
        if judged.validity is Validity.DOUBTFUL:
            raise BallotUndecided(rule=judged.rules[0])
        votes += 1
        if judged.validity is Validity.INVALID:
            continue
        valid += 1
        for cell, mark in zip(cells, ballot.marks, strict=True):
            cell[_COLUMN[mark]] += 1
        written.update(judged.write_ins)
    lines = tuple(CandidateTotals(each, *cell) for each, cell in zip(contest.candidate_ids, cells, strict=True))
    return SheetTotals(votes, valid, votes - valid, lines, written_totals(written))


def add(contest: Contest, totals: SheetTotals, ballot: Ballot) -> SheetTotals:
    """The totals with one ballot more. Raises BallotUndecided, BallotMarksMissing."""
    return merge(contest, (totals, count(contest, (ballot,))))


def merge(contest: Contest, groups: Sequence[SheetTotals]) -> SheetTotals:
    """All groups together. Written names that differ only in width, spaces or dots become one.

    Raises SheetImpossible where a group's lines are not the contest's candidates.
    """
    for each in groups:
        if tuple(line.candidate_id for line in each.candidates) != contest.candidate_ids:
            raise SheetImpossible(
                finding="F.105",
                field="candidates",
                test=f"{len(each.candidates)} ≠ {len(contest.candidates)}",
                findings=1,
            )
    if not groups:
        return blank_totals(contest)
    lines = tuple(
        CandidateTotals(
            column[0].candidate_id,
            sum(each.approve for each in column),
            sum(each.disapprove for each in column),
            sum(each.abstain for each in column),
            sum(each.unreadable for each in column),
        )
        for column in zip(*(each.candidates for each in groups), strict=True)
    )
    written: Counter[str] = Counter()
    for each in groups:
        for name in each.write_ins:
            written[name.name] += name.approve
    return SheetTotals(
        sum(each.votes for each in groups),
        sum(each.valid for each in groups),
        sum(each.invalid for each in groups),
        lines,
        written_totals(written),
    )


def merge_write_ins(contest: Contest, totals: SheetTotals, found: Mapping[str, str]) -> SheetTotals:
    """Puts written names together under the person that people found them to mean; others keep their name.

    `found`: a name as written → the person's name. Nothing is merged by likeness: 李四 and 李四（教师） stay two until
    somebody says they are one. Raises WriteInIsPrinted (C7).
    """
    meant = {person_key(name): person for name, person in found.items()}
    together: Counter[str] = Counter()
    for each in totals.write_ins:
        person = meant.get(person_key(each.name), each.name)
        if contest.printed(person):
            raise WriteInIsPrinted(name=person, rule="C7")
        together[person] += each.approve
    return replace(totals, write_ins=written_totals(together))


def written_totals(written: Mapping[str, int]) -> tuple[WriteInTotals, ...]:
    """One line a person key, named by its least spelling, most votes first."""
    names: dict[str, str] = {}
    sums: Counter[str] = Counter()
    for name, approve in written.items():
        key = person_key(name)
        names[key] = min(name, names.get(key, name))
        sums[key] += approve
    ordered = sorted(sums, key=lambda key: (-sums[key], key))
    return tuple(WriteInTotals(names[key], sums[key]) for key in ordered)
