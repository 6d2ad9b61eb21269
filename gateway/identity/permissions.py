"""Who may call what of identity. The domain's rules on roles come on top (domain/grants.py)."""

from __future__ import annotations

from services.chassis.permissions import (
    ANYONE,
    MACHINE,
    OPERATOR,
    UNIT_SECRETARY,
    PermissionTable,
    Where,
    allow,
)

# The district for its subtree, the machine's administrator, and a secretary for the units below, never for their own.
_SUPERIOR = (allow(OPERATOR, MACHINE, where=Where.WITHIN), allow(UNIT_SECRETARY, where=Where.ABOVE))
_SEES = (allow(OPERATOR, UNIT_SECRETARY, MACHINE, where=Where.WITHIN),)

PERMISSIONS: PermissionTable = {
    "CreateOperator": (allow(MACHINE, where=Where.HELD),),
    "IssueUnitAccounts": (allow(OPERATOR, MACHINE, where=Where.WITHIN, target="subtree_unit_id"),),
    "CreateAccount": _SUPERIOR,
    "GiveGrant": _SUPERIOR,
    "RevokeGrant": _SUPERIOR,
    "ResetAccount": _SUPERIOR,
    "RevokeAccount": _SUPERIOR,
    "IssueKey": (allow(OPERATOR, MACHINE, where=Where.WITHIN), allow(UNIT_SECRETARY, where=Where.OWN)),
    "RevokeKey": (allow(OPERATOR, MACHINE, UNIT_SECRETARY, where=Where.WITHIN),),
    "Activate": (ANYONE,),
    "LogIn": (ANYONE,),
    "LogOut": (ANYONE,),
    "ResolveSession": (ANYONE,),
    "ResolveKey": (ANYONE,),
    "ListAccounts": _SEES,
    "ListKeys": _SEES,
}
