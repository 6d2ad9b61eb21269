"""The life of one vote as one table, in the order of RULES 1.5. The README draws it; a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.tally.domain.errors import VoteNotThere


class VoteState(StrEnum):
    """How far one vote has come."""

    OPENED = "opened"
    ENTERED = "entered"  # candidates, by the first of two people
    READY = "ready"
    SEATED = "seated"  # a sitting will hold it
    ANNOUNCED = "announced"  # numbers and candidates told to the meeting
    BOXED = "boxed"  # boxes shown empty
    ISSUED = "issued"
    CAST = "cast"
    RETURNED = "returned"
    NUMBER_DISPUTED = "number_disputed"
    COUNTED = "counted"
    REPORTED = "reported"
    DECLARED = "declared"
    REPEATED = "repeated"  # people decided that it is held again


class VoteAct(StrEnum):
    """What may happen to it."""

    ENTER = "enter"
    CONFIRM = "confirm"
    SEAT = "seat"
    ANNOUNCE = "announce"
    CHECK_BOXES = "check_boxes"
    ISSUE = "issue"
    CLOSE_VOTING = "close_voting"
    COUNT_RETURNED = "count_returned"
    DISPUTE = "dispute"
    RECOUNT_NUMBER = "recount_number"
    REPEAT = "repeat"
    FORM_GROUPS = "form_groups"
    CLOSE_COUNT = "close_count"
    REOPEN = "reopen"
    REPORT = "report"
    DECLARE = "declare"
    REDUCE_SEATS = "reduce_seats"


_S, _A = VoteState, VoteAct

# (state, act) → where it may lead.
TRANSITIONS: Final[Mapping[tuple[VoteState, VoteAct], tuple[VoteState, ...]]] = {
    (_S.OPENED, _A.ENTER): (_S.ENTERED,),
    (_S.ENTERED, _A.ENTER): (_S.ENTERED,),
    (_S.READY, _A.ENTER): (_S.ENTERED,),
    (_S.ENTERED, _A.CONFIRM): (_S.READY,),
    (_S.READY, _A.SEAT): (_S.SEATED,),
    (_S.SEATED, _A.ANNOUNCE): (_S.ANNOUNCED,),
    (_S.ANNOUNCED, _A.CHECK_BOXES): (_S.BOXED,),
    (_S.BOXED, _A.ISSUE): (_S.ISSUED,),
    (_S.BOXED, _A.DISPUTE): (_S.NUMBER_DISPUTED,),
    (_S.ISSUED, _A.CLOSE_VOTING): (_S.CAST,),
    (_S.CAST, _A.COUNT_RETURNED): (_S.RETURNED,),
    (_S.CAST, _A.DISPUTE): (_S.NUMBER_DISPUTED,),
    (_S.NUMBER_DISPUTED, _A.DISPUTE): (_S.NUMBER_DISPUTED,),
    # Where the recounted number breaks no rule: on from where it was.
    (_S.NUMBER_DISPUTED, _A.RECOUNT_NUMBER): (_S.ISSUED, _S.RETURNED),
    (_S.NUMBER_DISPUTED, _A.REPEAT): (_S.REPEATED,),
    (_S.RETURNED, _A.FORM_GROUPS): (_S.RETURNED,),
    (_S.RETURNED, _A.CLOSE_COUNT): (_S.COUNTED,),
    (_S.COUNTED, _A.REOPEN): (_S.RETURNED,),
    (_S.REPORTED, _A.REOPEN): (_S.RETURNED,),
    (_S.COUNTED, _A.REDUCE_SEATS): (_S.COUNTED,),
    (_S.COUNTED, _A.REPORT): (_S.REPORTED,),
    (_S.REPORTED, _A.DECLARE): (_S.DECLARED,),
}

# Nothing more can happen to it.
OVER: Final = frozenset({VoteState.DECLARED, VoteState.REPEATED})
# Marks may be read from paper.
COUNTING: Final = VoteState.RETURNED


def vote_after(state: VoteState, act: VoteAct) -> VoteState:
    """Where the act leads first. Raises VoteNotThere."""
    leads = TRANSITIONS.get((state, act))
    if leads is None:
        raise VoteNotThere(vote_state=state.value, act=act.value)
    return leads[0]
