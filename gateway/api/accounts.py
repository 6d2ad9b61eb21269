"""Accounts, what they may do, and keys of units' own systems. One-time codes and secrets are shown once."""

from __future__ import annotations

from typing import Final

from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_TAG: Final = "accounts"
_UNIT: Final = "/units/{unit_id}"
_ONE: Final = _UNIT + "/accounts/{account_id}"


def _forget(incoming: Incoming) -> None:
    """What the account or key may do has changed: the next request asks anew."""
    incoming.api.callers.forget_account(incoming.params.get("account_id") or incoming.params["key_id"])


OPERATIONS: Final[tuple[Operation, ...]] = (
    command("issue_unit_accounts", "POST", "/accounts/issue", "identity.IssueUnitAccounts",
            tag=_TAG, summary="One-time codes for units without accounts, a page of units at a time", status=201,
            required=("subtree_unit_id", "people_per_unit"),
            example={"subtree_unit_id": "unit_0v3k9d1m7q2x8b4c", "people_per_unit": 2, "units_max": 100}),
    query("list_accounts", _UNIT + "/accounts", "identity.ListAccounts",
          tag=_TAG, summary="The accounts of a unit", items="accounts"),
    command("create_account", "POST", _UNIT + "/accounts", "identity.CreateAccount",
            tag=_TAG, summary="Another account for a unit", status=201, required=("login", "role"),
            example={"login": "370211.12-3", "role": "unit_reporter"}),
    command("reset_account", "POST", _ONE + "/reset", "identity.ResetAccount",
            tag=_TAG, summary="A new one-time code; the old password and all sessions end", then=_forget),
    command("revoke_account", "POST", _ONE + "/revoke", "identity.RevokeAccount",
            tag=_TAG, summary="End an account", example={"reason": "调离"}, then=_forget),
    command("give_grant", "POST", _ONE + "/grants", "identity.GiveGrant",
            tag=_TAG, summary="Give an account a role in this unit", status=201, required=("role",),
            example={"role": "verifier", "acting": False, "until_us": 0}, then=_forget),
    command("revoke_grant", "DELETE", _ONE + "/grants/{grant_id}", "identity.RevokeGrant",
            tag=_TAG, summary="Take a role back", status=204, then=_forget),
    query("list_keys", _UNIT + "/keys", "identity.ListKeys",
          tag=_TAG, summary="The keys of a unit's own systems", items="keys"),
    command("issue_key", "POST", _UNIT + "/keys", "identity.IssueKey",
            tag=_TAG, summary="A key for a unit's own system", status=201, required=("label", "role"),
            example={"label": "办公系统", "role": "unit_reporter", "days": 180}),
    command("revoke_key", "DELETE", _UNIT + "/keys/{key_id}", "identity.RevokeKey",
            tag=_TAG, summary="End a key", status=204, then=_forget),
)  # fmt: skip
