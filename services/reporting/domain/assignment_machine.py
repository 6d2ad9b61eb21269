"""The life of an assignment as one table. The README draws it; a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.reporting.domain.directive_errors import NotDispatched, WrongState


class State(StrEnum):
    """How far an assignment has come."""

    PENDING = "pending"  # the unit above has not passed it on
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    NAMED = "named"
    STARTED = "started"
    REPORTED = "reported"
    RETURNED = "returned"
    RECTIFIED = "rectified"  # reported again after a return
    VERIFIED = "verified"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What may happen to it."""

    DISPATCH = "dispatch"  # by the unit above
    RECEIVE = "receive"
    NAME = "name"
    PASS_ON = "pass_on"  # to the children: their dispatch
    START = "start"
    REPORT = "report"
    CONFIRM = "confirm"
    CORRECT = "correct"  # what was verified
    VERIFY = "verify"
    RETURN = "return"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    UNDO = "undo"  # of the newest act, by who did it


_S, _A = State, Action
_UNDER_WAY: Final = (_S.DISPATCHED, _S.RECEIVED, _S.NAMED, _S.STARTED, _S.RETURNED)
_ON_DESK: Final = (_S.RECEIVED, _S.NAMED, _S.STARTED, _S.REPORTED, _S.RETURNED, _S.RECTIFIED, _S.VERIFIED)
_STANDING: Final = tuple(state for state in State if state is not State.WITHDRAWN)


def _staying(action: Action, *states: State) -> dict[tuple[State, Action], tuple[State, ...]]:
    return {(state, action): (state,) for state in states}


# (state, action) → where it may lead. `restore` leads back to where `withdraw` began, `undo` to where its act did.
TRANSITIONS: Final[Mapping[tuple[State, Action], tuple[State, ...]]] = {
    (_S.PENDING, _A.DISPATCH): (_S.DISPATCHED,),
    (_S.DISPATCHED, _A.RECEIVE): (_S.RECEIVED,),
    (_S.RECEIVED, _A.NAME): (_S.NAMED,),
    **_staying(_A.NAME, _S.NAMED, _S.STARTED, _S.RETURNED),
    **_staying(_A.PASS_ON, *_ON_DESK),
    (_S.NAMED, _A.START): (_S.STARTED,),
    # A report from "named" records the start as well.
    (_S.NAMED, _A.REPORT): (_S.REPORTED,),
    (_S.STARTED, _A.REPORT): (_S.REPORTED,),
    (_S.RETURNED, _A.REPORT): (_S.RECTIFIED,),
    # A correction before verification.
    **_staying(_A.REPORT, _S.REPORTED, _S.RECTIFIED),
    **_staying(_A.CONFIRM, _S.REPORTED, _S.RECTIFIED, _S.VERIFIED),
    (_S.REPORTED, _A.VERIFY): (_S.VERIFIED,),
    (_S.RECTIFIED, _A.VERIFY): (_S.VERIFIED,),
    (_S.VERIFIED, _A.CORRECT): (_S.REPORTED,),
    (_S.REPORTED, _A.RETURN): (_S.RETURNED,),
    (_S.RECTIFIED, _A.RETURN): (_S.RETURNED,),
    **{(state, _A.WITHDRAW): (_S.WITHDRAWN,) for state in _STANDING},
    (_S.WITHDRAWN, _A.RESTORE): _STANDING,
    (_S.RECEIVED, _A.UNDO): (_S.DISPATCHED,),
    # Receipt and naming were one tap, or only the naming goes, or it gives way to the one before it.
    (_S.NAMED, _A.UNDO): (_S.DISPATCHED, _S.RECEIVED, _S.NAMED),
    **_staying(_A.UNDO, _S.STARTED, _S.RETURNED),
    (_S.VERIFIED, _A.UNDO): (_S.REPORTED, _S.RECTIFIED),
    **_staying(_A.ASK_EXTENSION, *_UNDER_WAY),
    **_staying(_A.GRANT_EXTENSION, *_UNDER_WAY),
    **_staying(_A.REFUSE_EXTENSION, *_UNDER_WAY),
}

# Nothing more is owed.
CLOSED: Final = frozenset({State.PENDING, State.VERIFIED, State.WITHDRAWN})


def allows(state: State, action: Action) -> bool:
    """Whether the table has the action in this state."""
    return (state, action) in TRANSITIONS


def next_state(state: State, action: Action, unit_id: str, before: State = State.PENDING) -> State:
    """Where the action leads; `before`: the state that a withdrawal ended, or that an undone act began in.

    NotDispatched, WrongState.
    """
    leads = TRANSITIONS.get((state, action))
    if leads is None:
        if state is State.PENDING:
            raise NotDispatched(unit_id=unit_id)
        raise WrongState(state=state.value, action=action.value)
    return before if before in leads else leads[0]
