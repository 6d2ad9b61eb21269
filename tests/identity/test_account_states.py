from __future__ import annotations

import re
from pathlib import Path

import pytest

import gateway.identity
from gateway.identity.domain.accounts import (
    ACTIVATE,
    ACTIVE,
    INVITED,
    RESET,
    REVOKE,
    REVOKED,
    TRANSITIONS,
    Account,
    next_state,
)
from gateway.identity.domain.errors import AccountIsRevoked, CodeInvalid

_ARROW = re.compile(r"^\s+(\w+) --> (\w+): (\w+)$", re.MULTILINE)


def test_the_diagram_in_the_readme_is_the_table() -> None:
    readme = (Path(str(gateway.identity.__file__)).parent / "README.md").read_text(encoding="utf-8")
    drawn = {(state, act): after for state, after, act in _ARROW.findall(readme)}
    assert drawn == dict(TRANSITIONS)


@pytest.mark.parametrize("state", [INVITED, ACTIVE, REVOKED])
@pytest.mark.parametrize("act", [ACTIVATE, RESET, REVOKE])
def test_each_act_in_each_state_moves_on_or_is_refused_by_name(state: str, act: str) -> None:
    account = Account("account_x", "x", "unit_x", state)
    if (state, act) in TRANSITIONS:
        assert next_state(account, act) == TRANSITIONS[state, act]
    else:
        with pytest.raises(CodeInvalid if act == ACTIVATE else AccountIsRevoked):
            next_state(account, act)


def test_a_revoked_account_stays_so() -> None:
    assert all(state != REVOKED for state, _ in TRANSITIONS)
