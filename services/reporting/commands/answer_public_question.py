"""A question of the public, from its entry to the published answer: four eyes, and no trace of who asked."""

from __future__ import annotations

from huanjie.reporting.v1 import matters_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.kernel.workdays import day_of, start_of_day
from services.reporting.commands.campaign_acts import active_unit, acts_for, check_seen, term_of
from services.reporting.commands.directive_fields import line_of, reason_of, text_of
from services.reporting.domain import public_questions as rules
from services.reporting.domain.assignments import Now
from services.reporting.domain.directives import TURNOVER_CHARS_MAX
from services.reporting.domain.matter_events import (
    PublicAnswerApproved,
    PublicAnswerDrafted,
    PublicAnswerPublished,
    PublicAnswerSentBack,
)
from services.reporting.domain.plain_text import check_shows_no_id_number, check_shows_no_person
from services.reporting.domain.public_questions import PublicQuestion, QuestionState
from services.reporting.domain.topics import Channel, Topic
from services.reporting.permissions import SPEAKS
from services.reporting.store import matters

_Event = PublicAnswerDrafted | PublicAnswerApproved | PublicAnswerSentBack | PublicAnswerPublished


def enter_public_question(command: pb.EnterPublicQuestionRequest, act: Act) -> pb.EnterPublicQuestionResponse:
    """Topic, kind of channel, day and the question itself; an account, a name or a link has no field and is refused."""
    topic = term_of("topic", command.topic, Topic)
    channel = term_of("channel", command.channel, Channel)
    turnover = line_of("turnover", command.turnover, TURNOVER_CHARS_MAX)
    question = text_of("question", command.question, rules.QUESTION_CHARS_MAX, required=True)
    check_shows_no_person("question", question)
    if not 0 < command.asked_us <= act.now_us:
        raise BadRequest(field="asked_us", problem="out_of_range" if command.asked_us else "required")
    unit = active_unit(act, command.unit_id)
    question_id = act.new_id("question")
    # Only the day is kept.
    asked_us = start_of_day(day_of(command.asked_us))
    event = rules.enter(question_id, unit.unit_id, topic, channel, asked_us, question, Now(act.now_us))
    act.record(event, subject=question_id, turnover=turnover)
    return pb.EnterPublicQuestionResponse(question_id=question_id, due_us=event.due_us, version=1)


def draft_public_answer(command: pb.DraftPublicAnswerRequest, act: Act) -> pb.PublicQuestionResponse:
    """The facts that answer it."""
    answer = text_of("answer", command.answer, rules.ANSWER_CHARS_MAX, required=True)
    check_shows_no_id_number("answer", answer)
    question = _question(act, command.question_id, command.expected_version, "DraftPublicAnswer")
    return _settle(act, question, rules.draft(question, answer), QuestionState.DRAFTED)


def approve_public_answer(command: pb.ApprovePublicAnswerRequest, act: Act) -> pb.PublicQuestionResponse:
    """By another person than who drafted it."""
    question = _question(act, command.question_id, command.expected_version, "ApprovePublicAnswer")
    return _settle(act, question, rules.approve(question, act.principal.account_id), QuestionState.APPROVED)


def send_back_public_answer(command: pb.SendBackPublicAnswerRequest, act: Act) -> pb.PublicQuestionResponse:
    """The draft will not do, and why."""
    reason = reason_of(command.reason)
    question = _question(act, command.question_id, command.expected_version, "SendBackPublicAnswer")
    return _settle(act, question, rules.send_back(question, reason), QuestionState.ENTERED)


def publish_public_answer(command: pb.PublishPublicAnswerRequest, act: Act) -> pb.PublicQuestionResponse:
    """The approved answer is out."""
    question = _question(act, command.question_id, command.expected_version, "PublishPublicAnswer")
    return _settle(act, question, rules.publish(question, Now(act.now_us)), QuestionState.PUBLISHED)


def _question(act: Act, question_id: str, expected_version: int, action: str) -> PublicQuestion:
    question = matters.load_question(act.tx, question_id)
    acts_for(act, SPEAKS, question.unit_id, action)
    check_seen(expected_version, question.version)
    return question


def _settle(act: Act, question: PublicQuestion, event: _Event, state: QuestionState) -> pb.PublicQuestionResponse:
    act.record(event, subject=question.question_id, turnover=question.turnover)
    return pb.PublicQuestionResponse(state=state, version=question.version + 1)
