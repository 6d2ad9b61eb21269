"""Elections, rolls and sittings, loaded for decisions and read for questions."""

from __future__ import annotations

import json

from services.chassis.refusals import NotFound
from services.chassis.scope import Scope
from services.chassis.store import Reader, Row, int_of, text_of
from services.tally.domain.election_events import Officer
from services.tally.domain.elections import Election
from services.tally.domain.errors import VoteNotSeated
from services.tally.domain.kinds import Basis, Body, Candidate, Post, Round
from services.tally.domain.order import approved_names
from services.tally.domain.rolls import Elector, Roll, Standing
from services.tally.domain.sitting_machine import SittingState
from services.tally.domain.sittings import Field, Figure, Sitting
from services.tally.domain.vote_machine import VoteState
from services.tally.store import people

_ELECTION = (
    "election_id, turnover, unit_id, body, post, round, seats, title, cause_election_id, full_members, consent, "
    "after_primary, in_primary, state, version, position, entered_by, list_digest, sitting_id, present, disputes, "
    "seats_open, status, record_sha256"
)


def load_election(reader: Reader, election_id: str) -> Election:
    """Raises NotFound."""
    row = reader.one(f"SELECT {_ELECTION} FROM election WHERE election_id = ?", (election_id,))
    if row is None:
        raise NotFound(kind="election", id=election_id)
    return _election_of(row)


def in_sitting(reader: Reader, sitting_id: str) -> list[Election]:
    """The votes of a sitting, in the order of their opening."""
    rows = reader.all(f"SELECT {_ELECTION} FROM election WHERE sitting_id = ? ORDER BY position", (sitting_id,))
    return [_election_of(row) for row in rows]


def caused_by(reader: Reader, election_id: str) -> list[Election]:
    """The further votes that a vote made necessary."""
    rows = reader.all(f"SELECT {_ELECTION} FROM election WHERE cause_election_id = ? ORDER BY position", (election_id,))
    return [_election_of(row) for row in rows]


def open_like(reader: Reader, turnover: str, unit_id: str, body: Body, post: Post) -> Election | None:
    """A vote of the same turnover, body and post that is not over."""
    row = reader.one(
        f"SELECT {_ELECTION} FROM election WHERE turnover = ? AND unit_id = ? AND body = ? AND post = ? "
        "AND state NOT IN ('declared', 'repeated') ORDER BY position LIMIT 1",
        (turnover, unit_id, body.value, post.value),
    )
    return _election_of(row) if row else None


def page(reader: Reader, unit_id: str, state: str, scope: Scope, before: int, rows_max: int) -> list[Election]:
    """Elections that the caller may see, newest first, before a position."""
    seen, params = scope.where("t.path")
    columns = ", ".join(f"e.{name.strip()}" for name in _ELECTION.split(","))
    rows = reader.all(
        f"SELECT {columns} FROM election e JOIN tree_unit t ON t.unit_id = e.unit_id WHERE {seen} AND e.position < ? "
        "AND (? = '' OR e.unit_id = ?) AND (? = '' OR e.state = ?) ORDER BY e.position DESC LIMIT ?",
        (*params, before, unit_id, unit_id, state, state, rows_max),
    )
    return [_election_of(row) for row in rows]


def _election_of(row: Row) -> Election:
    return Election(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), Body(text_of(row[3])), Post(text_of(row[4])),
        Round(text_of(row[5])), int_of(row[6]), text_of(row[7]), text_of(row[8]), int_of(row[9]), text_of(row[10]),
        bool(row[11]), bool(row[12]), VoteState(text_of(row[13])), int_of(row[14]), int_of(row[15]),
        text_of(row[16]), text_of(row[17]), text_of(row[18]), int_of(row[19]), int_of(row[20]), int_of(row[21]),
        text_of(row[22]), text_of(row[23]),
    )  # fmt: skip


def candidates(reader: Reader, election_id: str) -> tuple[Candidate, ...]:
    """In ballot order. A name that was erased stands by its id."""
    rows = reader.all(
        "SELECT c.candidate_id, COALESCE(p.name, c.candidate_id), COALESCE(p.note, '') FROM candidate c "
        "LEFT JOIN person p ON p.person_id = c.candidate_id WHERE c.election_id = ? ORDER BY c.number",
        (election_id,),
    )
    return tuple(Candidate(text_of(row[0]), text_of(row[1]), text_of(row[2])) for row in rows)


def approved(reader: Reader, election: Election) -> tuple[str, ...]:
    """Names in the order that the superior approved; none where a list has another order."""
    rows = reader.all(
        "SELECT candidate_id FROM candidate WHERE election_id = ? AND approved > 0 ORDER BY approved",
        (election.election_id,),
    )
    listed = candidates(reader, election.election_id)
    return approved_names(election.post, listed, [text_of(row[0]) for row in rows])


def load_roll(reader: Reader, roll_id: str) -> Roll:
    """Raises NotFound."""
    row = reader.one(
        "SELECT roll_id, turnover, unit_id, entered_by, entitled, suspended, left_out, frozen, sitting_id "
        "FROM roll WHERE roll_id = ?",
        (roll_id,),
    )
    if row is None:
        raise NotFound(kind="roll", id=roll_id)
    return Roll(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), int_of(row[4]), int_of(row[5]),
        int_of(row[6]), bool(row[7]), text_of(row[8]),
    )  # fmt: skip


def electors(reader: Reader, roll_id: str) -> list[Elector]:
    """Who stands on a roll; a name that was erased stands by its id."""
    rows = reader.all(
        "SELECT e.person_id, COALESCE(p.name, e.person_id), e.standing, e.ground, e.consent, e.vote FROM elector e "
        "LEFT JOIN person p ON p.person_id = e.person_id WHERE e.roll_id = ? ORDER BY e.person_id",
        (roll_id,),
    )
    return [
        Elector(text_of(r[0]), text_of(r[1]), Standing(text_of(r[2])), text_of(r[3]), text_of(r[4]), text_of(r[5]))
        for r in rows
    ]


def load_sitting(reader: Reader, sitting_id: str) -> Sitting:
    """Raises NotFound."""
    row = reader.one(
        "SELECT s.sitting_id, s.turnover, s.unit_id, s.roll_id, s.state, s.version, s.small, r.entitled, s.present, "
        "s.basis, s.officers FROM sitting s JOIN roll r ON r.roll_id = s.roll_id WHERE s.sitting_id = ?",
        (sitting_id,),
    )
    if row is None:
        raise NotFound(kind="sitting", id=sitting_id)
    ids = tuple(each.election_id for each in in_sitting(reader, sitting_id))
    officers = tuple(Officer(*each) for each in json.loads(text_of(row[10])))
    basis = Basis(text_of(row[9])) if row[9] else None
    return Sitting(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), SittingState(text_of(row[4])),
        int_of(row[5]), bool(row[6]), int_of(row[7]), int_of(row[8]), basis, ids, officers,
    )  # fmt: skip


def sitting_of(reader: Reader, election: Election) -> Sitting:
    """The sitting that holds a vote. Raises VoteNotSeated."""
    if not election.sitting_id:
        raise VoteNotSeated()
    return load_sitting(reader, election.sitting_id)


def figures(reader: Reader, sitting_id: str) -> dict[tuple[str, Field], Figure]:
    """The numbers of a sitting by (election or empty, field)."""
    rows = reader.all(
        "SELECT election_id, field, value, entered_by, confirmed_by FROM figure WHERE sitting_id = ?", (sitting_id,)
    )
    found = [Figure(text_of(r[0]), Field(text_of(r[1])), int_of(r[2]), text_of(r[3]), text_of(r[4])) for r in rows]
    return {(each.election_id, each.field): each for each in found}


def officer_names(reader: Reader, sitting: Sitting) -> dict[str, str]:
    """Officers' names by person id; who was announced without standing on the roll keeps the name in the sitting."""
    known = people.names_of(reader, (sitting.roll_id, sitting.sitting_id))
    return {each.person_id: known[each.person_id].name for each in sitting.officers if each.person_id in known}


def elected(reader: Reader, election_id: str) -> list[tuple[str, str, int, int]]:
    """(person, name, approvals, place) of who was declared elected."""
    rows = reader.all(
        "SELECT person_id, name, approve, place FROM elected WHERE election_id = ? ORDER BY place", (election_id,)
    )
    return [(text_of(r[0]), text_of(r[1]), int_of(r[2]), int_of(r[3])) for r in rows]
