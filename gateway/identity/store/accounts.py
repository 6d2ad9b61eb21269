"""Reads accounts and their grants."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.identity.domain.accounts import Account
from gateway.identity.domain.grants import UNIT_ROLES, HeldGrant
from services.chassis import tree
from services.chassis.scope import Scope
from services.chassis.store import Reader, Row, Value, int_of, text_of
from services.chassis.tree import TreeUnit

_GRANT = "grant_id, account_id, role, unit_id, acting, until_us"
# A grant that has not run out; its parameter is security time.
_LIVE = "(g.until_us = 0 OR g.until_us > ?)"


def _account(row: Row) -> Account:
    return Account(text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]))


def _grant(row: Row) -> HeldGrant:
    return HeldGrant(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), bool(int_of(row[4])), int_of(row[5])
    )


def load_account(reader: Reader, account_id: str) -> Account | None:
    """The account, also when it is revoked."""
    row = reader.one("SELECT account_id, login, unit_id, state FROM account WHERE account_id = ?", (account_id,))
    return _account(row) if row else None


def load_by_login(reader: Reader, login: str) -> Account | None:
    """The account of that login, also when it is revoked."""
    row = reader.one("SELECT account_id, login, unit_id, state FROM account WHERE login = ?", (login,))
    return _account(row) if row else None


def load_grant(reader: Reader, grant_id: str) -> HeldGrant | None:
    """A grant that was not revoked."""
    row = reader.one(f"SELECT {_GRANT} FROM held_grant WHERE grant_id = ?", (grant_id,))
    return _grant(row) if row else None


def load_grants(reader: Reader, account_id: str) -> list[HeldGrant]:
    """All grants of an account that were not revoked, those run out among them."""
    rows = reader.all(f"SELECT {_GRANT} FROM held_grant WHERE account_id = ? ORDER BY grant_id", (account_id,))
    return [_grant(r) for r in rows]


def load_grants_in(reader: Reader, unit_id: str) -> list[HeldGrant]:
    """All grants held in a unit."""
    rows = reader.all(f"SELECT {_GRANT} FROM held_grant WHERE unit_id = ? ORDER BY grant_id", (unit_id,))
    return [_grant(r) for r in rows]


def load_people(reader: Reader, unit_id: str, now_us: int) -> frozenset[str]:
    """Account ids of the unit's secretary and reporter."""
    return frozenset(g.account_id for g in load_grants_in(reader, unit_id) if g.role in UNIT_ROLES and g.live(now_us))


def load_units_to_invite(reader: Reader, below: Scope, after_path: str, units_max: int, now_us: int) -> list[TreeUnit]:
    """Active units below that have neither secretary nor reporter, in path order."""
    inside, params = below.where("u.path")
    rows = reader.all(
        "SELECT u.unit_id FROM tree_unit u "
        f"WHERE {inside} AND u.state = 'active' AND ? < u.path AND NOT EXISTS ("
        f"SELECT 1 FROM held_grant g WHERE g.unit_id = u.unit_id AND g.role IN (?, ?) AND {_LIVE}) "
        "ORDER BY u.path LIMIT ?",
        (*params, after_path, *UNIT_ROLES, now_us, units_max),
    )
    return [unit for r in rows if (unit := tree.find(reader, text_of(r[0]))) is not None]


def load_page(reader: Reader, scopes: Sequence[Scope], root_id: str, after_login: str, rows_max: int) -> list[Account]:
    """Accounts whose unit lies in all the scopes, by login; revoked ones come too."""
    wheres: list[str] = []
    params: list[Value] = []
    for scope in scopes:
        where, values = scope.where("u.path")
        wheres.append(where)
        params += values
    rows = reader.all(
        "SELECT a.account_id, a.login, a.unit_id, a.state FROM account a "
        "LEFT JOIN tree_unit u ON u.unit_id = COALESCE(NULLIF(a.unit_id, ''), ?) "
        f"WHERE {' AND '.join(wheres)} AND a.login > ? ORDER BY a.login LIMIT ?",
        (root_id, *params, after_login, rows_max),
    )
    return [_account(r) for r in rows]
