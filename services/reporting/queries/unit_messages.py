"""A unit with those who answer for it, as it is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.store import Reader
from services.kernel.paths import segments
from services.reporting.domain.posts import Post
from services.reporting.store.posts import posts_of
from services.reporting.store.units import UnitRow


def unit_messages(reader: Reader, rows: Sequence[UnitRow]) -> list[pb.Unit]:
    """The rows in their order, their holders read at once."""
    posts = posts_of(reader, [row.unit.unit_id for row in rows])
    return [_message(row, posts.get(row.unit.unit_id, ())) for row in rows]


def _message(row: UnitRow, posts: Iterable[Post]) -> pb.Unit:
    unit = row.unit
    return pb.Unit(
        unit_id=unit.unit_id,
        parent_id=unit.parent_id,
        parent_name=row.parent_name,
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        members=unit.members,
        depth=unit.depth,
        children=row.children,
        state=unit.state,
        version=unit.version,
        holders=[_holder(post) for post in posts],
        ancestor_ids=segments(unit.path)[:-1],
    )


def _holder(post: Post) -> pb.PostHolder:
    return pb.PostHolder(
        post_id=post.post_id,
        post_name=post.post_name,
        person_id=post.person_id,
        person_name=post.person_name,
        acting=post.acting,
        from_us=post.from_us,
        first=post.first,
    )
