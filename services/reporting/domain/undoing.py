"""The newest act on an assignment is taken back where nothing has followed it. The ledger keeps both (ADR 0044)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from services.reporting.domain import deadlines as due
from services.reporting.domain import directive_events as ev
from services.reporting.domain.assignment_machine import Action, State, next_state
from services.reporting.domain.assignments import Assignment, Case, Outcome
from services.reporting.domain.directive_errors import NothingToUndo, UndoByAnother, UndoFollowed, WithdrawnAbove

# An assignment with more entries than this has its acts no longer taken back.
TRAIL_ENTRIES_MAX: Final = 1_000


class Undoable(StrEnum):
    """What can be taken back."""

    RECEIVE = "receive"
    NAME = "name"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Done:
    """One entry about an assignment."""

    position: int
    at_us: int
    account_id: str
    event: Any


_ACTIONS: Final[Mapping[type, Action]] = {
    ev.AssignmentsDispatched: Action.PASS_ON,
    ev.AssignmentReceived: Action.RECEIVE,
    ev.AssignmentNamed: Action.NAME,
    ev.WorkStarted: Action.START,
    ev.ReportSubmitted: Action.REPORT,
    ev.ReportConfirmed: Action.CONFIRM,
    ev.ReportVerified: Action.VERIFY,
    ev.ReportReturned: Action.RETURN,
    ev.ReportCorrected: Action.CORRECT,
    ev.AssignmentWithdrawn: Action.WITHDRAW,
    ev.AssignmentRestored: Action.RESTORE,
    ev.ExtensionAsked: Action.ASK_EXTENSION,
    ev.ExtensionGranted: Action.GRANT_EXTENSION,
    ev.ExtensionRefused: Action.REFUSE_EXTENSION,
}
_TYPES: Final[Mapping[Undoable, type]] = {
    Undoable.RECEIVE: ev.AssignmentReceived,
    Undoable.NAME: ev.AssignmentNamed,
    Undoable.VERIFY: ev.ReportVerified,
}


def standing(trail: Iterable[Done]) -> list[Done]:
    """The acts of a trail, oldest first, without those that were taken back."""
    kept: list[Done] = []
    for done in trail:
        if isinstance(done.event, ev.ActUndone):
            kept = [other for other in kept if other.position not in done.event.positions]
        elif type(done.event) in _ACTIONS:
            kept.append(done)
    return kept


def undo(case: Case, act: Undoable, trail: Sequence[Done], account_id: str) -> tuple[Outcome, int]:
    """Takes the act back; also says at which position it stood. With a receipt goes the naming of the same tap.

    Raises NothingToUndo, UndoFollowed, UndoByAnother, and what forbids any act.
    """
    case.directive.check_open()
    if case.withdrawn_above:
        raise WithdrawnAbove(unit_id=case.withdrawn_above)
    acts = standing(trail)
    undone = _newest(acts, act)
    if any(done.account_id != account_id for done in undone):
        raise UndoByAnother()
    rest = acts[: -len(undone)]
    own = case.assignment
    if act is not Undoable.VERIFY and own.person_id != _person(acts):
        # The item went to the post's next holder.
        raise UndoFollowed(action="hand_over")
    state = next_state(own.state, Action.UNDO, case.unit_id, _state_before(own, act, rest))
    return Outcome(state, (_undone(case, act, undone, rest, state),)), undone[0].position


def _newest(acts: list[Done], act: Undoable) -> list[Done]:
    """The entries of the newest act of this kind, which must be the last."""
    places = [place for place, done in enumerate(acts) if isinstance(done.event, _TYPES[act])]
    if not places:
        raise NothingToUndo(action=act.value)
    undone, later = acts[places[-1] : places[-1] + 1], acts[places[-1] + 1 :]
    if act is Undoable.RECEIVE and later and _one_tap(undone[0], later[0]):
        undone.append(later.pop(0))
    if later:
        raise UndoFollowed(action=_ACTIONS[type(later[0].event)].value)
    return undone


def _one_tap(received: Done, after: Done) -> bool:
    same = (received.at_us, received.account_id) == (after.at_us, after.account_id)
    return same and isinstance(after.event, ev.AssignmentNamed) and after.position == received.position + 1


def _naming(acts: Iterable[Done]) -> ev.AssignmentNamed | None:
    """Who is named by what stands."""
    named = None
    for done in acts:
        if isinstance(done.event, ev.AssignmentNamed):
            named = done.event
    return named


def _person(acts: Iterable[Done]) -> str:
    named = _naming(acts)
    return named.person_id if named else ""


def _state_before(own: Assignment, act: Undoable, rest: Iterable[Done]) -> State:
    if act is Undoable.RECEIVE:
        return State.DISPATCHED
    if act is Undoable.NAME:
        return own.state if _naming(rest) else State.RECEIVED
    reports = [done.event for done in rest if isinstance(done.event, ev.ReportSubmitted | ev.ReportCorrected)]
    rectified = bool(reports) and isinstance(reports[-1], ev.ReportSubmitted) and reports[-1].rectifies
    return State.RECTIFIED if rectified else State.REPORTED


def _undone(case: Case, act: Undoable, undone: Sequence[Done], rest: Sequence[Done], state: State) -> ev.ActUndone:
    own, positions = case.assignment, tuple(done.position for done in undone)
    key = (case.directive.directive_id, case.unit_id, act.value, positions)
    if act is Undoable.VERIFY:
        verified: ev.ReportVerified = undone[0].event
        return ev.ActUndone(
            *key, (due.VERIFY,), state.value, own.post_id, own.person_id, own.target_us, 0,
            verified.verifier_unit_id, verified.late_working_minutes,
        )  # fmt: skip
    named = _naming(rest)
    if named is not None:
        again = (named.post_id, named.person_id, named.target_us, named.due_us)
        return ev.ActUndone(*key, (), state.value, *again, "", 0)
    stages = tuple(due.RECEIVE if isinstance(done.event, ev.AssignmentReceived) else due.NAME for done in undone)
    return ev.ActUndone(*key, stages, state.value, "", "", 0, 0, "", 0)
