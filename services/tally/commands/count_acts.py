"""What acts have in common: who may run a unit's votes, how events are recorded, how names get their ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.act import Act
from services.chassis.codec import Event
from services.chassis.permissions import fit
from services.chassis.refusals import PermissionDenied
from services.tally.domain.elections import Election
from services.tally.domain.kinds import Candidate, Contest
from services.tally.domain.sheets_read import Names, Sheet
from services.tally.domain.sittings import Role, Sitting
from services.tally.permissions import RUN
from services.tally.store import elections, people, sheets


def check_runs(act: Act, unit_id: str, method: str, sitting: Sitting | None = None) -> None:
    """Whoever organises for the unit, or an officer of the sitting. Raises PermissionDenied."""
    if sitting is not None and sitting.roles_of(act.principal.account_id):
        return
    if not any(fit(act.tx, act.principal, way, unit_id) for way in RUN):
        raise PermissionDenied(action=method)


def record_all(act: Act, events: Iterable[Event], subject: str, turnover: str) -> None:
    """Records events of one subject in order."""
    for event in events:
        act.record(event, subject=subject, turnover=turnover)


def vote_answer(act: Act, election_id: str) -> pb.ElectionResponse:
    """Where the vote stands now."""
    found = elections.load_election(act.tx, election_id)
    return pb.ElectionResponse(state=found.state.value, version=found.version)


def sitting_answer(act: Act, sitting_id: str) -> pb.SittingResponse:
    """Where the sitting stands now."""
    found = elections.load_sitting(act.tx, sitting_id)
    return pb.SittingResponse(state=found.state.value, version=found.version)


def sheet_answer(act: Act, sheet_id: str) -> pb.SheetResponse:
    """Where the sheet stands now."""
    found = sheets.load_sheet(act.tx, sheet_id)
    return pb.SheetResponse(state=found.state.value, version=found.version, fields=found.differing)


def new_persons(act: Act, scope: str, prefix: str, names: Sequence[tuple[str, str]]) -> list[tuple[Candidate, str]]:
    """Keeps (name, note) pairs under new ids; returns each with its digest."""
    kept = []
    for name, note in names:
        person = people.Person(act.new_id(prefix), name, note)
        digest = people.remember(act.tx, scope, person, act.new_id("salt"))
        kept.append((Candidate(person.person_id, name, note), digest))
    return kept


def list_digest(entered: Sequence[tuple[Candidate, str]]) -> str:
    """What two people confirm and every sheet's hash is over."""
    lines = "\n".join(f"{each.candidate_id} {digest}" for each, digest in entered)
    return hashlib.sha256(lines.encode()).hexdigest()


def sheet_in_count(act: Act, sheet_id: str, *roles: Role) -> tuple[Sheet, Election, Sitting]:
    """A sheet with its vote and sitting, for an officer. Raises NotFound, NotOfficer."""
    sheet = sheets.load_sheet(act.tx, sheet_id)
    election = elections.load_election(act.tx, sheet.election_id)
    sitting = elections.sitting_of(act.tx, election)
    sitting.check_officer(act.principal.account_id, *roles)
    return sheet, election, sitting


def contest_of(act: Act, election: Election, sitting: Sitting) -> Contest:
    """What the counting rules look at."""
    return election.contest(elections.candidates(act.tx, election.election_id), sitting.basis)


def names_in(act: Act, election_id: str) -> Names:
    """The names written in, by id."""
    return Names({key: each.name for key, each in people.names_of(act.tx, (election_id,)).items()})
