"""A post goes to another person, with all open items that were named to the old one on it."""

from __future__ import annotations

from dataclasses import replace

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.reporting.commands.unit_fields import name_of, since_of
from services.reporting.domain.posts import hand_over
from services.reporting.store import assignments
from services.reporting.store.posts import load_post
from services.reporting.store.units import load_active


def hand_over_post(command: pb.HandOverPostRequest, act: Act) -> pb.HandOverPostResponse:
    """No open item stays with somebody who no longer holds the post."""
    unit = load_active(act.tx, command.unit_id)
    post = load_post(act.tx, unit.unit_id, command.post_id)
    successor = replace(
        post,
        person_id=act.new_id("person"),
        person_name=name_of("person_name", command.person_name),
        acting=command.acting,
        from_us=since_of(command.from_us, act.now_us),
    )
    items = assignments.items_named(act.tx, post.post_id, post.person_id)
    act.record(hand_over(post, successor), subject=unit.unit_id)
    return pb.HandOverPostResponse(person_id=successor.person_id, items_moved=items)
