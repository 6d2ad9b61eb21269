"""Which declared elections make which result: a plan waits for a body, tally declares votes for a post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

# Who elects, and what. A result is there when each of its parts is, by any of the ways that the part has.
Vote = tuple[str, str]
_MEETINGS: Final = ("member_meeting", "primary_congress")
RESULTS: Final[Mapping[str, tuple[frozenset[Vote], ...]]] = {
    "district_committee": (frozenset({("district_congress", "member")}),),
    "cdi": (frozenset({("district_congress", "cdi_member")}),),
    # A7, A8: with its secretary; deputies may be elected in the same vote.
    "standing_committee": (
        frozenset({("district_committee", "standing_member")}),
        frozenset({("district_committee", "secretary")}),
    ),
    "cdi_standing_committee": (
        frozenset({("district_cdi", "cdi_standing_member")}),
        frozenset({("district_cdi", "cdi_secretary")}),
    ),
    "delegates": (frozenset({("electoral_unit", "delegate"), *((each, "delegate") for each in _MEETINGS)}),),
    "primary_committee": (frozenset((each, "member") for each in _MEETINGS),),
    # A branch elects its secretary in the meeting itself.
    "primary_secretary": (frozenset({("primary_committee", "secretary"), ("member_meeting", "secretary")}),),
}
# The vote before the formal one decides who stands, and elects nobody.
BEFORE_FORMAL: Final = "primary"


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared vote that left no seat open."""

    body: str
    post: str
    day: date
    election_id: str


def results(declared: Iterable[Declared]) -> dict[str, Declared]:
    """Every result that is complete, with the vote that completed it."""
    first: dict[Vote, Declared] = {}
    for each in sorted(declared, key=lambda each: each.day):
        first.setdefault((each.body, each.post), each)
    found = {}
    for name, parts in RESULTS.items():
        votes = [min((first[vote] for vote in part if vote in first), key=_day, default=None) for part in parts]
        complete = [vote for vote in votes if vote is not None]
        if len(complete) == len(parts):
            found[name] = max(complete, key=_day)
    return found


def _day(each: Declared) -> date:
    return each.day
