"""What could be done with an assignment now, for whoever shows buttons. The acts themselves decide anew."""

from __future__ import annotations

from services.kernel.refusal import Refusal
from services.reporting.domain.assignment_machine import Action
from services.reporting.domain.assignments import Case, extensible


def offers(case: Case, action: Action, account_id: str) -> bool:
    """Whether the action would not be refused for the assignment's own sake; who may do it is asked elsewhere."""
    try:
        case.after(action)
    except Refusal:
        return False
    own = case.assignment
    match action:
        case Action.CONFIRM:
            return bool(own.on_behalf_by_unit_id) and not own.confirmed
        case Action.VERIFY | Action.RETURN:
            return account_id != own.reporter_id
        case Action.ASK_EXTENSION:
            return bool(extensible(case))
        case Action.GRANT_EXTENSION | Action.REFUSE_EXTENSION:
            return bool(own.asked_stage)
        case _:
            return True
