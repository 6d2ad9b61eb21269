"""Questions about votes and sittings, and the wall before all."""

from __future__ import annotations

from typing import Final

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import BadRequest
from services.tally.domain.guide import sitting_steps, vote_steps
from services.tally.domain.sheet_machine import AGREED, SheetState
from services.tally.domain.sittings import Field
from services.tally.domain.vote_machine import VoteState
from services.tally.queries.messages import check_visible, election_message, step_messages, visible_election
from services.tally.store import elections, sheets

ELECTIONS_ROWS_DEFAULT: Final = 50
ELECTIONS_ROWS_MAX: Final = 200
NEWEST: Final = 2**62


def get_election(query: pb.GetElectionRequest, ask: Ask) -> pb.Election:
    """One vote, with what is next."""
    return election_message(ask, *visible_election(ask, query.election_id))


def list_elections(query: pb.ListElectionsRequest, ask: Ask) -> pb.ListElectionsResponse:
    """Votes of the units that the caller may see, newest first."""
    if query.state and query.state not in {state.value for state in VoteState}:
        raise BadRequest(field="state", problem="out_of_range")
    (before,) = key_of(query.page, NEWEST)
    rows_max = rows_of(query.page, ELECTIONS_ROWS_DEFAULT, ELECTIONS_ROWS_MAX)
    found = elections.page(
        ask.reader, query.unit_id, query.state, ask.scope(), min(int(before), NEWEST), rows_max + 1
    )  # fmt: skip
    shown = found[:rows_max]
    more = cursor_of(shown[-1].position) if len(found) > rows_max else ""
    return pb.ListElectionsResponse(
        elections=[
            election_message(
                ask, each, elections.load_sitting(ask.reader, each.sitting_id) if each.sitting_id else None
            )
            for each in shown
        ],
        next_cursor=more,
    )  # fmt: skip


def get_sitting(query: pb.GetSittingRequest, ask: Ask) -> pb.Sitting:
    """A sitting: its numbers, its officers, what is next. An unconfirmed number is shown to who entered it only."""
    sitting = elections.load_sitting(ask.reader, query.sitting_id)
    caller = ask.principal.account_id
    if not sitting.roles_of(caller):
        check_visible(ask, sitting.unit_id, "sitting", sitting.sitting_id)
    roll = elections.load_roll(ask.reader, sitting.roll_id)
    names = elections.officer_names(ask.reader, sitting)
    figures = elections.figures(ask.reader, sitting.sitting_id)
    steps = sitting_steps(sitting)
    for each in elections.in_sitting(ask.reader, sitting.sitting_id):
        states = [sheet.state for sheet in sheets.of_election(ask.reader, each.election_id)]
        steps += vote_steps(each, sitting, figures, states)
    return pb.Sitting(
        sitting_id=sitting.sitting_id,
        unit_id=sitting.unit_id,
        roll_id=sitting.roll_id,
        state=sitting.state.value,
        version=sitting.version,
        small=sitting.small,
        election_ids=sitting.election_ids,
        entitled=roll.entitled,
        suspended=roll.suspended,
        left_out=roll.left_out,
        figures=[
            pb.FigureView(
                election_id=each.election_id,
                field=each.field.value,
                value=each.value if each.confirmed or each.entered_by == caller else 0,
                entered_by=each.entered_by,
                confirmed_by=each.confirmed_by,
                shown=each.confirmed or each.entered_by == caller,
            )
            for each in figures.values()
        ],
        officers=[
            pb.OfficerView(account_id=each.account_id, name=names.get(each.person_id, ""), role=each.role)
            for each in sitting.officers
        ],
        steps=step_messages(steps),
    )


def get_wall(query: pb.GetWallRequest, ask: Ask) -> pb.Wall:
    """Turnout and how far the count has come; nobody's votes before the result is declared, then the elected."""
    election, sitting = visible_election(ask, query.election_id)
    figures = elections.figures(ask.reader, sitting.sitting_id) if sitting else {}

    def confirmed(field: Field) -> int:
        figure = figures.get((election.election_id, field))
        return figure.value if figure is not None and figure.confirmed else 0

    states = [each.state for each in sheets.of_election(ask.reader, election.election_id)]
    return pb.Wall(
        election_id=election.election_id,
        title=election.title,
        state=election.state.value,
        entitled=sitting.entitled if sitting else 0,
        present=election.present or (sitting.present if sitting else 0),
        issued=confirmed(Field.ISSUED),
        returned=confirmed(Field.RETURNED),
        sheets=len(states),
        sheets_settled=sum(state in AGREED for state in states),
        sheets_signed=sum(state is SheetState.SIGNED for state in states),
        elected=[
            pb.PersonResult(person_id=person, name=name, approve=approve, elected=True, place=place)
            for person, name, approve, place in elections.elected(ask.reader, election.election_id)
        ],
    )
