"""Accounts for all units of a subtree, a page at a time, for a sheet that is printed once."""

from __future__ import annotations

from typing import Final

from gateway.identity.commands.opening import NewCode, first_free, held_unit, invite, new_codes
from gateway.identity.domain.grants import UNIT_PEOPLE_MAX, UNIT_ROLES
from gateway.identity.domain.logins import unit_logins
from gateway.identity.store.accounts import load_units_to_invite
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.binding import replies_with_secret, rests_on_absence_of
from services.chassis.refusals import BadRequest
from services.chassis.scope import Scope

# A page keeps the writer for some 40 ms.
UNITS_MAX: Final = 100


def prepare_issue_unit_accounts(command: pb.IssueUnitAccountsRequest, ask: Ask) -> tuple[NewCode, ...]:
    """As many codes as the page can need."""
    return new_codes(ask.context.codes, _units_wanted(command) * _people_wanted(command))


@replies_with_secret
@rests_on_absence_of("reporting")
def issue_unit_accounts(command: pb.IssueUnitAccountsRequest, act: Act) -> pb.IssueUnitAccountsResponse:
    """A secretary, or a secretary and a reporter, for each unit that has neither.

    Raises BadRequest, NotFound, GrantUnitEnded.
    """
    top = held_unit(act.tx, command.subtree_unit_id)
    roles, wanted = UNIT_ROLES[: _people_wanted(command)], _units_wanted(command)
    units = load_units_to_invite(act.tx, Scope((top.path,)), command.after_path, wanted, act.wall_us)
    codes = iter(act.prepared)
    accounts = [
        invite(act, unit, first_free(act.tx, unit_logins(unit.code, unit.unit_id, role)), role, next(codes))
        for unit in units
        for role in roles
    ]
    next_path = units[-1].path if len(units) == wanted else ""
    return pb.IssueUnitAccountsResponse(accounts=accounts, next_path=next_path)


def _people_wanted(command: pb.IssueUnitAccountsRequest) -> int:
    if not 1 <= command.people_per_unit <= UNIT_PEOPLE_MAX:
        raise BadRequest(field="people_per_unit", problem="out_of_range")
    return command.people_per_unit


def _units_wanted(command: pb.IssueUnitAccountsRequest) -> int:
    return min(command.units_max or UNITS_MAX, UNITS_MAX)
