"""Texts that must name no person: what obviously leads to one is refused. Names cannot be told from other words, so
the page asks for texts without them; numbers, accounts and addresses can.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from services.reporting.domain.campaign_errors import TextShowsPerson

# A resident's number, with its check digit or X.
_ID_NUMBER: Final = re.compile(
    r"(?<!\d)\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
_LANDLINE: Final = re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)")
_CARD: Final = re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_LINK: Final = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|cn|net|org|gov)\b", re.IGNORECASE)
_ACCOUNT: Final = re.compile(
    r"(?:微信|微博|抖音|QQ|公众号|账号|帐号|昵称|用户名|wechat|weibo)\s*(?:号|名|id)?\s*[:为是]?\s*[\w-]{5,}"
    r"|(?<![\w.])@[\w-]{2,}",
    re.IGNORECASE | re.ASCII,
)

# In this order: a resident's number also looks like other numbers.
_FINDERS: Final = (
    ("id_number", _ID_NUMBER),
    ("phone", _MOBILE),
    ("phone", _LANDLINE),
    ("card", _CARD),
    ("mail", _MAIL),
    ("link", _LINK),
    ("account", _ACCOUNT),
)
FOUND_TERMS: Final = tuple(dict.fromkeys(term for term, _ in _FINDERS))


def found_in(text: str) -> str:
    """The first kind of thing in a text that leads to a person, or empty. Full-width digits count as digits."""
    folded = unicodedata.normalize("NFKC", text)
    return next((term for term, finder in _FINDERS if finder.search(folded)), "")


def check_shows_no_person(field: str, text: str) -> None:
    """Raises TextShowsPerson."""
    if found := found_in(text):
        raise TextShowsPerson(field=field, found=found)


def check_shows_no_id_number(field: str, text: str) -> None:
    """For an office's own words, in which its telephone or page may stand. Raises TextShowsPerson."""
    if found_in(text) == "id_number":
        raise TextShowsPerson(field=field, found="id_number")
