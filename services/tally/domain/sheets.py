"""A tally sheet's figures and the identities they obey.

Findings are numbered: F.xxx is impossible and must be put right from paper, W.xxx is possible and asks for a written
explanation that goes into the printed report. A finding names the field, the rule, the figures and its test with the
figures in place; its wording for teller and scrutineer is in the catalogue under `F.101.teller` and so on.

F.1xx one sheet · F.2xx a sitting and its groups · W.3xx one sheet · W.4xx a sitting
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from services.tally.domain.count_errors import SheetImpossible
from services.tally.domain.kinds import NAME_CHARS_MAX, Contest, Round, person_key

BALLOTS_MAX: Final = 10_000_000
WRITE_INS_MAX: Final = 2_000
# Shares, in per cent, past which somebody says why.
INVALID_PERCENT_MAX: Final = 5
UNREADABLE_PERCENT_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class CandidateTotals:
    """One printed candidate's line."""

    candidate_id: str
    approve: int
    disapprove: int
    abstain: int
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class WriteInTotals:
    """One name written in, as written or, once merged, as the person it was found to be."""

    name: str
    approve: int


@dataclass(frozen=True, slots=True)
class SheetTotals:
    """One sheet, or all of them merged. `votes` = `valid` + `invalid` ballots; candidates in ballot order."""

    votes: int
    valid: int
    invalid: int
    candidates: tuple[CandidateTotals, ...]
    write_ins: tuple[WriteInTotals, ...] = ()


@dataclass(frozen=True, slots=True)
class SittingCounts:
    """What was counted before any mark: people and ballots.

    `voters`: who actually voted, where that was counted, else None. `unused`: ballots destroyed unused.
    """

    entitled: int
    present: int
    printed: int
    issued: int
    returned: int
    unused: int
    voters: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure that cannot be, or that wants a reason. `test`: with the figures in place, as it fails."""

    number: str
    field: str
    rule: str
    inputs: tuple[tuple[str, int], ...]
    test: str

    @property
    def is_error(self) -> bool:
        """Whether it must be put right."""
        return self.number.startswith("F")


def blank_totals(contest: Contest) -> SheetTotals:
    """No ballot yet."""
    return SheetTotals(0, 0, 0, tuple(CandidateTotals(each, 0, 0, 0) for each in contest.candidate_ids))


def check_sheet(contest: Contest, totals: SheetTotals) -> None:
    """Raises SheetImpossible for the first error of a sheet."""
    _raise_first(sheet_findings(contest, totals))


def check_sitting(counts: SittingCounts, groups: Sequence[SheetTotals]) -> None:
    """Raises SheetImpossible for the first error of a sitting."""
    _raise_first(sitting_findings(counts, groups))


def sheet_findings(contest: Contest, totals: SheetTotals) -> tuple[Finding, ...]:
    """Every error of one sheet, else its warnings. Errors of form come alone: nothing can be added up then."""
    form = tuple(_form(contest, totals))
    if form:
        return form
    errors = (*_ballots(contest, totals), *_lines(totals), *_write_ins(contest, totals))
    return errors or tuple(_sheet_warnings(totals))


def sitting_findings(counts: SittingCounts, groups: Sequence[SheetTotals]) -> tuple[Finding, ...]:
    """Every error of the people and ballots counted and of the groups together, else the warnings.

    With no group given, only people and ballots are looked at.
    """
    form = tuple(_range_of(f"sitting.{name}", value, "B1") for name, value in _sitting_fields(counts))
    if any(form):
        return tuple(each for each in form if each)
    errors = (*_sitting_errors(counts), *_group_errors(counts, groups))
    return errors or tuple(_sitting_warnings(counts))


def fields(totals: SheetTotals) -> dict[str, int]:
    """Every figure of a sheet by its path; write-ins by the key that two spellings of a name share."""
    flat = {"votes": totals.votes, "valid": totals.valid, "invalid": totals.invalid}
    for line in totals.candidates:
        for column in ("approve", "disapprove", "abstain", "unreadable"):
            flat[f"candidates.{line.candidate_id}.{column}"] = getattr(line, column)
    for written in totals.write_ins:
        flat[f"write_ins.{person_key(written.name)}.approve"] = written.approve
    return flat


def differences(first: SheetTotals, second: SheetTotals) -> tuple[str, ...]:
    """The paths of the fields that two readings of one sheet do not share, in the order of the sheet."""
    one, other = fields(first), fields(second)
    return tuple(path for path in one | other if one.get(path) != other.get(path))


def _raise_first(findings: Sequence[Finding]) -> None:
    errors = [each for each in findings if each.is_error]
    if errors:
        first = errors[0]
        raise SheetImpossible(
            finding=first.number, field=first.field, test=first.test, findings=len(errors), rule=first.rule
        )


def _form(contest: Contest, totals: SheetTotals) -> Iterator[Finding]:
    ids = tuple(line.candidate_id for line in totals.candidates)
    if ids != contest.candidate_ids:
        inputs = (("lines", len(ids)), ("candidates", len(contest.candidates)))
        wrong = next((a or b for a, b in _pairs(ids, contest.candidate_ids) if a != b), "")
        yield Finding("F.105", f"candidates.{wrong}", "", inputs, f"{len(ids)} ≠ {len(contest.candidates)}")
        return
    if len(totals.write_ins) > WRITE_INS_MAX:
        count = len(totals.write_ins)
        yield Finding("F.112", "write_ins", "", (("write_ins", count),), f"{count} > {WRITE_INS_MAX}")
    for path, value in fields(totals).items():
        wrong_range = _range_of(path, value, "")
        if wrong_range:
            yield wrong_range
    keys = [person_key(each.name) for each in totals.write_ins]
    for key, written in zip(keys, totals.write_ins, strict=True):
        if not key or len(written.name) > NAME_CHARS_MAX:
            yield Finding("F.108", "write_ins", "B3", (("approve", written.approve),), "name")
        elif keys.count(key) > 1:
            yield Finding("F.110", f"write_ins.{key}.approve", "", (("lines", keys.count(key)),), written.name)


def _pairs(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    for index in range(max(len(one), len(other))):
        yield (one[index] if index < len(one) else "", other[index] if index < len(other) else "")


def _range_of(path: str, value: int, rule: str) -> Finding | None:
    if value < 0:
        return Finding("F.103", path, rule, (("value", value),), f"{value} < 0")
    if value > BALLOTS_MAX:
        return Finding("F.104", path, rule, (("value", value), ("limit", BALLOTS_MAX)), f"{value} > {BALLOTS_MAX}")
    return None


def _ballots(contest: Contest, totals: SheetTotals) -> Iterator[Finding]:
    votes, valid, invalid = totals.votes, totals.valid, totals.invalid
    if votes != valid + invalid:
        inputs = (("valid", valid), ("invalid", invalid), ("votes", votes))
        yield Finding("F.101", "votes", "B2", inputs, f"{valid} + {invalid} = {valid + invalid} ≠ {votes}")
    chosen = sum(line.approve for line in totals.candidates) + sum(each.approve for each in totals.write_ins)
    limit = valid * contest.seats
    if chosen > limit:
        inputs = (("chosen", chosen), ("valid", valid), ("seats", contest.seats))
        yield Finding("F.106", "candidates", "B2", inputs, f"{chosen} > {valid} × {contest.seats} = {limit}")


def _lines(totals: SheetTotals) -> Iterator[Finding]:
    for line in totals.candidates:
        parts = (line.approve, line.disapprove, line.abstain, line.unreadable)
        if sum(parts) != totals.valid:
            names = ("approve", "disapprove", "abstain", "unreadable")
            inputs = (*zip(names, parts, strict=True), ("valid", totals.valid))
            shown = f"{' + '.join(map(str, parts))} = {sum(parts)} ≠ {totals.valid}"
            yield Finding("F.102", f"candidates.{line.candidate_id}", "C2", inputs, shown)


def _write_ins(contest: Contest, totals: SheetTotals) -> Iterator[Finding]:
    if contest.round is Round.TIE_REVOTE and totals.write_ins:
        count = len(totals.write_ins)
        yield Finding("F.113", "write_ins", "E4", (("write_ins", count),), f"{count} > 0")
    written = sum(each.approve for each in totals.write_ins)
    disapproved = sum(line.disapprove for line in totals.candidates)
    if written > disapproved:
        inputs = (("write_ins", written), ("disapprove", disapproved))
        yield Finding("F.107", "write_ins", "C2", inputs, f"{written} > {disapproved}")
    printed = {person_key(each.name) for each in contest.candidates}
    for each in totals.write_ins:
        key = person_key(each.name)
        path = f"write_ins.{key}.approve"
        if key in printed:
            yield Finding("F.109", path, "C7", (("approve", each.approve),), each.name)
        if each.approve > totals.valid:
            inputs = (("approve", each.approve), ("valid", totals.valid))
            yield Finding("F.111", path, "B2", inputs, f"{each.approve} > {totals.valid}")
        if not each.approve:
            yield Finding("F.114", path, "", (("approve", 0),), "0 = 0")


def _sheet_warnings(totals: SheetTotals) -> Iterator[Finding]:
    if totals.votes and not totals.valid:
        inputs = (("votes", totals.votes), ("valid", 0))
        yield Finding("W.301", "valid", "B3", inputs, f"0 < {totals.votes}")
    elif 100 * totals.invalid > INVALID_PERCENT_MAX * totals.votes:
        inputs = (("invalid", totals.invalid), ("votes", totals.votes))
        shown = f"100 × {totals.invalid} > {INVALID_PERCENT_MAX} × {totals.votes}"
        yield Finding("W.302", "invalid", "B3", inputs, shown)
    for line in totals.candidates:
        if 100 * line.unreadable > UNREADABLE_PERCENT_MAX * totals.valid:
            inputs = (("unreadable", line.unreadable), ("valid", totals.valid))
            shown = f"100 × {line.unreadable} > {UNREADABLE_PERCENT_MAX} × {totals.valid}"
            yield Finding("W.303", f"candidates.{line.candidate_id}.unreadable", "B3", inputs, shown)


def _sitting_fields(counts: SittingCounts) -> Iterator[tuple[str, int]]:
    for name in ("entitled", "present", "printed", "issued", "returned", "unused"):
        yield name, getattr(counts, name)
    if counts.voters is not None:
        yield "voters", counts.voters


def _sitting_errors(counts: SittingCounts) -> Iterator[Finding]:
    yield from _at_most("F.202", "issued", counts.issued, "present", counts.present, "B1")
    yield from _at_most("F.203", "returned", counts.returned, "issued", counts.issued, "B1")
    if counts.voters is not None:
        yield from _at_most("F.204", "returned", counts.returned, "voters", counts.voters, "B1")
        yield from _at_most("F.208", "voters", counts.voters, "issued", counts.issued, "B1")
    yield from _at_most("F.205", "present", counts.present, "entitled", counts.entitled, "")
    if counts.printed != counts.issued + counts.unused:
        inputs = (("issued", counts.issued), ("unused", counts.unused), ("printed", counts.printed))
        total = counts.issued + counts.unused
        shown = f"{counts.issued} + {counts.unused} = {total} ≠ {counts.printed}"
        yield Finding("F.207", "sitting.printed", "B1", inputs, shown)


def _at_most(number: str, name: str, value: int, bound_name: str, bound: int, rule: str) -> Iterator[Finding]:
    if value > bound:
        inputs = ((name, value), (bound_name, bound))
        yield Finding(number, f"sitting.{name}", rule, inputs, f"{value} > {bound}")


def _group_errors(counts: SittingCounts, groups: Sequence[SheetTotals]) -> Iterator[Finding]:
    votes = sum(each.votes for each in groups)
    if groups and votes != counts.returned:
        inputs = (("votes", votes), ("returned", counts.returned), ("groups", len(groups)))
        shown = f"{' + '.join(str(each.votes) for each in groups)} = {votes} ≠ {counts.returned}"
        yield Finding("F.201", "votes", "B1", inputs, shown)


def _sitting_warnings(counts: SittingCounts) -> Iterator[Finding]:
    if counts.returned < counts.issued:
        inputs = (("returned", counts.returned), ("issued", counts.issued))
        yield Finding("W.401", "sitting.returned", "B1", inputs, f"{counts.returned} < {counts.issued}")
    if counts.issued < counts.present:
        inputs = (("issued", counts.issued), ("present", counts.present))
        yield Finding("W.402", "sitting.issued", "B1", inputs, f"{counts.issued} < {counts.present}")
