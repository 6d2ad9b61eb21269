"""How a unit's figures come back: on the page, from its own system by key, or in its superior's workbook.

What stands in them is worked out from how many are due and done; no figure is anybody's.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any, Final

EDUCATION: Final = "discipline_education"
OWN_ELECTION: Final = "own_election"
RECTIFICATION: Final = "rectification"

# Of the newest form: who is reached, and by what.
EDUCATED: Final = ("leaders", "proposed", "delegates", "staff")
REACHED_BY: Final = ("watch", "talk", "train", "sign")
FEW_MEMBERS: Final = 3
FEW_EXPLAINED: Final = "党员较少，经上级党组织批准与相邻支部联合召开党员大会。"
AHEAD_DAYS: Final = 21


class Way(StrEnum):
    """How a unit reports, in every directive of a campaign."""

    PAGE = "page"
    KEY = "key"
    # A line of the table that the superior sends back.
    WORKBOOK = "workbook"


# In a hundred units.
_WAYS: Final = ((Way.PAGE, 6), (Way.KEY, 54), (Way.WORKBOOK, 40))


def way_of(seed: int, code: str) -> Way:
    """The same in all directives."""
    drawn = Random(f"{seed}/way/{code}").randrange(100)
    for way, share in _WAYS:
        drawn -= share
        if drawn < 0:
            return way
    return Way.KEY


def figures_of(form: str, due: int, done: int, today: date) -> dict[str, Any]:
    """A form's figures, and the explanations that they need; more done than due is wrong in any form."""
    ahead = (today + timedelta(days=AHEAD_DAYS)).isoformat()
    if form == EDUCATION:
        return {"figures": _education(due, done)}
    if form == OWN_ELECTION:
        return _own_election(due, done, ahead)
    if form == RECTIFICATION:
        figures = {
            "problems_found": str(due), "problems_rectified": str(done), "problems_overdue": "0", "rectified_by": ahead,
        }  # fmt: skip
        return {"figures": figures}
    raise ValueError(f"the rehearsal does not know the form {form!r}")


def _education(due: int, done: int) -> dict[str, str]:
    figures = {}
    for group in EDUCATED:
        size, reached = (due, done) if group == "leaders" else (0, 0)
        figures[f"{group}_size"] = str(size)
        figures |= {f"{group}_{by}_done": str(reached) for by in REACHED_BY}
    return figures


def _own_election(due: int, done: int, ahead: str) -> dict[str, Any]:
    # Nobody may vote where more would be ready than is due: the roll that was checked is empty.
    entitled, ready = (0 if done > due else due), done >= due
    figures = {
        "entitled_members": str(entitled), "roll_ready": "yes", "place_ready": "yes" if ready else "no",
        "materials_ready": "yes", "election_on": ahead if ready else "",
    }  # fmt: skip
    explained = {"few_members": FEW_EXPLAINED} if 0 < entitled < FEW_MEMBERS else {}
    return {"figures": figures, "explanations": explained}
