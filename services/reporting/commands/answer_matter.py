"""The level that owns a matter answers it, passes it further up, or puts the answer before all units."""

from __future__ import annotations

from huanjie.reporting.v1 import matters_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.refusals import NotFound
from services.reporting.commands.campaign_acts import acts_for, check_seen
from services.reporting.commands.directive_fields import text_of
from services.reporting.domain import matters as rules
from services.reporting.domain.assignments import Now
from services.reporting.domain.directives import REASON_CHARS_MAX
from services.reporting.domain.matters import MatterAction, state_after
from services.reporting.domain.plain_text import check_shows_no_id_number, check_shows_no_person
from services.reporting.permissions import ANSWERS, PUBLISHES
from services.reporting.store import matters


def pass_matter_up(command: pb.PassMatterUpRequest, act: Act) -> pb.MatterResponse:
    """To the level above its owner."""
    note = text_of("note", command.note, REASON_CHARS_MAX)
    check_shows_no_person("note", note)
    matter = matters.load_matter(act.tx, command.matter_id)
    acts_for(act, ANSWERS, matter.owner_unit_id, "PassMatterUp")
    check_seen(command.expected_version, matter.version)
    owner = tree.find(act.tx, matter.owner_unit_id)
    if owner is None:
        raise NotFound(kind="unit", id=matter.owner_unit_id)
    event = rules.pass_up(matter, owner.parent_id, note, Now(act.now_us))
    act.record(event, subject=matter.matter_id, turnover=matter.turnover)
    return pb.MatterResponse(state=matter.state, version=matter.version + 1)


def answer_matter(command: pb.AnswerMatterRequest, act: Act) -> pb.MatterResponse:
    """Once: whoever answers second is told who answered first."""
    text = text_of("answer", command.answer, rules.ANSWER_CHARS_MAX, required=True)
    check_shows_no_id_number("answer", text)
    matter = matters.load_matter(act.tx, command.matter_id)
    by_unit_id = acts_for(act, ANSWERS, matter.owner_unit_id, "AnswerMatter")
    event = rules.answer(matter, by_unit_id, text, Now(act.now_us))
    check_seen(command.expected_version, matter.version)
    act.record(event, subject=matter.matter_id, turnover=matter.turnover)
    return pb.MatterResponse(state=rules.MatterState.ANSWERED, version=matter.version + 1)


def publish_matter_answer(command: pb.PublishMatterAnswerRequest, act: Act) -> pb.MatterResponse:
    """The question in words that name no unit, the answer as given unless other words are chosen."""
    question = text_of("question", command.question, rules.TEXT_CHARS_MAX, required=True)
    answer = text_of("answer", command.answer, rules.ANSWER_CHARS_MAX)
    check_shows_no_person("question", question)
    check_shows_no_id_number("answer", answer)
    matter = matters.load_matter(act.tx, command.matter_id)
    by_unit_id = acts_for(act, PUBLISHES, matter.unit_id, "PublishMatterAnswer")
    check_seen(command.expected_version, matter.version)
    event = rules.publish(matter, by_unit_id, question, answer)
    act.record(event, subject=matter.matter_id, turnover=matter.turnover)
    return pb.MatterResponse(state=state_after(matter, MatterAction.PUBLISH), version=matter.version + 1)
