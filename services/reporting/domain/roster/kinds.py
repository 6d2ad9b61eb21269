"""Kinds of units: how rosters name them, what a name tells of the kind, and which may stand under which."""

import re
from enum import StrEnum
from typing import Final

from services.kernel.text import name_key


class UnitKind(StrEnum):
    """The kinds of Party organisations in a district, from the top (RULES 0)."""

    DISTRICT_COMMITTEE = "district_committee"
    WORKING_COMMITTEE = "working_committee"
    PRIMARY_COMMITTEE = "primary_committee"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"


class Placement(StrEnum):
    """Whether a kind may stand under another: refused where the lower would lead the higher."""

    USUAL = "usual"
    UNUSUAL = "unusual"
    FORBIDDEN = "forbidden"


_DISTRICT = UnitKind.DISTRICT_COMMITTEE
_WORKING = UnitKind.WORKING_COMMITTEE
_PRIMARY = UnitKind.PRIMARY_COMMITTEE
_GENERAL = UnitKind.GENERAL_BRANCH
_BRANCH = UnitKind.BRANCH

_WORDS: Final[dict[str, UnitKind]] = {
    **{kind.value: kind for kind in UnitKind},
    **dict.fromkeys(("区委", "县委", "市委", "旗委", "地方委员会", "district committee"), _DISTRICT),
    **dict.fromkeys(("党工委", "工委", "派出机关", "working committee"), _WORKING),
    **dict.fromkeys(("党委", "基层党委", "党的基层委员会", "primary committee"), _PRIMARY),
    **dict.fromkeys(("党总支", "总支", "党总支部", "general branch"), _GENERAL),
    **dict.fromkeys(("党支部", "支部", "branch"), _BRANCH),
}
_KIND_OF_WORD: Final = {name_key(word): kind for word, kind in _WORDS.items()}

# Read from the end of a name, the first that fits decides: 总支部 before 支部, 区委 before 党委.
_ENDINGS: Final[tuple[tuple[re.Pattern[str], UnitKind], ...]] = (
    (re.compile(r"总支(部)?(委员会)?$"), _GENERAL),
    (re.compile(r"支部(委员会)?$"), _BRANCH),
    (re.compile(r"(工委|工作委员会)$"), _WORKING),
    (re.compile(r"党委$"), _PRIMARY),
    (re.compile(r"基层委员会$"), _PRIMARY),
    (re.compile(r"(?<![社校园厂小])[区县市旗]委(员会)?$"), _DISTRICT),
    (re.compile(r"^(中共|中国共产党).*委员会$"), _PRIMARY),
)
_BRACKETS: Final = re.compile(r"\([^()]*\)$")

_USUAL: Final = frozenset(
    {
        (_WORKING, _DISTRICT),
        *((_PRIMARY, parent) for parent in (_DISTRICT, _WORKING, _PRIMARY)),
        *((_GENERAL, parent) for parent in (_DISTRICT, _WORKING, _PRIMARY)),
        *((_BRANCH, parent) for parent in (_DISTRICT, _WORKING, _PRIMARY, _GENERAL)),
    }
)
_UNUSUAL: Final = frozenset({(_WORKING, _WORKING), (_GENERAL, _GENERAL)})


def kind_of_text(text: str) -> UnitKind | None:
    """The kind that a cell names, in Chinese or by its glossary name; None when it names none."""
    key = name_key(text)
    return _KIND_OF_WORD.get(key) or kind_of_name(text)


def kind_of_name(name: str) -> UnitKind | None:
    """The kind that the end of a unit's name shows; None when it shows none."""
    key = _BRACKETS.sub("", name_key(name))
    for ending, kind in _ENDINGS:
        if ending.search(key):
            return kind
    return None


def placement(kind: UnitKind, parent: UnitKind) -> Placement:
    """May a unit of this kind stand directly under one of that kind?"""
    if (kind, parent) in _USUAL:
        return Placement.USUAL
    return Placement.UNUSUAL if (kind, parent) in _UNUSUAL else Placement.FORBIDDEN
