"""Refusals of identity.

Refusal (services.kernel.refusal)
├── at the door        LoginFailed · TooManyTries · CodeInvalid · CodeExpired · PasswordTooWeak
├── accounts           LoginTaken · AccountIsRevoked · AccountOutOfReach
├── grants             RoleOutOfReach · GrantExists · GrantUnitEnded · UnitPeopleFull
└── keys               UnitKeysFull
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal


class LoginFailed(Refusal):
    """No such login, or not its password; which of the two is not told."""

    code: ClassVar[str] = "LOGIN_FAILED"
    category: ClassVar[Category] = Category.UNAUTHENTICATED


class TooManyTries(Refusal):
    """Too many failed tries for one login, whether it exists or not."""

    code: ClassVar[str] = "TOO_MANY_TRIES"
    category: ClassVar[Category] = Category.THROTTLED
    wait_seconds: int


class CodeInvalid(Refusal):
    """No such login, no code out for it, or not its code; which of them is not told."""

    code: ClassVar[str] = "CODE_INVALID"
    category: ClassVar[Category] = Category.UNAUTHENTICATED


class CodeExpired(Refusal):
    """The code was right, but its time is over: the superior makes a new one."""

    code: ClassVar[str] = "CODE_EXPIRED"
    category: ClassVar[Category] = Category.RULE


class PasswordTooWeak(Refusal):
    """The new password does not do. `weakness` is a term such as "too_short"."""

    code: ClassVar[str] = "PASSWORD_TOO_WEAK"
    category: ClassVar[Category] = Category.RULE
    weakness: str


class LoginTaken(Refusal):
    """Another account has, or had, this login."""

    code: ClassVar[str] = "LOGIN_TAKEN"
    category: ClassVar[Category] = Category.EXISTS
    login: str


class AccountIsRevoked(Refusal):
    """A revoked account stays so."""

    code: ClassVar[str] = "ACCOUNT_REVOKED"
    category: ClassVar[Category] = Category.RULE
    account_id: str


class AccountOutOfReach(Refusal):
    """The account holds a role that the caller does not stand above."""

    code: ClassVar[str] = "ACCOUNT_OUT_OF_REACH"
    category: ClassVar[Category] = Category.DENIED
    account_id: str


class RoleOutOfReach(Refusal):
    """The caller may not give or take this role in this unit."""

    code: ClassVar[str] = "ROLE_OUT_OF_REACH"
    category: ClassVar[Category] = Category.DENIED
    role: str
    unit_id: str


class GrantExists(Refusal):
    """The account holds this role in this unit already."""

    code: ClassVar[str] = "GRANT_EXISTS"
    category: ClassVar[Category] = Category.EXISTS
    role: str
    unit_id: str


class GrantUnitEnded(Refusal):
    """Nothing can be held in a unit that was merged or abolished."""

    code: ClassVar[str] = "GRANT_UNIT_ENDED"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class UnitPeopleFull(Refusal):
    """The unit has its secretary and its reporter; one of them must be revoked first."""

    code: ClassVar[str] = "UNIT_PEOPLE_FULL"
    category: ClassVar[Category] = Category.RULE
    unit_id: str
    people_max: int


class UnitKeysFull(Refusal):
    """The unit has as many valid keys as it may have."""

    code: ClassVar[str] = "UNIT_KEYS_FULL"
    category: ClassVar[Category] = Category.RULE
    unit_id: str
    keys_max: int
