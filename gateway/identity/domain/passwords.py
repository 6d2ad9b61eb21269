"""What a new password must be; length is what counts (NIST SP 800-63B), composition rules are not asked."""

from __future__ import annotations

import unicodedata
from typing import Final

from gateway.identity.domain.errors import PasswordTooWeak

PASSWORD_CHARS_MIN: Final = 10
PASSWORD_CHARS_MAX: Final = 128
DIFFERENT_CHARS_MIN: Final = 4
# What everybody tries first, of at least PASSWORD_CHARS_MIN characters.
COMMON: Final = frozenset({
    "0123456789", "1234567890", "0987654321", "9876543210", "12345678910", "123456789a", "a123456789",
    "1q2w3e4r5t", "1qaz2wsx3edc", "qwertyuiop", "qwerty1234", "abcdefghij", "abcd123456", "abc1234567",
    "password12", "password123", "passw0rd123", "p@ssw0rd123", "admin12345", "admin123456", "administrator",
    "huanjie123", "huanjie2026", "woaini1314", "woaini5201314", "5201314520", "1314520520",
})  # fmt: skip


def fold_password(typed: str) -> str:
    """NFKC, so that a full-width digit from an input method is the digit that was meant."""
    return unicodedata.normalize("NFKC", typed)


def check_password(typed: str, login: str) -> None:
    """Raises PasswordTooWeak: too_short, too_long, same_as_login, too_common or too_uniform."""
    if len(typed) > PASSWORD_CHARS_MAX:
        raise PasswordTooWeak(weakness="too_long")
    password = fold_password(typed).casefold()
    if len(password) < PASSWORD_CHARS_MIN:
        raise PasswordTooWeak(weakness="too_short")
    if password == login:
        raise PasswordTooWeak(weakness="same_as_login")
    if password in COMMON:
        raise PasswordTooWeak(weakness="too_common")
    if len(set(password)) < DIFFERENT_CHARS_MIN:
        raise PasswordTooWeak(weakness="too_uniform")
