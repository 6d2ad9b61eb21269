"""A count as it is kept: all that an outcome follows from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.chassis.store import Reader
from services.tally.domain.counting import merge, merge_write_ins
from services.tally.domain.elections import Election
from services.tally.domain.kinds import Contest
from services.tally.domain.outcome import Outcome, decide
from services.tally.domain.remarks import CountedSheet
from services.tally.domain.sheets import SheetTotals, SittingCounts
from services.tally.domain.sheets_read import Names
from services.tally.domain.sittings import Field, Sitting
from services.tally.store import elections, people, sheets


@dataclass(frozen=True, slots=True)
class Count:
    """All that an outcome follows from, as it is kept."""

    election: Election
    sitting: Sitting
    contest: Contest
    counts: SittingCounts
    sheets: tuple[CountedSheet, ...]
    totals: SheetTotals
    found: dict[str, str]
    approved: tuple[str, ...]

    @property
    def groups(self) -> tuple[tuple[str, SheetTotals], ...]:
        """Each group's name with its figures."""
        return tuple((each.group, each.totals) for each in self.sheets)

    def outcome(self) -> Outcome:
        """What the rules make of it."""
        return decide(self.contest, self.counts, self.totals)


def load_count(reader: Reader, election: Election, numbers: Mapping[Field, int]) -> Count:
    """The settled sheets of a vote, merged; names written in as they were found to mean."""
    sitting = elections.sitting_of(reader, election)
    contest = election.contest(elections.candidates(reader, election.election_id), sitting.basis)
    persons = people.names_of(reader, (election.election_id,))
    names = Names({key: each.name for key, each in persons.items()})
    merged = sheets.merged_write_ins(reader, election.election_id)
    found = {persons[a].name: persons[b].name for a, b in merged.items() if a in persons and b in persons}
    counted = tuple(
        CountedSheet(
            each.group, names.totals(contest, each.cells), each.explained,
            each.paper_first and not sitting.small, each.paper_serials,
        )
        for each in sheets.of_election(reader, election.election_id)
    )  # fmt: skip
    counts = SittingCounts(
        sitting.entitled, election.present, numbers[Field.PRINTED], numbers[Field.ISSUED], numbers[Field.RETURNED],
        numbers[Field.UNUSED_DESTROYED],
    )  # fmt: skip
    whole = merge(contest, [each.totals for each in counted])
    totals = merge_write_ins(contest, whole, found)
    approved = elections.approved(reader, election)
    return Count(election, sitting, contest, counts, counted, totals, found, approved)
