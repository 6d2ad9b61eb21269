"""What identity writes to its ledger: accounts, grants and keys. Never a name, a secret, a session or a log-in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountCreated:
    """An account without a password; ``unit_id`` empty means the root unit, whichever it is."""

    account_id: str
    login: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class AccountActivated:
    """The account has a password from now on."""

    account_id: str


@dataclass(frozen=True, slots=True)
class AccountReset:
    """Password and sessions ended; a new one-time code is out."""

    account_id: str


@dataclass(frozen=True, slots=True)
class AccountRevoked:
    """The account and all its grants ended, for good."""

    account_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class GrantGiven:
    """A role held in a unit; ``until_us`` 0 means until revoked."""

    account_id: str
    grant_id: str
    role: str
    unit_id: str
    acting: bool
    until_us: int


@dataclass(frozen=True, slots=True)
class GrantRevoked:
    """The role is held no longer."""

    account_id: str
    grant_id: str


@dataclass(frozen=True, slots=True)
class KeyIssued:
    """A key of a unit's own system; ``account_id`` is who answers for it."""

    key_id: str
    account_id: str
    unit_id: str
    label: str
    until_us: int
    role: str


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    """The key opens nothing any more."""

    key_id: str


EVENTS: tuple[type, ...] = (
    AccountCreated,
    AccountActivated,
    AccountReset,
    AccountRevoked,
    GrantGiven,
    GrantRevoked,
    KeyIssued,
    KeyRevoked,
)
