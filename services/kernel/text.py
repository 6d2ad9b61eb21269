"""Text as offices type it: what may be changed without changing what is meant.

Full-width digits and letters, ideographic and zero-width spaces, line breaks inside a cell: all of them come
from input methods and spreadsheets, none of them carries meaning. Codes and numbers are folded; names keep
their form.
"""

import re
import unicodedata
from typing import Final

# Control characters, soft hyphen, zero-width and direction marks, byte order mark.
_UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_BREAKS: Final = re.compile(r"\s*[\t\n\r\x85\u2028\u2029]+\s*")
_SPACES: Final = re.compile(r"\s+")


def name_text(raw: str) -> str:
    """A name as it is kept: its own form, without the spaces around it, unseen characters and line breaks."""
    if raw.isprintable():
        return raw.strip()
    return _BREAKS.sub("", _UNSEEN.sub("", raw).strip()).strip()


def code_text(raw: str) -> str:
    """A code or number folded by NFKC (full-width digits become digits), without any space."""
    if raw.isascii() and raw.isprintable():
        return raw.replace(" ", "")
    folded = _folded(raw)
    # What stood apart may now belong together: "A´" folds to a space and a mark, and the mark then joins the letter.
    while (again := _folded(folded)) != folded:
        folded = again
    return folded


def _folded(raw: str) -> str:
    return _SPACES.sub("", _UNSEEN.sub("", unicodedata.normalize("NFKC", raw)))


def name_key(raw: str) -> str:
    """What two spellings of one name have in common: folded by NFKC, without spaces, without case."""
    return code_text(raw).casefold()
