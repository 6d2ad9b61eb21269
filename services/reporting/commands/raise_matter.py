"""A unit raises a matter, and says of the answer whether it helped."""

from __future__ import annotations

from huanjie.reporting.v1 import matters_pb2 as pb
from services.chassis.act import Act
from services.reporting.commands.campaign_acts import active_unit, acts_for, check_seen, term_of
from services.reporting.commands.directive_fields import line_of, reason_of, text_of
from services.reporting.domain import matters as rules
from services.reporting.domain.assignments import Now
from services.reporting.domain.directives import TURNOVER_CHARS_MAX
from services.reporting.domain.plain_text import check_shows_no_person
from services.reporting.domain.topics import MatterKind, Topic
from services.reporting.permissions import RAISES
from services.reporting.store import matters


def raise_matter(command: pb.RaiseMatterRequest, act: Act) -> pb.RaiseMatterResponse:
    """By topic and without persons; the unit above owns it first."""
    topic = term_of("topic", command.topic, Topic)
    kind = term_of("kind", command.kind, MatterKind)
    turnover = line_of("turnover", command.turnover, TURNOVER_CHARS_MAX)
    text = text_of("text", command.text, rules.TEXT_CHARS_MAX, required=True)
    check_shows_no_person("text", text)
    unit = active_unit(act, command.unit_id)
    matter_id = act.new_id("matter")
    event = rules.raise_matter(matter_id, unit.unit_id, unit.parent_id, topic, kind, text, Now(act.now_us))
    act.record(event, subject=matter_id, turnover=turnover)
    return pb.RaiseMatterResponse(
        matter_id=matter_id, owner_unit_id=event.owner_unit_id, due_us=event.due_us, version=1
    )


def settle_matter(command: pb.SettleMatterRequest, act: Act) -> pb.MatterResponse:
    """The answer helped."""
    matter = matters.load_matter(act.tx, command.matter_id)
    acts_for(act, RAISES, matter.unit_id, "SettleMatter")
    check_seen(command.expected_version, matter.version)
    act.record(rules.settle(matter), subject=matter.matter_id, turnover=matter.turnover)
    return pb.MatterResponse(state=rules.MatterState.SETTLED, version=matter.version + 1)


def reopen_matter(command: pb.ReopenMatterRequest, act: Act) -> pb.MatterResponse:
    """The answer did not help, and why not."""
    reason = reason_of(command.reason)
    check_shows_no_person("reason", reason)
    matter = matters.load_matter(act.tx, command.matter_id)
    acts_for(act, RAISES, matter.unit_id, "ReopenMatter")
    check_seen(command.expected_version, matter.version)
    act.record(rules.reopen(matter, reason, Now(act.now_us)), subject=matter.matter_id, turnover=matter.turnover)
    return pb.MatterResponse(state=rules.MatterState.WAITING, version=matter.version + 1)
