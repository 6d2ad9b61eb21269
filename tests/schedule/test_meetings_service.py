"""Meetings: counts, decisions that become directives, and what became of them at the next one."""

from __future__ import annotations

from typing import Any

import pytest

from huanjie.schedule.v1 import schedule_pb2 as pb
from huanjie.schedule.v1 import turnovers_pb2
from tests.schedule.bureau import Bureau, unit


def called(bureau: Bureau, **fields: Any) -> str:
    words: dict[str, Any] = {"kind": "leading_group", "title": "领导小组第一次会议", "day": "2026-03-20", **fields}
    return str(bureau.do(pb.CallMeetingRequest(**words)).meeting_id)


def held(bureau: Bureau, meeting: str, *decisions: str, **fields: Any) -> Any:
    words: dict[str, Any] = {"entitled_count": 12, "present_count": 11, **fields}
    return bureau.do(pb.HoldMeetingRequest(meeting_id=meeting, decisions=decisions, **words))


def asked(**fields: Any) -> pb.DirectiveAsked:
    words: dict[str, Any] = {"title": "报送换届工作安排", "text": "请报送。", "done_by_day": "2026-04-30", **fields}
    return pb.DirectiveAsked(**words)


def test_the_next_meeting_opens_with_what_became_of_the_last_ones_decisions(bureau: Bureau) -> None:
    bureau.open()
    first = called(bureau, agenda=["审议工作方案", " "])
    bureau.at("2026-03-20")
    held(bureau, first, "各党组织四月底前报送换届工作安排", "下次会议研究代表名额")
    assign = pb.AssignDecisionRequest(meeting_id=first, number=1, directive=asked())
    bureau.do(assign)
    (event,) = bureau.events("DecisionAssigned")
    assert (event.directive.source, event.directive.issuer_unit_id) == (
        "领导小组第一次会议（2026-03-20）第1项", unit("D"),
    )  # fmt: skip
    assert max(day.day for day in event.directive.latest) == "2026-04-30"
    bureau.issued(f"decision/{first}/1", "dir_7")
    bureau.verified("dir_7", "A", "B")
    second = called(bureau, title="领导小组第二次会议", day="2026-04-20")
    shown = bureau.ask(pb.GetMeetingRequest(meeting_id=second))
    assert shown.before_meeting_id == first
    assert [(d.number, d.assigned, d.directive_id, d.units_due, d.units_done) for d in shown.before] == [
        (1, True, "dir_7", 6, 2), (2, False, "", 0, 0),
    ]  # fmt: skip
    # Another kind of meeting has its own series.
    assert not bureau.ask(pb.GetMeetingRequest(meeting_id=called(bureau, kind="standing_committee"))).before


def test_attendance_is_a_count_and_cannot_be_impossible(bureau: Bureau) -> None:
    bureau.open()
    meeting = called(bureau)
    bureau.at("2026-03-20")
    for entitled, present in ((0, 0), (10, 11)):
        request = pb.HoldMeetingRequest(meeting_id=meeting, entitled_count=entitled, present_count=present)
        assert bureau.refusal(request).params() == {"entitled": entitled, "present": present}
    assert held(bureau, meeting).state == "held"


def test_a_meeting_is_not_held_before_its_day_comes_nor_twice(bureau: Bureau) -> None:
    bureau.open()
    meeting = called(bureau)
    words: dict[str, Any] = {"meeting_id": meeting, "entitled_count": 3, "present_count": 3}
    assert bureau.refusal(pb.HoldMeetingRequest(day="2026-03-20", **words)).code == "SCHEDULE_DAY_AHEAD"
    bureau.at("2026-03-20")
    bureau.do(pb.HoldMeetingRequest(**words))
    refusal = bureau.refusal(pb.HoldMeetingRequest(**words))
    assert refusal.params() == {"thing": "meeting", "standing": "held", "deed": "hold"}


def test_a_cancelled_meeting_takes_no_decisions(bureau: Bureau) -> None:
    bureau.open()
    meeting = called(bureau)
    bureau.do(pb.CancelMeetingRequest(meeting_id=meeting, reason="与上级会议冲突"))
    assert bureau.ask(pb.GetMeetingRequest(meeting_id=meeting)).state == "cancelled"
    refusal = bureau.refusal(pb.HoldMeetingRequest(meeting_id=meeting, entitled_count=3, present_count=3))
    assert refusal.code == "SCHEDULE_WRONG_STANDING"


@pytest.mark.parametrize(
    ("number", "directive", "code"),
    [
        (3, asked(), "DECISION_UNKNOWN"),
        (1, asked(done_by_day="2026-03-01"), "SCHEDULE_DAY_BEFORE"),
        (1, asked(done_by_day="2026-03-23"), "WINDOW_BELOW_LAYERS"),
        (1, asked(title=""), "BAD_REQUEST"),
        (1, asked(scope=turnovers_pb2.DirectiveScope(unit_ids=["unit_nowhere"])), "NOT_FOUND"),
        (1, asked(scope=turnovers_pb2.DirectiveScope(kinds=["ministry"])), "BAD_REQUEST"),
        (1, asked(scope=turnovers_pb2.DirectiveScope(kinds=["general_branch"])), "BAD_REQUEST"),
    ],
)
def test_a_decision_that_cannot_become_a_directive_is_refused(
    bureau: Bureau, number: int, directive: pb.DirectiveAsked, code: str
) -> None:
    bureau.open()
    meeting = called(bureau)
    bureau.at("2026-03-20")
    held(bureau, meeting, "报送安排")
    request = pb.AssignDecisionRequest(meeting_id=meeting, number=number, directive=directive)
    assert bureau.refusal(request).code == code


def test_a_decision_becomes_one_directive_only(bureau: Bureau) -> None:
    bureau.open()
    meeting = called(bureau)
    bureau.at("2026-03-20")
    held(bureau, meeting, "报送安排")
    scope = turnovers_pb2.DirectiveScope(unit_ids=[unit("A")])
    request = pb.AssignDecisionRequest(meeting_id=meeting, number=1, directive=asked(scope=scope))
    bureau.do(request)
    assert bureau.refusal(request).code == "DECISION_ASSIGNED_ALREADY"


def test_the_offices_meetings_are_not_shown_to_the_units_below(bureau: Bureau) -> None:
    bureau.open()
    called(bureau)
    assert len(bureau.ask(pb.ListMeetingsRequest()).meetings) == 1
    with pytest.raises(Exception, match="NOT_FOUND"):
        bureau.ask(pb.ListMeetingsRequest(), bureau.secretary("a1"))
