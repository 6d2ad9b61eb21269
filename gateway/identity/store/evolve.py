"""Folds identity's events into its state tables; nothing else changes them."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.identity.domain import events
from gateway.identity.domain.accounts import ACTIVATE, INVITED, RESET, REVOKE, next_state
from gateway.identity.store.accounts import load_account
from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import StoreCorrupt, Transaction


def account_created(tx: Transaction, fact: Fact, event: events.AccountCreated) -> None:
    tx.run("INSERT INTO account VALUES (?, ?, ?, ?)", (event.account_id, event.login, event.unit_id, INVITED))


def account_activated(tx: Transaction, fact: Fact, event: events.AccountActivated) -> None:
    _move(tx, event.account_id, ACTIVATE)


def account_reset(tx: Transaction, fact: Fact, event: events.AccountReset) -> None:
    _move(tx, event.account_id, RESET)


def account_revoked(tx: Transaction, fact: Fact, event: events.AccountRevoked) -> None:
    _move(tx, event.account_id, REVOKE)
    tx.run("DELETE FROM held_grant WHERE account_id = ?", (event.account_id,))


def grant_given(tx: Transaction, fact: Fact, event: events.GrantGiven) -> None:
    tx.run(
        "INSERT INTO held_grant VALUES (?, ?, ?, ?, ?, ?)",
        (event.grant_id, event.account_id, event.role, event.unit_id, int(event.acting), event.until_us),
    )


def grant_revoked(tx: Transaction, fact: Fact, event: events.GrantRevoked) -> None:
    tx.run("DELETE FROM held_grant WHERE grant_id = ?", (event.grant_id,))


def key_issued(tx: Transaction, fact: Fact, event: events.KeyIssued) -> None:
    tx.run(
        "INSERT INTO system_key VALUES (?, ?, ?, ?, ?, ?, 0)",
        (event.key_id, event.account_id, event.unit_id, event.label, event.role, event.until_us),
    )


def key_revoked(tx: Transaction, fact: Fact, event: events.KeyRevoked) -> None:
    tx.run("UPDATE system_key SET revoked = 1 WHERE key_id = ?", (event.key_id,))


def _move(tx: Transaction, account_id: str, act: str) -> None:
    account = load_account(tx, account_id)
    if account is None:
        raise StoreCorrupt(f"the ledger speaks of {account_id}, which was never created")
    tx.run("UPDATE account SET state = ? WHERE account_id = ?", (next_state(account, act), account_id))


EVOLVE: Mapping[type, Evolve] = {
    events.AccountCreated: account_created,
    events.AccountActivated: account_activated,
    events.AccountReset: account_reset,
    events.AccountRevoked: account_revoked,
    events.GrantGiven: grant_given,
    events.GrantRevoked: grant_revoked,
    events.KeyIssued: key_issued,
    events.KeyRevoked: key_revoked,
}
