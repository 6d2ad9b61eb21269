"""The life of a tally sheet as one table: read twice, blind, by different people. The README draws it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.tally.domain.errors import SheetNotThere


class SheetState(StrEnum):
    """How far a sheet has come."""

    EMPTY = "empty"
    FIRST_IN_PROGRESS = "first_in_progress"
    FIRST_FINALISED = "first_finalised"
    SECOND_IN_PROGRESS = "second_in_progress"
    DIFFERENCES = "differences"
    DISPUTED = "disputed"  # the paper contradicts itself
    SENT_BACK = "sent_back"  # the group counts again, in full
    SETTLED = "settled"
    SIGNED = "signed"  # by teller and scrutineer


class SheetAct(StrEnum):
    """What may happen to it."""

    START = "start"
    DISCARD = "discard"
    FINALISE = "finalise"
    REREAD = "reread"
    DISPUTE = "dispute"
    SEND_BACK = "send_back"
    RECOUNT = "recount"
    SIGN = "sign"
    UNSIGN = "unsign"


_S, _A = SheetState, SheetAct

TRANSITIONS: Final[Mapping[tuple[SheetState, SheetAct], tuple[SheetState, ...]]] = {
    (_S.EMPTY, _A.START): (_S.FIRST_IN_PROGRESS,),
    (_S.SENT_BACK, _A.START): (_S.FIRST_IN_PROGRESS,),
    (_S.FIRST_IN_PROGRESS, _A.DISCARD): (_S.EMPTY,),
    (_S.FIRST_IN_PROGRESS, _A.FINALISE): (_S.FIRST_FINALISED,),
    (_S.FIRST_IN_PROGRESS, _A.DISPUTE): (_S.DISPUTED,),
    # Whoever holds it cannot go on: a lost tablet, an illness.
    (_S.FIRST_IN_PROGRESS, _A.SEND_BACK): (_S.SENT_BACK,),
    (_S.SECOND_IN_PROGRESS, _A.SEND_BACK): (_S.SENT_BACK,),
    (_S.FIRST_FINALISED, _A.START): (_S.SECOND_IN_PROGRESS,),
    (_S.FIRST_FINALISED, _A.SEND_BACK): (_S.SENT_BACK,),
    (_S.SECOND_IN_PROGRESS, _A.DISCARD): (_S.FIRST_FINALISED,),
    (_S.SECOND_IN_PROGRESS, _A.FINALISE): (_S.SETTLED, _S.DIFFERENCES),
    (_S.SECOND_IN_PROGRESS, _A.DISPUTE): (_S.DISPUTED,),
    (_S.DIFFERENCES, _A.REREAD): (_S.SETTLED, _S.DIFFERENCES, _S.DISPUTED),
    (_S.DIFFERENCES, _A.DISPUTE): (_S.DISPUTED,),
    (_S.DIFFERENCES, _A.SEND_BACK): (_S.SENT_BACK,),
    (_S.DISPUTED, _A.SEND_BACK): (_S.SENT_BACK,),
    (_S.SETTLED, _A.SIGN): (_S.SETTLED, _S.SIGNED),
    (_S.SETTLED, _A.UNSIGN): (_S.SETTLED,),
    (_S.SIGNED, _A.UNSIGN): (_S.SETTLED,),
    (_S.SETTLED, _A.RECOUNT): (_S.SENT_BACK,),
    (_S.SIGNED, _A.RECOUNT): (_S.SENT_BACK,),
}

HELD: Final = frozenset({SheetState.FIRST_IN_PROGRESS, SheetState.SECOND_IN_PROGRESS})
AGREED: Final = frozenset({SheetState.SETTLED, SheetState.SIGNED})


def sheet_leads(state: SheetState, act: SheetAct) -> tuple[SheetState, ...]:
    """Where the act may lead. Raises SheetNotThere."""
    leads = TRANSITIONS.get((state, act))
    if leads is None:
        raise SheetNotThere(sheet_state=state.value, act=act.value)
    return leads
