"""The order of surname strokes (按姓氏笔画为序), as lists of persons are published in.

Surnames first: fewer strokes, then stroke by stroke 横 竖 撇 点 折, then the standard order of characters written with
the same strokes. Among one surname, given names of one character come first, then the next characters in the same way.
A name with a dot (帕巴拉·格列朗杰) has no surname: its characters are compared one by one.

Characters outside the table come last and are named by `unknown_characters`: people put them in place.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("strokes_cn.json")
_DOTS: Final = "·•・‧∙⋅●.．"
_OPENING: Final = "（(〔["
STROKES_MAX: Final = 99

# One character's place: strokes, their classes, its place among equals. Unknown ones come last, by code point.
CharOrder = tuple[int, str, int]
# A name's place: its surname's characters, whether the given name is longer than one, its characters, the text.
NameOrder = tuple[tuple[CharOrder, ...], bool, tuple[CharOrder, ...], str]


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = json.loads(_TABLE.read_text("utf-8"))
    return table


@lru_cache(maxsize=1)
def _places() -> Mapping[str, CharOrder]:
    strokes = _table()["strokes"].items()
    return {char: (len(classes), classes, place) for classes, chars in strokes for place, char in enumerate(chars)}


@lru_cache(maxsize=1)
def _compound_surnames() -> frozenset[str]:
    return frozenset(surname for line in _table()["compound_surnames"].values() for surname in line.split())


def stroke_classes(char: str) -> str:
    """A character's strokes in writing order, 1 横 2 竖 3 撇 4 点 5 折; empty where it is not in the table."""
    place = _places().get(char)
    return place[1] if place else ""


def stroke_count(char: str) -> int:
    """How many strokes a character has, 0 where it is not in the table."""
    return len(stroke_classes(char))


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name. What stands in brackets to tell namesakes apart belongs to neither."""
    plain = _plain(name)
    bare = "".join(char for char in plain if char not in _DOTS)
    length = 2 if bare == plain and len(bare) > 2 and bare[:2] in _compound_surnames() else 1
    return bare[:length], bare[length:]


def name_order(name: str) -> NameOrder:
    """The key to sort names by. Total: equal keys are equal names."""
    surname, given = split_name(name)
    return _orders(surname), len(given) > 1, _orders(given), name


def unknown_characters(name: str) -> str:
    """The characters of a name whose strokes are not known, so that its place is for people to decide."""
    return "".join(char for char in "".join(split_name(name)) if char not in _places())


def _plain(name: str) -> str:
    folded = "".join(unicodedata.normalize("NFKC", name).split())
    for opening in _OPENING:
        folded = folded.split(opening, 1)[0]
    return folded


def _orders(chars: str) -> tuple[CharOrder, ...]:
    return tuple(_places().get(char, (STROKES_MAX, "", ord(char))) for char in chars)
