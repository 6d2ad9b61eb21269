"""Matters, questions of the public and good practice as they are answered, with what this caller may do now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from huanjie.reporting.v1 import matters_pb2 as pb
from services.chassis import routes, tree
from services.chassis.ask import Ask
from services.chassis.holdings import Holdings
from services.chassis.permissions import Allow
from services.chassis.store import Reader
from services.reporting.domain import deadlines as due
from services.reporting.domain import matters as matter_rules
from services.reporting.domain import practices as practice_rules
from services.reporting.domain import public_questions as question_rules
from services.reporting.domain.lights import SHORT_YELLOW_WORKDAYS, Light, light_of
from services.reporting.domain.matters import MatterAction, MatterState
from services.reporting.domain.practices import PracticeAction
from services.reporting.domain.public_questions import QuestionAction, QuestionState
from services.reporting.permissions import ANSWERS, PUBLISHES, RAISES, SPEAKS
from services.reporting.store.matters import MatterRow, PracticeRow, PublishedRow, QuestionRow

_ABOUT_RAISER, _ABOUT_OWNER = "unit_id", "owner_unit_id"
# (method, action, who, the unit that the permission is about)
_MATTER_METHODS: Final[tuple[tuple[str, MatterAction, tuple[Allow, ...], str], ...]] = (
    ("AnswerMatter", MatterAction.ANSWER, ANSWERS, _ABOUT_OWNER),
    ("PassMatterUp", MatterAction.PASS_UP, ANSWERS, _ABOUT_OWNER),
    ("PublishMatterAnswer", MatterAction.PUBLISH, PUBLISHES, _ABOUT_RAISER),
    ("SettleMatter", MatterAction.SETTLE, RAISES, _ABOUT_RAISER),
    ("ReopenMatter", MatterAction.REOPEN, RAISES, _ABOUT_RAISER),
)
_QUESTION_METHODS: Final[tuple[tuple[str, QuestionAction], ...]] = (
    ("DraftPublicAnswer", QuestionAction.DRAFT),
    ("ApprovePublicAnswer", QuestionAction.APPROVE),
    ("SendBackPublicAnswer", QuestionAction.SEND_BACK),
    ("PublishPublicAnswer", QuestionAction.PUBLISH),
)
_PRACTICE_METHODS: Final[tuple[tuple[str, PracticeAction, tuple[Allow, ...]], ...]] = (
    ("PublishPractice", PracticeAction.PUBLISH, PUBLISHES),
    ("ReturnPractice", PracticeAction.RETURN, PUBLISHES),
    ("SubmitPractice", PracticeAction.RESUBMIT, RAISES),
)


def short_light(due_us: int, now_us: int) -> Light:
    """The light of what is due within a few days at most."""
    return light_of(due_us, now_us, due.newest_calendar(), SHORT_YELLOW_WORKDAYS)


class Names:
    """Names of units, each looked up once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._names: dict[str, str] = {}

    def of(self, unit_id: str) -> str:
        """The unit's name, also when it has ended; empty when there is none."""
        if unit_id not in self._names:
            unit = tree.find(self._reader, unit_id)
            self._names[unit_id] = unit.name if unit else ""
        return self._names[unit_id]


class May:
    """Whether this caller passes one of the ways to a unit."""

    def __init__(self, ask: Ask) -> None:
        self._reader = ask.reader
        self._holdings = Holdings(ask.principal)

    def __call__(self, ways: Sequence[Allow], unit_id: str, route_id: str = routes.UNIT_TREE) -> bool:
        unit = routes.find(self._reader, route_id, unit_id)
        return unit is not None and self._holdings.fit(ways, unit) is not None


def matter_messages(ask: Ask, rows: Iterable[MatterRow], now_us: int) -> list[pb.Matter]:
    """The rows in their order."""
    names, may = Names(ask.reader), May(ask)
    found = []
    for row in rows:
        matter = row.matter
        units = {_ABOUT_RAISER: matter.unit_id, _ABOUT_OWNER: matter.owner_unit_id}
        waiting = matter.state is MatterState.WAITING
        found.append(pb.Matter(
            matter_id=matter.matter_id,
            turnover=matter.turnover,
            unit_id=matter.unit_id,
            unit_name=names.of(matter.unit_id),
            topic=row.topic,
            kind=row.kind,
            text=row.text,
            state=matter.state,
            version=matter.version,
            owner_unit_id=matter.owner_unit_id,
            owner_unit_name=names.of(matter.owner_unit_id),
            raised_us=row.raised_us,
            due_us=matter.due_us,
            answer=matter.answer,
            answered_us=row.answered_us,
            answered_by_unit_id=matter.answered_by_unit_id,
            times_passed_up=row.times_passed_up,
            times_reopened=row.times_reopened,
            published=row.published,
            light=short_light(matter.due_us, now_us) if waiting else "",
            actions=[
                method
                for method, action, ways, about in _MATTER_METHODS
                if (matter.state, action) in matter_rules.TRANSITIONS and may(ways, units[about])
            ],
        ))  # fmt: skip
    return found


def published_messages(ask: Ask, rows: Iterable[PublishedRow]) -> list[pb.PublishedAnswer]:
    """What all units read: neither who raised it nor who asked."""
    names = Names(ask.reader)
    return [
        pb.PublishedAnswer(
            answer_id=row.answer_id,
            topic=row.topic,
            question=row.question,
            answer=row.answer,
            published_us=row.published_us,
            by_unit_id=row.by_unit_id,
            by_unit_name=names.of(row.by_unit_id),
        )
        for row in rows
    ]


def question_messages(ask: Ask, rows: Iterable[QuestionRow], now_us: int) -> list[pb.PublicQuestion]:
    """The rows in their order; who drafted may not approve, and is not offered it."""
    may = May(ask)
    found = []
    for row in rows:
        question = row.question
        own_draft = ask.principal.account_id == question.drafter_id
        open_still = question.state is not QuestionState.PUBLISHED
        found.append(pb.PublicQuestion(
            question_id=question.question_id,
            turnover=question.turnover,
            unit_id=question.unit_id,
            topic=row.topic,
            channel=row.channel,
            asked_us=question.asked_us,
            question=row.text,
            answer=row.answer,
            state=question.state,
            version=question.version,
            due_us=question.due_us,
            send_back_reason=row.send_back_reason,
            taken_working_minutes=row.taken_working_minutes,
            light=short_light(question.due_us, now_us) if open_still else "",
            actions=[
                method
                for method, action in _QUESTION_METHODS
                if (question.state, action) in question_rules.TRANSITIONS
                and may(SPEAKS, question.unit_id)
                and not (action is QuestionAction.APPROVE and own_draft)
            ],
        ))  # fmt: skip
    return found


def practice_messages(ask: Ask, rows: Iterable[PracticeRow]) -> list[pb.Practice]:
    """The rows in their order."""
    names, may = Names(ask.reader), May(ask)
    found = []
    for row in rows:
        practice = row.practice
        found.append(pb.Practice(
            practice_id=practice.practice_id,
            turnover=practice.turnover,
            unit_id=practice.unit_id,
            unit_name=names.of(practice.unit_id),
            topic=row.topic,
            title=row.title,
            method=row.method,
            evidence_reference=row.evidence_reference,
            evidence=row.evidence,
            shows_persons=row.shows_persons,
            consent=row.consent,
            state=practice.state,
            version=practice.version,
            return_reason=row.return_reason,
            submitted_us=row.submitted_us,
            actions=[
                method
                for method, action, ways in _PRACTICE_METHODS
                if (practice.state, action) in practice_rules.TRANSITIONS and may(ways, practice.unit_id)
            ],
        ))  # fmt: skip
    return found
