"""Login names: lower-case letters, digits, dots and dashes, so that a login is no person's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gateway.identity.domain.grants import UNIT_SECRETARY
from services.kernel.text import name_key

LOGIN_CHARS_MAX: Final = 64
LOGIN_SUFFIX_MAX: Final = 99
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_OTHERS: Final = re.compile(r"[^a-z0-9._-]+")
_SUFFIX_SECRETARY: Final = 1
_SUFFIX_REPORTER: Final = 2


def fold_login(typed: str) -> str:
    """A login as it is kept: full-width letters and digits folded, lower case, no spaces."""
    return name_key(typed[: LOGIN_CHARS_MAX * 2])


def valid_login(login: str) -> bool:
    """2 to 64 of a–z, 0–9, dot, dash and underscore; begins with a letter or digit."""
    return _LOGIN.fullmatch(login) is not None


def unit_logins(code: str, unit_id: str, role: str) -> Iterator[str]:
    """Logins for a person of a unit, the wanted one first: its code with -1 (secretary) or -2 (reporter).

    Later ones serve where an account that was revoked has the first. A unit without a code goes by its id.
    """
    stem = _OTHERS.sub("-", name_key(code)).strip("._-") or unit_id.partition("_")[2]
    stem = stem[: LOGIN_CHARS_MAX - 3]
    yield f"{stem}-{_SUFFIX_SECRETARY if role == UNIT_SECRETARY else _SUFFIX_REPORTER}"
    for number in range(_SUFFIX_REPORTER + 1, LOGIN_SUFFIX_MAX + 1):
        yield f"{stem}-{number}"
