"""What is next in a sitting, and why not yet: the steps of RULES 1.5 in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.tally.domain.elections import Election
from services.tally.domain.sheet_machine import AGREED, SheetState
from services.tally.domain.sitting_machine import SittingState
from services.tally.domain.sittings import Field, Figure, Sitting
from services.tally.domain.vote_machine import VoteState

DONE: Final = "done"
NEXT: Final = "next"
WAITING: Final = "waiting"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `waits_for`: the code of the refusal that it would meet now, empty where it can be done."""

    step: str
    election_id: str
    state: str
    waits_for: str = ""


_SITTING_ORDER: Final = (
    (SittingState.QUORATE, "count_attendance"),
    (SittingState.METHOD_ADOPTED, "adopt_method"),
    (SittingState.OFFICERS_PASSED, "pass_officers"),
)
_VOTE_ORDER: Final = (
    (VoteState.READY, "confirm_candidates"),
    (VoteState.SEATED, "open_sitting"),
    (VoteState.ANNOUNCED, "announce_candidates"),
    (VoteState.BOXED, "check_boxes"),
    (VoteState.ISSUED, "issue_ballots"),
    (VoteState.CAST, "close_voting"),
    (VoteState.RETURNED, "count_returned"),
)
_AFTER_ORDER: Final = (
    (VoteState.COUNTED, "close_count"),
    (VoteState.REPORTED, "report_result"),
    (VoteState.DECLARED, "declare_result"),
)
_PLACE: Final = {state: place for place, state in enumerate(VoteState)}
_SITTING_PLACE: Final = {state: place for place, state in enumerate(SittingState)}


def sitting_steps(sitting: Sitting) -> list[Step]:
    """What all votes of a sitting share."""
    reached = _SITTING_PLACE[sitting.state]
    return _in_order([(step, _SITTING_PLACE[state] <= reached) for state, step in _SITTING_ORDER], "")


def vote_steps(
    election: Election,
    sitting: Sitting | None,
    figures: Mapping[tuple[str, Field], Figure],
    sheets: Sequence[SheetState],
) -> list[Step]:
    """The steps of one vote."""
    if election.state is VoteState.NUMBER_DISPUTED:
        return [Step("recount_number", election.election_id, NEXT), Step("decide_repeat", election.election_id, WAITING,
                "TALLY_NOT_RECOUNTED" if election.disputes < 2 else "")]  # fmt: skip
    if election.state is VoteState.REPEATED:
        return [Step("decide_repeat", election.election_id, DONE)]
    reached = _PLACE[election.state]

    def counted(field: Field) -> bool:
        figure = figures.get((election.election_id, field))
        return figure is not None and figure.confirmed

    steps = [("enter_candidates", reached >= _PLACE[VoteState.ENTERED])]
    steps += [(step, reached >= _PLACE[state]) for state, step in _VOTE_ORDER]
    steps.insert(4, ("count_printed", counted(Field.PRINTED)))
    steps += [
        ("destroy_unused", counted(Field.UNUSED_DESTROYED)),
        ("form_groups", bool(sheets)),
        ("settle_sheets", bool(sheets) and all(each in AGREED for each in sheets)),
        ("sign_sheets", bool(sheets) and all(each is SheetState.SIGNED for each in sheets)),
    ]
    steps += [(step, reached >= _PLACE[state]) for state, step in _AFTER_ORDER]
    shown = _in_order(steps, election.election_id)
    needs_officers = sitting is None or sitting.state is not SittingState.OFFICERS_PASSED
    if needs_officers and election.state is VoteState.SEATED:
        shown = [
            Step(each.step, each.election_id, WAITING, "TALLY_SITTING_STATE") if each.state == NEXT else each
            for each in shown
        ]
    return shown


def _in_order(steps: Sequence[tuple[str, bool]], election_id: str) -> list[Step]:
    """Done, then one that is next; those behind it wait for it."""
    shown = []
    waiting = False
    for step, done in steps:
        if done:
            shown.append(Step(step, election_id, DONE))
        elif not waiting:
            shown.append(Step(step, election_id, NEXT))
            waiting = True
        else:
            shown.append(Step(step, election_id, WAITING, "TALLY_VOTE_STATE" if election_id else "TALLY_SITTING_STATE"))
    return shown
