"""A unit hands in a method that worked; an operator above puts it before all units, or sends it back."""

from __future__ import annotations

from huanjie.reporting.v1 import matters_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import NotFound
from services.reporting.commands.campaign_acts import active_unit, acts_for, check_seen, evidence_of, term_of
from services.reporting.commands.directive_fields import line_of, reason_of, text_of
from services.reporting.domain import practices as rules
from services.reporting.domain.directives import TURNOVER_CHARS_MAX
from services.reporting.domain.plain_text import check_shows_no_person
from services.reporting.domain.practices import Method, Practice, PracticeState
from services.reporting.domain.topics import Topic
from services.reporting.permissions import PUBLISHES
from services.reporting.store import matters
from services.reporting.store.evidence import check_kept


def submit_practice(command: pb.SubmitPracticeRequest, act: Act) -> pb.SubmitPracticeResponse:
    """A new one, or one that came back."""
    turnover = line_of("turnover", command.turnover, TURNOVER_CHARS_MAX)
    method = _method_of(command)
    unit = active_unit(act, command.unit_id)
    check_kept(act.tx, unit.unit_id, method.evidence)
    returned = _returned(act, command.practice_id, unit.unit_id)
    practice_id = command.practice_id or act.new_id("practice")
    event = rules.submit(practice_id, unit.unit_id, method, returned)
    act.record(event, subject=practice_id, turnover=returned.turnover if returned else turnover)
    return pb.SubmitPracticeResponse(practice_id=practice_id, version=returned.version + 1 if returned else 1)


def publish_practice(command: pb.PublishPracticeRequest, act: Act) -> pb.PracticeResponse:
    """For all units to read; chosen by a person, never by a score."""
    practice = matters.load_practice(act.tx, command.practice_id)
    by_unit_id = acts_for(act, PUBLISHES, practice.unit_id, "PublishPractice")
    check_seen(command.expected_version, practice.version)
    act.record(rules.publish(practice, by_unit_id), subject=practice.practice_id, turnover=practice.turnover)
    return pb.PracticeResponse(state=PracticeState.PUBLISHED, version=practice.version + 1)


def return_practice(command: pb.ReturnPracticeRequest, act: Act) -> pb.PracticeResponse:
    """To the unit, with the reason."""
    reason = reason_of(command.reason)
    practice = matters.load_practice(act.tx, command.practice_id)
    acts_for(act, PUBLISHES, practice.unit_id, "ReturnPractice")
    check_seen(command.expected_version, practice.version)
    act.record(rules.send_back(practice, reason), subject=practice.practice_id, turnover=practice.turnover)
    return pb.PracticeResponse(state=PracticeState.RETURNED, version=practice.version + 1)


def _method_of(command: pb.SubmitPracticeRequest) -> Method:
    method = Method(
        term_of("topic", command.topic, Topic),
        line_of("title", command.title, rules.TITLE_CHARS_MAX, required=True),
        text_of("method", command.method, rules.METHOD_CHARS_MAX, required=True),
        line_of("evidence_reference", command.evidence_reference, rules.REFERENCE_CHARS_MAX),
        evidence_of(command.evidence),
        command.shows_persons,
        line_of("consent", command.consent, rules.CONSENT_CHARS_MAX),
    )
    for field in ("title", "evidence_reference", "consent"):
        check_shows_no_person(field, getattr(method, field))
    check_shows_no_person("method", method.text)
    return method


def _returned(act: Act, practice_id: str, unit_id: str) -> Practice | None:
    if not practice_id:
        return None
    practice = matters.load_practice(act.tx, practice_id)
    if practice.unit_id != unit_id:
        raise NotFound(kind="practice", id=practice_id)
    return practice
