"""In which order names stand: on the ballot (O1) and on the list of those elected (O2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from services.kernel.strokes import name_order, unknown_characters
from services.tally.domain.count_errors import BallotOrderWrong
from services.tally.domain.errors import ApprovedOrderNotHere, ApprovedOrderWrong
from services.tally.domain.kinds import SECRETARY_POSTS, STANDING_POSTS, Candidate, Contest, Post, person_key
from services.tally.domain.outcome import PersonResult

# Their lists stand in the order that the superior approved.
_APPROVED_ORDER: Final = SECRETARY_POSTS | STANDING_POSTS


def ballot_order(post: Post, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates as the ballot has them: by surname strokes; secretaries as given, in the order approved above."""
    if post in SECRETARY_POSTS:
        return tuple(candidates)
    return tuple(sorted(candidates, key=lambda each: name_order(each.name)))


def check_ballot_order(contest: Contest) -> None:
    """Raises BallotOrderWrong for the first name before which another belongs.

    A name with a character whose strokes are not known stands where people put it.
    """
    if contest.post in SECRETARY_POSTS:
        return
    known = [each.name for each in contest.candidates if not unknown_characters(each.name)]
    for before, after in pairwise(known):
        if name_order(before) > name_order(after):
            raise BallotOrderWrong(name=after, before=before, rule="O1")


def approved_ids(contest: Contest, approved: Sequence[str]) -> tuple[str, ...]:
    """The candidates' ids in the order that the superior approved, given all names in it; of none, none.

    Raises ApprovedOrderNotHere, ApprovedOrderWrong.
    """
    if not approved:
        return ()
    if contest.post not in STANDING_POSTS:
        raise ApprovedOrderNotHere(post=contest.post.value, rule="O2")
    left = {person_key(each.name): each for each in contest.candidates}
    found = []
    for name in approved:
        candidate = left.pop(person_key(name), None)
        if candidate is None:
            raise ApprovedOrderWrong(name=name, rule="O2")
        found.append(candidate.candidate_id)
    for missing in left.values():
        raise ApprovedOrderWrong(name=missing.name, rule="O2")
    return tuple(found)


def approved_names(post: Post, candidates: Sequence[Candidate], approved: Sequence[str]) -> tuple[str, ...]:
    """Names in the order that the superior approved; `approved`: ids. The ballot of secretaries has that order."""
    if post in SECRETARY_POSTS:
        return tuple(each.name for each in candidates)
    names = {each.candidate_id: each.name for each in candidates}
    return tuple(names[each] for each in approved)


def approved_further(approved: Sequence[str], put_up: Sequence[Candidate]) -> tuple[str, ...]:
    """The approved order of a further vote: of `approved` those who are put up, then others in ballot order."""
    if not approved:
        return ()
    places = {person_key(name): place for place, name in enumerate(approved)}
    names = [each.name for each in put_up]
    return tuple(sorted(names, key=lambda name: places.get(person_key(name), len(places))))


def elected_order(post: Post, people: Sequence[PersonResult], approved: Sequence[str] = ()) -> tuple[PersonResult, ...]:
    """Those elected, as the list has them.

    By surname strokes; alternates by votes, equal votes by strokes; secretaries and standing committees in `approved`,
    the names in the order that the superior approved, and whoever it does not name after them by strokes.
    """
    places = {person_key(name): place for place, name in enumerate(approved)}

    def place(person: PersonResult) -> tuple[int, object]:
        first = 0
        if post is Post.ALTERNATE:
            first = -person.votes
        elif post in _APPROVED_ORDER:
            first = places.get(person_key(person.name), len(places))
        return first, name_order(person.name)

    return tuple(sorted(people, key=place))


def by_votes(people: Sequence[PersonResult]) -> tuple[PersonResult, ...]:
    """Everybody by votes, equal votes by strokes, for the report by votes."""
    return tuple(sorted(people, key=lambda each: (-each.votes, name_order(each.name))))
