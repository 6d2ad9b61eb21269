"""One-time codes: ten characters that nobody mistakes on paper, XXXXX-XXXXX, 50 random bits."""

from __future__ import annotations

import unicodedata
from typing import Final

# 32 characters: no 0, 1, I or O.
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_CHARS: Final = 10
CODE_RANDOM_BYTES: Final = 7
CODE_VALID_DAYS: Final = 14
_GROUP_CHARS: Final = 5
_TYPED_CHARS_MAX: Final = 64
_SPARE_BITS: Final = CODE_RANDOM_BYTES * 8 - CODE_CHARS * 5


def code_of(random: bytes) -> str:
    """The code for CODE_RANDOM_BYTES random bytes; ValueError for another number of them."""
    if len(random) != CODE_RANDOM_BYTES:
        raise ValueError(f"a code takes {CODE_RANDOM_BYTES} random bytes, not {len(random)}")
    bits = int.from_bytes(random, "big") >> _SPARE_BITS
    text = "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in reversed(range(CODE_CHARS)))
    return f"{text[:_GROUP_CHARS]}-{text[_GROUP_CHARS:]}"


def fold_code(typed: str) -> str:
    """The code that was meant: any case, any width, with or without dash and spaces; empty where it is none."""
    folded = unicodedata.normalize("NFKC", typed[:_TYPED_CHARS_MAX]).upper()
    text = "".join(c for c in folded if not c.isspace() and c not in "-‐‑‒–—−_.")
    if len(text) != CODE_CHARS or any(c not in ALPHABET for c in text):
        return ""
    return f"{text[:_GROUP_CHARS]}-{text[_GROUP_CHARS:]}"
