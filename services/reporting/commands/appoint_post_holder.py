"""Somebody answers for a unit: a new post with its holder, or a holder's new terms."""

from __future__ import annotations

from dataclasses import replace

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.reporting.commands.unit_fields import name_of, since_of
from services.reporting.domain.posts import Post, appoint, reappoint
from services.reporting.domain.unit_events import PostHolderAppointed
from services.reporting.store.posts import first_holder, load_post
from services.reporting.store.units import load_active


def appoint_post_holder(command: pb.AppointPostHolderRequest, act: Act) -> pb.AppointPostHolderResponse:
    """Without ``post_id`` a new post; with it the same person on other terms. Another person takes a hand-over."""
    unit = load_active(act.tx, command.unit_id)
    event = _reappointed(command, act) if command.post_id else _appointed(command, act)
    act.record(event, subject=unit.unit_id)
    return pb.AppointPostHolderResponse(post_id=event.post_id, person_id=event.person_id)


def _appointed(command: pb.AppointPostHolderRequest, act: Act) -> PostHolderAppointed:
    post = Post(
        post_id=act.new_id("post"),
        unit_id=command.unit_id,
        post_name=name_of("post_name", command.post_name),
        first=command.first,
        person_id=act.new_id("person"),
        person_name=name_of("person_name", command.person_name),
        acting=command.acting,
        from_us=since_of(command.from_us, act.now_us),
    )
    return appoint(post, first_holder(act.tx, command.unit_id))


def _reappointed(command: pb.AppointPostHolderRequest, act: Act) -> PostHolderAppointed:
    post = load_post(act.tx, command.unit_id, command.post_id)
    changed = replace(
        post,
        post_name=name_of("post_name", command.post_name) if command.post_name else post.post_name,
        first=command.first,
        person_name=name_of("person_name", command.person_name),
        acting=command.acting,
        from_us=since_of(command.from_us, act.now_us) if command.from_us else post.from_us,
    )
    return reappoint(post, changed, first_holder(act.tx, command.unit_id))
