"""Which keys of log lines, spans and metric labels may hold personal data or secrets: those are not written.

A machine can check the names of keys only; the words of an event are for the reader of the code.
"""

from functools import lru_cache
from typing import Final

PERSONAL_KEYS: Final = frozenset(
    {
        "account_name",
        "address",
        "answer",
        "author",
        "body",
        "cell",
        "code_once",
        "comment",
        "content",
        "data",
        "display_name",
        "full_name",
        "holder",
        "holder_name",
        "id_number",
        "login",
        "name",
        "note",
        "opinion",
        "payload",
        "principal",
        "secretary",
        "text",
        "user",
        "user_name",
        "username",
    }
)
"""Whole keys."""

PERSONAL_WORDS: Final = frozenset(
    {
        "authorization",
        "ballot",
        "birthday",
        "complaint",
        "cookie",
        "email",
        "ip",
        "mail",
        "mobile",
        "passcode",
        "passphrase",
        "password",
        "person",
        "phone",
        "reporter",
        "secret",
        "sex",
        "token",
        "wechat",
    }
)
"""Words that a key is joined of, such as `home_phone`."""

_KEYS_CACHED_MAX: Final = 4_096


@lru_cache(maxsize=_KEYS_CACHED_MAX)
def is_personal(key: str) -> bool:
    """Whether a key may hold personal data or a secret."""
    folded = key.lower()
    return folded in PERSONAL_KEYS or not PERSONAL_WORDS.isdisjoint(folded.split("_"))
