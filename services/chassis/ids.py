"""Random ids: a prefix that says what is named, and 80 random bits, such as `unit_0v3k9d1m7q2x8b4c`.

Never reused, never derived from anything; codes and printed numbers are attributes. 80 bits: among 100
million ids of one prefix the odds of any collision are below one in a hundred million.
"""

import re
import secrets
from collections.abc import Callable
from typing import Final

RANDOM_BYTES: Final = 10
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_PREFIX: Final = re.compile(r"[a-z]{2,16}")
_BODY: Final = re.compile(f"[{_ALPHABET}]{{16}}")


class Ids:
    """Makes ids from random bytes; tests and rehearsals seed them: `Ids(Random(7).randbytes)`."""

    def __init__(self, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._random = random

    def new(self, prefix: str) -> str:
        """A new id. The prefix is 2 to 16 lower-case letters, else ValueError."""
        if not _PREFIX.fullmatch(prefix):
            raise ValueError(f"an id's prefix is 2 to 16 lower-case letters, not {prefix!r}")
        bits = int.from_bytes(self._random(RANDOM_BYTES), "big")
        return prefix + "_" + "".join([_PAIRS[(bits >> shift) & 1023] for shift in range(70, -1, -10)])


def valid_id(prefix: str, text: str) -> bool:
    """Whether the text has the form of an id with this prefix."""
    head, separator, body = text.partition("_")
    return head == prefix and separator == "_" and _BODY.fullmatch(body) is not None


def is_id(text: str) -> bool:
    """Whether the text has the form of an id with any prefix."""
    head, _, body = text.partition("_")
    return _PREFIX.fullmatch(head) is not None and _BODY.fullmatch(body) is not None
