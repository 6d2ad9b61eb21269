"""An account's life, as one table; the README draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.identity.domain.errors import AccountIsRevoked, CodeInvalid

INVITED: Final = "invited"
ACTIVE: Final = "active"
REVOKED: Final = "revoked"

ACTIVATE: Final = "activate"
RESET: Final = "reset"
REVOKE: Final = "revoke"

# (state, act) → next state. An account begins invited; what is not here is refused.
TRANSITIONS: Final[Mapping[tuple[str, str], str]] = {
    (INVITED, ACTIVATE): ACTIVE,
    (INVITED, RESET): INVITED,
    (INVITED, REVOKE): REVOKED,
    (ACTIVE, RESET): INVITED,
    (ACTIVE, REVOKE): REVOKED,
}


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in. ``unit_id`` is the unit whose superiors may reset it; empty means the root unit."""

    account_id: str
    login: str
    unit_id: str
    state: str


def next_state(account: Account, act: str) -> str:
    """The state after the act. Raises AccountIsRevoked, or CodeInvalid where there is no code to use."""
    found = TRANSITIONS.get((account.state, act))
    if found is not None:
        return found
    if act == ACTIVATE:
        raise CodeInvalid()
    raise AccountIsRevoked(account_id=account.account_id)
