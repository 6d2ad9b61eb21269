"""Which election it is: who elects, what post, which round. All rules follow from these; nobody chooses a denominator.

The kinds are those of the rule table: thresholds, denominators and exits differ between a district's bodies (local) and
primary organisations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from services.kernel.text import name_key
from services.tally.domain.count_errors import (
    CandidateNameEmpty,
    CandidateRepeated,
    ContestTooLarge,
    PostNotOfBody,
    SeatsImpossible,
)

SEATS_MAX: Final = 1_000
CANDIDATES_MAX: Final = 2_000
NAME_CHARS_MAX: Final = 60


class ElectionKind(Enum):
    """The kinds of the rule table. `delegate_unit` and `primary_plenary` count as primary (to be confirmed)."""

    LOCAL_CONGRESS = "local_congress"
    LOCAL_PLENARY = "local_plenary"
    PRIMARY_MEETING = "primary_meeting"
    PRIMARY_CONGRESS = "primary_congress"
    DELEGATE_UNIT = "delegate_unit"
    PRIMARY_PLENARY = "primary_plenary"

    @property
    def is_local(self) -> bool:
        """A district's own bodies; all others are primary."""
        return self in (ElectionKind.LOCAL_CONGRESS, ElectionKind.LOCAL_PLENARY)


class Body(Enum):
    """Who elects."""

    DISTRICT_CONGRESS = "district_congress"
    DISTRICT_COMMITTEE = "district_committee"
    DISTRICT_CDI = "district_cdi"
    MEMBER_MEETING = "member_meeting"
    PRIMARY_CONGRESS = "primary_congress"
    ELECTORAL_UNIT = "electoral_unit"
    PRIMARY_COMMITTEE = "primary_committee"
    PRIMARY_CDI = "primary_cdi"


class Post(Enum):
    """What is elected."""

    DELEGATE = "delegate"
    MEMBER = "member"
    ALTERNATE = "alternate"
    CDI_MEMBER = "cdi_member"
    STANDING_MEMBER = "standing_member"
    CDI_STANDING_MEMBER = "cdi_standing_member"
    SECRETARY = "secretary"
    DEPUTY_SECRETARY = "deputy_secretary"
    CDI_SECRETARY = "cdi_secretary"
    CDI_DEPUTY_SECRETARY = "cdi_deputy_secretary"


class Round(Enum):
    """Which vote it is. A tie and a shortfall bring a round of their own."""

    PRIMARY = "primary"  # 预选: who becomes a formal candidate
    FORMAL = "formal"
    TIE_REVOTE = "tie_revote"
    SHORTFALL = "shortfall"


class Basis(Enum):
    """Half of what an approval must exceed."""

    ENTITLED = "entitled"
    PRESENT = "present"


KIND_OF: Final = {
    Body.DISTRICT_CONGRESS: ElectionKind.LOCAL_CONGRESS,
    Body.DISTRICT_COMMITTEE: ElectionKind.LOCAL_PLENARY,
    Body.DISTRICT_CDI: ElectionKind.LOCAL_PLENARY,
    Body.MEMBER_MEETING: ElectionKind.PRIMARY_MEETING,
    Body.PRIMARY_CONGRESS: ElectionKind.PRIMARY_CONGRESS,
    Body.ELECTORAL_UNIT: ElectionKind.DELEGATE_UNIT,
    Body.PRIMARY_COMMITTEE: ElectionKind.PRIMARY_PLENARY,
    Body.PRIMARY_CDI: ElectionKind.PRIMARY_PLENARY,
}
_SECRETARIES: Final = (Post.SECRETARY, Post.DEPUTY_SECRETARY)
_CDI_SECRETARIES: Final = (Post.CDI_SECRETARY, Post.CDI_DEPUTY_SECRETARY)
POSTS_OF: Final = {
    Body.DISTRICT_CONGRESS: (Post.MEMBER, Post.ALTERNATE, Post.CDI_MEMBER, Post.DELEGATE),
    Body.DISTRICT_COMMITTEE: (Post.STANDING_MEMBER, *_SECRETARIES),
    Body.DISTRICT_CDI: (Post.CDI_STANDING_MEMBER, *_CDI_SECRETARIES),
    # A branch elects its secretaries in the meeting itself; a small one has no committee at all.
    Body.MEMBER_MEETING: (Post.MEMBER, Post.CDI_MEMBER, *_SECRETARIES, Post.DELEGATE),
    Body.PRIMARY_CONGRESS: (Post.MEMBER, Post.CDI_MEMBER, Post.DELEGATE),
    Body.ELECTORAL_UNIT: (Post.DELEGATE,),
    Body.PRIMARY_COMMITTEE: (Post.STANDING_MEMBER, *_SECRETARIES),
    Body.PRIMARY_CDI: (Post.CDI_STANDING_MEMBER, *_CDI_SECRETARIES),
}
# Posts whose names stand in the order that the superior approved (rules O1, O2), one candidate a seat (D6).
SECRETARY_POSTS: Final = frozenset((*_SECRETARIES, *_CDI_SECRETARIES))
STANDING_POSTS: Final = frozenset((Post.STANDING_MEMBER, Post.CDI_STANDING_MEMBER))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One printed name. `note` stands after it, such as "女，回族" (O6)."""

    candidate_id: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contest:
    """One vote by one body for one post. `candidates` stand as on the ballot.

    `primary_basis`: what the adopted election method of a primary organisation says its primary round is counted by;
    None where it says nothing (rule E6a). `after_primary`: the formal vote follows a primary round with a surplus,
    so that one candidate a seat is lawful (党章第十一条). `in_primary`: the tie or shortfall of a primary round.
    """

    body: Body
    post: Post
    round: Round
    seats: int
    candidates: tuple[Candidate, ...]
    primary_basis: Basis | None = None
    after_primary: bool = False
    in_primary: bool = False

    @property
    def kind(self) -> ElectionKind:
        """The kind, which follows from the body."""
        return KIND_OF[self.body]

    @property
    def candidate_ids(self) -> tuple[str, ...]:
        """The printed candidates' ids in ballot order."""
        return tuple(each.candidate_id for each in self.candidates)

    def printed(self, name: str) -> Candidate | None:
        """The printed candidate of a name, however it is spaced, or None."""
        key = person_key(name)
        return next((each for each in self.candidates if person_key(each.name) == key), None)


# The signs that office software and input methods put between the parts of a name.
_DOTS: Final = str.maketrans(dict.fromkeys("·•・‧∙⋅●.．。", "·"))


def person_key(name: str) -> str:
    """What two spellings of a person's name have in common: width, spaces, case and the dot's form do not count."""
    return name_key(name.translate(_DOTS)).translate(_DOTS)


def check_contest(contest: Contest) -> None:
    """Whether it can be voted on at all. How many candidates a post needs: candidate_numbers.

    Raises PostNotOfBody, SeatsImpossible, ContestTooLarge, CandidateNameEmpty, CandidateRepeated.
    """
    if contest.post not in POSTS_OF[contest.body]:
        raise PostNotOfBody(body=contest.body.value, post=contest.post.value)
    count = len(contest.candidates)
    if not 1 <= contest.seats <= SEATS_MAX:
        raise SeatsImpossible(seats=contest.seats, limit=SEATS_MAX)
    if not 1 <= count <= CANDIDATES_MAX:
        raise ContestTooLarge(candidates=count, limit=CANDIDATES_MAX)
    seen: dict[str, str] = {}
    for each in contest.candidates:
        if not person_key(each.name) or len(each.name) > NAME_CHARS_MAX:
            raise CandidateNameEmpty(name=each.name[:NAME_CHARS_MAX], limit=NAME_CHARS_MAX)
        for key in (f"id {each.candidate_id}", f"name {person_key(each.name)}"):
            if key in seen:
                raise CandidateRepeated(name=each.name)
            seen[key] = each.name
