"""The life of a sitting as one table: what its votes share. The README draws it; a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.tally.domain.errors import SittingNotThere


class SittingState(StrEnum):
    """How far a sitting has come, in the order of RULES 1.5."""

    OPENED = "opened"
    QUORATE = "quorate"  # attendance counted, enough are present
    METHOD_ADOPTED = "method_adopted"
    OFFICERS_PASSED = "officers_passed"
    CLOSED = "closed"


class SittingAct(StrEnum):
    """What may happen to it."""

    FIND_QUORUM = "find_quorum"
    ADOPT_METHOD = "adopt_method"
    PASS_OFFICERS = "pass_officers"
    HOLD_VOTE = "hold_vote"
    JOIN_ROUND = "join_round"
    CLOSE = "close"


_S, _A = SittingState, SittingAct

TRANSITIONS: Final[Mapping[tuple[SittingState, SittingAct], tuple[SittingState, ...]]] = {
    (_S.OPENED, _A.FIND_QUORUM): (_S.QUORATE,),
    # Attendance may be counted again before a later vote.
    (_S.QUORATE, _A.FIND_QUORUM): (_S.QUORATE,),
    (_S.METHOD_ADOPTED, _A.FIND_QUORUM): (_S.METHOD_ADOPTED,),
    (_S.OFFICERS_PASSED, _A.FIND_QUORUM): (_S.OFFICERS_PASSED,),
    (_S.QUORATE, _A.ADOPT_METHOD): (_S.METHOD_ADOPTED,),
    (_S.METHOD_ADOPTED, _A.PASS_OFFICERS): (_S.OFFICERS_PASSED,),
    # Who falls out is replaced, by another vote.
    (_S.OFFICERS_PASSED, _A.PASS_OFFICERS): (_S.OFFICERS_PASSED,),
    (_S.OFFICERS_PASSED, _A.HOLD_VOTE): (_S.OFFICERS_PASSED,),
    (_S.OFFICERS_PASSED, _A.JOIN_ROUND): (_S.OFFICERS_PASSED,),
    (_S.OFFICERS_PASSED, _A.CLOSE): (_S.CLOSED,),
}


def sitting_after(state: SittingState, act: SittingAct) -> SittingState:
    """Where the act leads. Raises SittingNotThere."""
    leads = TRANSITIONS.get((state, act))
    if leads is None:
        raise SittingNotThere(sitting_state=state.value, act=act.value)
    return leads[0]
