"""Who answers for a unit. Officials acting in office are named in plain, and for good."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.text import name_key
from services.reporting.domain.unit_errors import FirstTaken, HolderUnchanged, PostOccupied
from services.reporting.domain.unit_events import PostHandedOver, PostHolderAppointed


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a unit and who holds it now; ``first``: its holder is the unit's first responsible person."""

    post_id: str
    unit_id: str
    post_name: str
    first: bool
    person_id: str
    person_name: str
    acting: bool
    from_us: int


def appoint(post: Post, first: Post | None) -> PostHolderAppointed:
    """A new post with its holder. ``first`` is the unit's first post so far. Raises FirstTaken."""
    if post.first and first is not None and first.post_id != post.post_id:
        raise FirstTaken(post_name=first.post_name)
    return PostHolderAppointed(
        post.unit_id, post.post_id, post.post_name, post.person_id, post.person_name, post.acting, post.from_us,
        post.first,
    )  # fmt: skip


def reappoint(post: Post, changed: Post, first: Post | None) -> PostHolderAppointed:
    """The same person on other terms: no longer acting, first responsible person, another name of the post.

    Raises PostOccupied for another person (that is a hand-over), HolderUnchanged or FirstTaken.
    """
    if name_key(post.person_name) != name_key(changed.person_name):
        raise PostOccupied(post_name=post.post_name)
    if post == changed:
        raise HolderUnchanged(post_name=post.post_name)
    return appoint(changed, first)


def hand_over(post: Post, successor: Post) -> PostHandedOver:
    """Another person holds the post from now on; the post itself stays what it is."""
    return PostHandedOver(
        post.unit_id, post.post_id, post.person_id, successor.person_id, successor.person_name, successor.acting,
        successor.from_us,
    )  # fmt: skip
