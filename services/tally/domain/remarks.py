"""What a count's record says beside its figures: warnings with what people wrote, sheets entered from spare papers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.tally.domain.errors import WarningUnexplained
from services.tally.domain.kinds import Contest
from services.tally.domain.sheets import Finding, SheetTotals, SittingCounts, sheet_findings, sitting_findings


@dataclass(frozen=True, slots=True)
class CountedSheet:
    """A group's settled sheet. `said`: warning → what its tellers wrote."""

    group: str
    totals: SheetTotals
    said: Mapping[str, str] = field(default_factory=dict)
    paper_first: bool = False
    paper_serials: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """A warning with the written explanation of it.

    `group` is empty for the sitting's own, and for a group that is not shown apart: of that neither field nor test is
    told, for they hold its figures.
    """

    finding: str
    group: str
    field: str
    test: str
    text: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """`paper_first`: of each sheet that was filled in on a spare paper first, its numbers; empty where it has none."""

    explained: tuple[Explained, ...] = ()
    paper_first: tuple[str, ...] = ()


NOTHING_SAID: Final = Remarks()


def explain_sheet(contest: Contest, sheet: CountedSheet) -> tuple[tuple[Finding, str], ...]:
    """A sheet's warnings, each with what was written about it; empty where nothing was."""
    return tuple((each, sheet.said.get(each.number, "")) for each in sheet_findings(contest, sheet.totals))


def remarks(
    contest: Contest,
    counts: SittingCounts,
    sheets: Sequence[CountedSheet],
    hidden: Collection[int],
    said: Mapping[str, str],
) -> Remarks:
    """What the record says. `hidden`: which sheets (by index) are not shown apart; `said`: warning → what is written
    about it at the close, where no teller did.

    Raises WarningUnexplained.
    """
    told = []
    for index, sheet in enumerate(sheets):
        for finding, text in explain_sheet(contest, sheet):
            why = text or _said(finding, said)
            shown = index not in hidden
            told.append(
                Explained(finding.number, sheet.group, finding.field, finding.test, why)
                if shown
                else Explained(finding.number, "", "", "", why)
            )
    for finding in sitting_findings(counts, [each.totals for each in sheets]):
        told.append(Explained(finding.number, "", finding.field, finding.test, _said(finding, said)))
    return Remarks(tuple(told), tuple(sorted("、".join(each.paper_serials) for each in sheets if each.paper_first)))


def _said(finding: Finding, said: Mapping[str, str]) -> str:
    text = said.get(finding.number, "").strip()
    if not text:
        raise WarningUnexplained(finding=finding.number, test=finding.test, rule=finding.rule)
    return text
