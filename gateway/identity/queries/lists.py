"""Accounts of a subtree, and keys of a unit."""

from __future__ import annotations

from typing import Final

from gateway.identity.domain.accounts import Account
from gateway.identity.queries.roles import held_roles
from gateway.identity.store.accounts import load_grants, load_page
from gateway.identity.store.keys import load_keys_in
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis import tree
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.scope import Scope

ROWS_DEFAULT: Final = 50
ROWS_MAX: Final = 500
KEYS_LISTED_MAX: Final = 200


def list_accounts(query: pb.ListAccountsRequest, ask: Ask) -> pb.ListAccountsResponse:
    """Accounts of the unit and of those below it, by login; revoked ones too. Raises BadRequest."""
    wanted = rows_of(query, ROWS_DEFAULT, ROWS_MAX)
    (after_login,) = key_of(query, "")
    unit, root = tree.find(ask.reader, query.unit_id), tree.root(ask.reader)
    below = Scope((unit.path,)) if unit else Scope((), everything=not query.unit_id)
    root_id = root.unit_id if root else ""
    found = load_page(ask.reader, (ask.scope(), below), root_id, str(after_login), wanted + 1)
    page = found[:wanted]
    return pb.ListAccountsResponse(
        accounts=[_shown(ask, account) for account in page],
        next_cursor=cursor_of(page[-1].login) if len(found) > wanted else "",
    )


def list_keys(query: pb.ListKeysRequest, ask: Ask) -> pb.ListKeysResponse:
    """Keys of the unit, valid ones first; of the rest only the newest."""
    shown = [
        pb.Key(
            key_id=key.key_id,
            unit_id=key.unit_id,
            label=key.label,
            role=key.role,
            until_us=key.until_us,
            revoked=key.revoked,
        )
        for key in load_keys_in(ask.reader, query.unit_id, KEYS_LISTED_MAX)
    ]
    return pb.ListKeysResponse(keys=shown)


def _shown(ask: Ask, account: Account) -> pb.Account:
    roles = held_roles(ask.reader, load_grants(ask.reader, account.account_id), ask.context.now_us())
    return pb.Account(
        account_id=account.account_id,
        login=account.login,
        unit_id=account.unit_id,
        state=account.state,
        roles=roles,
    )
