"""Posts and their holders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Value, int_of, text_of
from services.reporting.domain.posts import Post

_POST = "post_id, unit_id, post_name, first, person_id, person_name, acting, from_us"


def load_post(reader: Reader, unit_id: str, post_id: str) -> Post:
    """A post of that unit. Raises NotFound."""
    row = reader.one(f"SELECT {_POST} FROM post WHERE post_id = ? AND unit_id = ?", (post_id, unit_id))
    if row is None:
        raise NotFound(kind="post", id=post_id)
    return _post_of(row)


def first_holder(reader: Reader, unit_id: str) -> Post | None:
    """The post of the unit's first responsible person."""
    row = reader.one(f"SELECT {_POST} FROM post WHERE unit_id = ? AND first = 1", (unit_id,))
    return _post_of(row) if row else None


def posts_of(reader: Reader, unit_ids: Iterable[str]) -> dict[str, list[Post]]:
    """The posts of each unit that has any: the first responsible person's first, then by id."""
    wanted = list(unit_ids)
    marks = ", ".join("?" * len(wanted))
    posts: dict[str, list[Post]] = {}
    for row in reader.all(
        f"SELECT {_POST} FROM post WHERE unit_id IN ({marks}) ORDER BY unit_id, first DESC, post_id", wanted
    ):
        post = _post_of(row)
        posts.setdefault(post.unit_id, []).append(post)
    return posts


def _post_of(row: Sequence[Value]) -> Post:
    return Post(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), bool(int_of(row[3])), text_of(row[4]), text_of(row[5]),
        bool(int_of(row[6])), int_of(row[7]),
    )  # fmt: skip
