"""Accounts of a district, made by the machine's administrator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from huanjie.identity.v1 import identity_pb2 as pb
from huanjie.reporting.v1 import reporting_pb2
from services.chassis.refusals import NotFound

if TYPE_CHECKING:
    from infra.local.machine import Machine

PAGE_UNITS = 100
ISSUE_SECONDS_MAX = 60.0


async def create_operator(machine: Machine, login: str, password: str, role: str) -> str:
    """An operator or inspector of the whole district, who can log in at once; returns the account's id."""
    request = pb.CreateOperatorRequest(login=login, password=password, role=role)
    answer = await machine.call("identity", "CreateOperator", request, pb.CreateOperatorResponse)
    return answer.account_id


async def issue_accounts(machine: Machine, unit_id: str, people_per_unit: int) -> AsyncIterator[pb.NewAccount]:
    """One-time codes for every unit of the subtree that has no accounts yet, in the order of the tree."""
    after = ""
    while True:
        request = pb.IssueUnitAccountsRequest(
            subtree_unit_id=unit_id, people_per_unit=people_per_unit, after_path=after, units_max=PAGE_UNITS
        )
        page = await machine.call(
            "identity", "IssueUnitAccounts", request, pb.IssueUnitAccountsResponse, ISSUE_SECONDS_MAX
        )
        for account in page.accounts:
            yield account
        if not (after := page.next_path):
            return


async def find_unit(machine: Machine, code: str) -> reporting_pb2.Unit:
    """The unit of a code; the root for an empty one. Raises NotFound."""
    if code:
        request = reporting_pb2.ListUnitsRequest(code=code)
    else:
        request = reporting_pb2.ListUnitsRequest(kinds=["district_committee"])
    found = (await machine.call("reporting", "ListUnits", request, reporting_pb2.ListUnitsResponse)).units
    if not found:
        raise NotFound(kind="unit", id=code)
    return found[0]
