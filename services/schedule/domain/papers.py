"""What goes up to the superior: requests of one matter each, and reports; drafted, signed, sent, answered.

Sources: T1-T6 (lead times, one matter, no request in a report, order).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.schedule.domain.office_errors import (
    MatterMissing,
    MattersMixed,
    MatterUnknown,
    ReplyBeforeRequest,
    ReportHoldsRequest,
    RequestTooEarly,
    SignerNotLeader,
)
from services.schedule.domain.openings import cited
from services.schedule.domain.standing import follow

REQUEST: Final = "request"
PERIODIC, SUDDEN, RESULT = "periodic_report", "sudden_report", "result_report"
KINDS: Final = (REQUEST, PERIODIC, SUDDEN, RESULT)
TITLE_CHARS_MAX: Final = 200
TEXT_CHARS_MAX: Final = 20_000
ADDRESSEE_CHARS_MAX: Final = 200
ONE_MATTER: Final = "T5"
ORDER: Final = "T-order"
# Closing formulas that make a paper a request, whatever its title says.
REQUEST_PHRASES: Final = ("请批示", "请批复", "请审批", "请予批准", "请予审批", "请审定")
# Matters that every turnover may raise, whatever its plan.
COMMON_MATTERS: Final = frozenset({"early_turnover", "late_turnover", "staffing", "funds", "other"})


class PaperState(StrEnum):
    """How far a paper has come."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    SENT = "sent"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class PaperDeed(StrEnum):
    """What may happen to it."""

    SIGN = "sign"
    SEND = "send"
    ANSWER = "answer"
    WITHDRAW = "withdraw"


_S, _D = PaperState, PaperDeed
TRANSITIONS: Final[Mapping[tuple[PaperState, PaperDeed], PaperState]] = {
    (_S.DRAFTED, _D.SIGN): _S.SIGNED,
    (_S.SIGNED, _D.SEND): _S.SENT,
    (_S.SENT, _D.ANSWER): _S.ANSWERED,
    (_S.DRAFTED, _D.WITHDRAW): _S.WITHDRAWN,
    (_S.SIGNED, _D.WITHDRAW): _S.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Paper:
    """What decisions need of a paper."""

    paper_id: str
    turnover_id: str
    unit_id: str
    kind: str
    matter: str
    state: PaperState
    latest_day: str
    sent_day: str
    version: int

    def after(self, deed: PaperDeed) -> PaperState:
        """Raises WrongStanding; a report is not answered."""
        thing = REQUEST if self.kind == REQUEST else "report"
        if deed is PaperDeed.ANSWER and self.kind != REQUEST:
            return follow(thing, {}, self.state, deed)
        return follow(thing, TRANSITIONS, self.state, deed)


def one_matter(kind: str, matters: Sequence[str], text: str, known: Collection[str]) -> str:
    """The matter of a request, nothing for a report.

    Raises MatterMissing, MattersMixed, MatterUnknown, ReportHoldsRequest (T5).
    """
    if kind != REQUEST:
        found = next(iter(matters), "") or next((each for each in REQUEST_PHRASES if each in text), "")
        if found:
            raise ReportHoldsRequest(found=found, citation=cited(ONE_MATTER), rule=ONE_MATTER)
        return ""
    distinct = tuple(dict.fromkeys(each for each in matters if each))
    if not distinct:
        raise MatterMissing(rule=ONE_MATTER)
    if len(distinct) > 1:
        raise MattersMixed(matters=len(distinct), citation=cited(ONE_MATTER), rule=ONE_MATTER)
    if distinct[0] not in known and distinct[0] not in COMMON_MATTERS:
        raise MatterUnknown(matter=distinct[0])
    return distinct[0]


def check_order(matter: str, needs: Sequence[str], approved: Collection[str]) -> None:
    """What must be approved first is approved. Raises RequestTooEarly (T-order)."""
    for each in needs:
        if each not in approved:
            raise RequestTooEarly(matter=matter, needs=each, citation=cited(ORDER), rule=ORDER)


def check_signer(post_id: str, leader_post_id: str) -> None:
    """Raises SignerNotLeader (T5)."""
    if not leader_post_id or post_id != leader_post_id:
        raise SignerNotLeader(post_id=post_id, citation=cited(ONE_MATTER), rule=ONE_MATTER)


def check_reply(sent: date, reply: date) -> None:
    """Raises ReplyBeforeRequest."""
    if reply < sent:
        raise ReplyBeforeRequest(
            reply_day=reply.isoformat(), sent_day=sent.isoformat(), citation=cited(ONE_MATTER), rule=ONE_MATTER
        )


def late_days(latest_day: str, sent: date) -> int:
    """By how many days it was sent after its general lead time; 0 in time or where none applies."""
    return max(0, (sent - date.fromisoformat(latest_day)).days) if latest_day else 0
