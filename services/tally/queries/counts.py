"""Questions about sheets and results. A teller sees the own reading only; marks of small groups are never shown."""

from __future__ import annotations

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.refusals import NotFound
from services.tally.domain.elections import Election
from services.tally.domain.explain import Check, explain
from services.tally.domain.kinds import ElectionKind
from services.tally.domain.order import elected_order
from services.tally.domain.outcome import Outcome
from services.tally.domain.remarks import CountedSheet, explain_sheet
from services.tally.domain.sheet_machine import HELD, SheetState
from services.tally.domain.sheets import SheetTotals, sheet_findings
from services.tally.domain.sheets_read import Names, Sheet, is_written, person_of, written_field
from services.tally.domain.sittings import Role, Sitting
from services.tally.domain.suppression import hidden_groups
from services.tally.domain.vote_machine import VoteState
from services.tally.queries.messages import visible_election
from services.tally.store import elections, people, sheets
from services.tally.store.counts import Count, load_count

_SHOWN_TO_WATCHERS = (VoteState.COUNTED, VoteState.REPORTED)
_WATCHERS = frozenset({Role.SCRUTINEER.value, Role.CHIEF_SCRUTINEER.value, Role.CHAIR.value})


def list_sheets(query: pb.ListSheetsRequest, ask: Ask) -> pb.ListSheetsResponse:
    """How far each group's sheet has come; no figure of any."""
    election, _ = visible_election(ask, query.election_id)
    held = sheets.of_election(ask.reader, election.election_id)
    return pb.ListSheetsResponse(sheets=[_plain(each) for each in held])


def get_sheet(query: pb.GetSheetRequest, ask: Ask) -> pb.Sheet:
    """One sheet for an officer: the own reading, the fields to read again, what is wrong; settled figures to sign."""
    sheet = sheets.load_sheet(ask.reader, query.sheet_id)
    election, sitting = visible_election(ask, sheet.election_id)
    caller = ask.principal.account_id
    if sitting is None or not sitting.roles_of(caller):
        raise NotFound(kind="sheet", id=query.sheet_id)
    shown = _plain(sheet)
    reading = sheet.reading_of(caller)
    persons = people.names_of(ask.reader, (election.election_id,))
    named = {written_field(key): written_field(each.name) for key, each in persons.items()}
    if sheet.state in (SheetState.SETTLED, SheetState.SIGNED):
        _show_cells(shown, {named.get(path, path): value for path, value in sheet.cells.items()})
        _show_explained(ask, shown, sheet, (election, sitting))
        return shown
    shown.reading = reading
    if not reading:
        if sheet.state in HELD and sitting.roles_of(caller) & _WATCHERS:
            _show_doubtful(ask, shown, sheet)
        return shown
    final = sheet.readings[reading].cells
    if final is not None:
        kept = {path: value for path, value in final.items() if path not in sheet.differing}
        _show_cells(shown, {named.get(path, path): value for path, value in kept.items()})
        shown.fields.extend(named.get(path, path) for path in sheet.differing)
        return shown
    _show_draft(ask, shown, sheet, (election, sitting), reading)
    return shown


def _show_explained(ask: Ask, shown: pb.Sheet, sheet: Sheet, at: tuple[Election, Sitting]) -> None:
    election, sitting = at
    persons = people.names_of(ask.reader, (election.election_id,))
    names = Names({key: each.name for key, each in persons.items()})
    contest = election.contest(elections.candidates(ask.reader, election.election_id), sitting.basis)
    counted = CountedSheet(sheet.group, names.totals(contest, sheet.cells), sheet.explained)
    for finding, text in explain_sheet(contest, counted):
        shown.explanations.add(code=finding.number, field=finding.field, test=finding.test, text=text)


def _show_doubtful(ask: Ask, shown: pb.Sheet, sheet: Sheet) -> None:
    number = 1 if sheet.state is SheetState.FIRST_IN_PROGRESS else 2
    draft = sheets.load_draft(ask.reader, sheet.sheet_id, number)
    shown.reading = number
    shown.doubtful = draft.doubtful


def _show_draft(ask: Ask, shown: pb.Sheet, sheet: Sheet, at: tuple[Election, Sitting], reading: int) -> None:
    election, sitting = at
    draft = sheets.load_draft(ask.reader, sheet.sheet_id, reading)
    _show_cells(shown, dict(draft.cells))
    shown.ballots, shown.doubtful = draft.ballots, draft.doubtful
    shown.way = sheet.readings[reading].way
    contest = election.contest(elections.candidates(ask.reader, election.election_id), sitting.basis)
    spelled = {person_of(path): person_of(path) for path in draft.cells if is_written(path)}
    for finding in sheet_findings(contest, Names(spelled).totals(contest, draft.cells)):
        shown.findings.add(code=finding.number, field=finding.field, test=finding.test, rule=finding.rule)


def _show_cells(shown: pb.Sheet, cells: dict[str, int]) -> None:
    for path, value in cells.items():
        shown.cells.add(field=path, text=str(value))


def _plain(sheet: Sheet) -> pb.Sheet:
    return pb.Sheet(
        sheet_id=sheet.sheet_id,
        election_id=sheet.election_id,
        group=sheet.group,
        state=sheet.state.value,
        version=sheet.version,
        generation=sheet.generation,
        sheet_hash=sheet.sheet_hash,
        signed_roles=sorted(sheet.signed),
        reason=sheet.reason,
        paper_first=sheet.paper_first,
        paper_serials=sheet.paper_serials,
        substituted_roles=sheet.substituted,
    )


# ---- results -----------------------------------------------------------------------------------------------------


def get_result(query: pb.GetResultRequest, ask: Ask) -> pb.Result:
    """The whole result with its reasons: for all once it is declared, for those who report it before."""
    election, sitting = _result_of(ask, query.election_id)
    figures = elections.figures(ask.reader, sitting.sitting_id)
    numbers = {field: figure.value for (of, field), figure in figures.items() if of == election.election_id}
    count = load_count(ask.reader, election, numbers)
    outcome = count.outcome()
    result = pb.Result(
        election_id=election.election_id,
        unit_id=election.unit_id,
        state=election.state.value,
        seats=election.seats,
        entitled=count.counts.entitled,
        present=count.counts.present,
        issued=count.counts.issued,
        returned=count.counts.returned,
        valid=count.totals.valid,
        invalid=count.totals.invalid,
        status=election.status,
        record_sha256=election.record_sha256,
        seats_open=election.seats_open,
        title=election.title,
        explained=[_explained(each, count.contest.kind) for each in _checks(outcome)],
    )
    places = _places(election, count, outcome)
    result.persons.extend(_persons(count, count.totals, places))
    hidden = hidden_groups([totals.votes for _, totals in count.groups])
    for index, (group, totals) in enumerate(count.groups):
        suppressed = index in hidden
        result.groups.add(
            group=group, votes=totals.votes, valid=totals.valid, invalid=totals.invalid, suppressed=suppressed,
            persons=[] if suppressed else _persons(count, totals, {}),
        )  # fmt: skip
    return result


def get_record(query: pb.GetRecordRequest, ask: Ask) -> pb.CountRecord:
    """The record that was signed, as `huanjie tally recompute` reads it."""
    election, _ = _result_of(ask, query.election_id)
    kept = sheets.find_record(ask.reader, election.election_id)
    if kept is None or kept[1] != election.record_sha256:
        raise NotFound(kind="record", id=query.election_id)
    return pb.CountRecord(record_json=kept[0], record_sha256=kept[1])


def _result_of(ask: Ask, election_id: str) -> tuple[Election, Sitting]:
    """Raises NotFound while the caller may not know it."""
    election, sitting = visible_election(ask, election_id)
    if sitting is not None:
        roles = sitting.roles_of(ask.principal.account_id)
        if election.state is VoteState.DECLARED or (election.state in _SHOWN_TO_WATCHERS and roles & _WATCHERS):
            return election, sitting
    raise NotFound(kind="result", id=election_id)


def _checks(outcome: Outcome) -> list[Check]:
    return [*outcome.checks, *(each.check for each in outcome.results)]


def _explained(check: Check, kind: ElectionKind) -> pb.Explained:
    zh, en = explain(check, "zh", kind), explain(check, "en", kind)
    return pb.Explained(
        rule=check.rule,
        test=check.shown,
        holds=check.holds,
        zh=zh.text,
        en=en.text,
        source_zh=zh.article,
        source_en=en.article,
        confidence=zh.confidence,
    )


def _places(election: Election, count: Count, outcome: Outcome) -> dict[str, int]:
    listed = elected_order(election.post, outcome.chosen, count.approved)
    return {each.name: place for place, each in enumerate(listed, start=1)}


def _persons(count: Count, totals: SheetTotals, places: dict[str, int]) -> list[pb.PersonResult]:
    shown = [
        pb.PersonResult(
            person_id=each.candidate_id, name=each.name, note=each.note, approve=line.approve,
            disapprove=line.disapprove, abstain=line.abstain, unreadable=line.unreadable,
            elected=each.name in places, place=places.get(each.name, 0),
        )
        for each, line in zip(count.contest.candidates, totals.candidates, strict=True)
    ]  # fmt: skip
    shown += [
        pb.PersonResult(
            name=each.name, approve=each.approve, write_in=True, elected=each.name in places,
            place=places.get(each.name, 0),
        )
        for each in totals.write_ins
    ]  # fmt: skip
    return shown
