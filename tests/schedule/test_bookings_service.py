"""Units' election meetings: in the window, after the notice, with an observer who is free; and the end of it all."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from huanjie.schedule.v1 import office_pb2
from huanjie.schedule.v1 import schedule_pb2 as pb
from services.kernel.rules import rule
from tests.schedule.bureau import CONGRESS, FILE, Bureau, unit


def booking(bureau: Bureau, name: str = "A", **fields: Any) -> pb.BookUnitMeetingRequest:
    """A meeting on the plan's latest day for the election of delegates."""
    day = bureau.plan()["delegates_elected"].latest_day
    words: dict[str, Any] = {
        "unit_id": unit(name), "milestone_id": "delegates_elected", "day": day, "from_minute": 540,
        "until_minute": 660, "place": "机关三楼会议室", "entitled_count": 86, "observer_id": "account_observer",
        "notice_day": "2026-07-01", **fields,
    }  # fmt: skip
    return pb.BookUnitMeetingRequest(**words)


def test_a_unit_books_its_election_meeting(bureau: Bureau) -> None:
    bureau.planned()
    answer = bureau.do(booking(bureau), bureau.secretary("A"))
    assert not answer.warnings
    (shown,) = bureau.ask(pb.ListUnitMeetingsRequest(unit_id=unit("A"))).unit_meetings
    assert (shown.booking_id, shown.unit_name, shown.entitled_count) == (answer.booking_id, "A单位", 86)


def test_a_meeting_outside_the_plans_window_is_refused(bureau: Bureau) -> None:
    bureau.planned()
    shown = bureau.plan()["delegates_elected"]
    for day in ("2026-03-17", CONGRESS):
        refusal = bureau.refusal(booking(bureau, day=day))
        assert (refusal.code, refusal.params()["last_day"]) == ("BOOKING_OUTSIDE_WINDOW", shown.latest_day)
    assert bureau.refusal(booking(bureau, day="2026-03-13")).code == "SCHEDULE_DAY_BEFORE"


def test_a_window_shorter_than_the_notice_is_refused(bureau: Bureau) -> None:
    bureau.planned()
    day = bureau.plan()["delegates_elected"].latest_day
    refusal = bureau.refusal(booking(bureau, notice_day=day))
    assert (refusal.code, refusal.rule) == ("UNIT_MEETING_NOTICE_TOO_SHORT", "V-5")
    assert refusal.params() == {"workdays": 0, "needed_workdays": 5, "citation": rule("V-5").sources[0].zh}


def test_an_observer_is_at_one_meeting_at_a_time(bureau: Bureau) -> None:
    bureau.planned()
    bureau.do(booking(bureau))
    overlapping = booking(bureau, "B", place="另一会议室", from_minute=659, until_minute=700)
    assert bureau.refusal(overlapping).params()["unit_id"] == unit("A")
    # As soon as the first has ended, the observer is free.
    assert bureau.do(booking(bureau, "B", place="另一会议室", from_minute=660, until_minute=700)).booking_id


def test_a_venue_that_is_taken_is_warned(bureau: Bureau) -> None:
    bureau.planned()
    bureau.do(booking(bureau))
    answer = bureau.do(booking(bureau, "B", place="机关三楼 会议室", observer_id="account_other"))
    assert [each.code for each in answer.warnings] == ["VENUE_TAKEN"]
    assert answer.warnings[0].parameters["unit_id"] == unit("A")


def test_a_new_booking_takes_the_old_ones_place_only_when_it_says_so(bureau: Bureau) -> None:
    bureau.planned()
    first = bureau.do(booking(bureau)).booking_id
    assert bureau.refusal(booking(bureau, from_minute=600)).params()["booking_id"] == first
    bureau.do(booking(bureau, from_minute=600, instead=True))
    (shown,) = bureau.ask(pb.ListUnitMeetingsRequest(unit_id=unit("A"))).unit_meetings
    assert (shown.from_minute, len(bureau.events("UnitMeetingCancelled"))) == (600, 1)


@pytest.mark.parametrize(
    ("name", "fields", "code"),
    [
        ("a1", {}, "UNIT_NOT_OF_MILESTONE"),
        ("A", {"until_minute": 540}, "BAD_REQUEST"),
        ("A", {"until_minute": 1_441}, "BAD_REQUEST"),
        ("A", {"entitled_count": 0}, "BAD_REQUEST"),
        ("A", {"place": " "}, "BAD_REQUEST"),
        ("A", {"milestone_id": "nowhere"}, "MILESTONE_UNKNOWN"),
        ("A", {"notice_day": "2026-02-30"}, "BAD_REQUEST"),
    ],
)
def test_a_booking_that_cannot_be_is_refused(bureau: Bureau, name: str, fields: dict[str, Any], code: str) -> None:
    bureau.planned()
    assert bureau.refusal(booking(bureau, name, **fields)).code == code


def test_a_booking_is_given_up(bureau: Bureau) -> None:
    bureau.planned()
    booked = bureau.do(booking(bureau)).booking_id
    bureau.do(pb.CancelUnitMeetingRequest(booking_id=booked, unit_id=unit("A"), reason="场地检修"))
    assert not bureau.ask(pb.ListUnitMeetingsRequest(unit_id=unit("A"))).unit_meetings
    again = pb.CancelUnitMeetingRequest(booking_id=booked, unit_id=unit("A"), reason="场地检修")
    assert bureau.refusal(again).code == "NOT_FOUND"


# ---- closing ----------------------------------------------------------------------------------------------


def filed(bureau: Bureau) -> None:
    """A turnover with a request, a decision, a meeting, a booking, and its results filed after the congress."""
    bureau.planned()
    bureau.approved("request_congress")
    bureau.keep("decision", "leading_group", "committee")
    meeting = bureau.do(pb.CallMeetingRequest(kind="dispatch", title="部署会", day="2026-03-16")).meeting_id
    bureau.do(pb.HoldMeetingRequest(meeting_id=meeting, entitled_count=40, present_count=38))
    bureau.do(booking(bureau))
    bureau.at("2026-10-20")
    bureau.do(pb.FileResultsRequest(number="区委〔2026〕40号", organ="市委", file_sha256=FILE))


def test_results_are_not_filed_before_the_congress(bureau: Bureau) -> None:
    bureau.planned()
    refusal = bureau.refusal(pb.FileResultsRequest(number="1号", organ="市委", file_sha256=FILE))
    assert (refusal.code, refusal.params()) == ("TURNOVER_BEFORE_CONGRESS", {"day": CONGRESS})


def test_the_archive_is_sealed_by_a_manifest_whose_hash_is_in_the_ledger(bureau: Bureau) -> None:
    filed(bureau)
    answer = bureau.do(pb.ArchiveTurnoverRequest())
    shown = bureau.ask(pb.GetArchiveRequest())
    assert hashlib.sha256(shown.manifest.encode()).hexdigest() == shown.manifest_sha256 == answer.manifest_sha256
    listed = json.loads(shown.manifest)["items"]
    assert len(listed) == answer.items
    classes = {each["class"]: each for each in listed}
    assert set(classes) == {"plans", "requests", "decisions", "meetings", "results"}
    assert all(len(each["sha256"]) == 64 for each in listed)
    # Minutes for thirty years, requests for good.
    assert (classes["meetings"]["keep_until"], classes["requests"]["keep_until"]) == ("2056-10-20", "")
    assert bureau.events("TurnoverArchived")[0].manifest_sha256 == shown.manifest_sha256


def test_an_empty_class_needs_its_reason(bureau: Bureau) -> None:
    bureau.planned()
    bureau.at("2026-10-20")
    bureau.do(pb.FileResultsRequest(number="40号", organ="市委", file_sha256=FILE))
    assert bureau.refusal(pb.ArchiveTurnoverRequest()).params() == {"archive_class": "requests"}
    gaps = [office_pb2.ArchiveGap(class_id=each, reason="本次未产生") for each in ("requests", "decisions", "meetings")]
    bureau.do(pb.ArchiveTurnoverRequest(gaps=gaps))
    assert [each.class_id for each in bureau.ask(pb.GetArchiveRequest()).gaps] == ["requests", "decisions", "meetings"]


def test_personal_columns_are_erased_and_the_erasure_is_recorded(bureau: Bureau) -> None:
    filed(bureau)
    words: dict[str, Any] = {"ground": "保管期满", "document_number": "区委办〔2027〕3号"}
    assert bureau.refusal(pb.EraseTurnoverRequest(**words)).code == "ERASURE_NEEDS_ARCHIVE"
    bureau.do(pb.ArchiveTurnoverRequest())
    (paper,) = bureau.ask(pb.ListPapersRequest()).papers
    assert bureau.ask(pb.GetPaperRequest(paper_id=paper.paper_id)).text
    answer = bureau.do(pb.EraseTurnoverRequest(**words))
    assert {each.name: each.rows for each in answer.erased} == {"booking.observer_id": 1, "paper_text.text": 1}
    assert not bureau.ask(pb.GetPaperRequest(paper_id=paper.paper_id)).text
    assert [each.observer_id for each in bureau.ask(pb.ListUnitMeetingsRequest(unit_id=unit("A"))).unit_meetings] == [
        ""
    ]
    (event,) = bureau.events("PersonalDataErased")
    assert event.document_number == "区委办〔2027〕3号"
    assert {each.name for each in bureau.ask(pb.GetArchiveRequest()).erased} == {
        "booking.observer_id",
        "paper_text.text",
    }


def test_what_is_filed_is_archived_before_it_is_closed_and_then_nothing_more_happens(bureau: Bureau) -> None:
    filed(bureau)
    close = pb.CloseTurnoverRequest(reason="换届工作全部结束")
    assert bureau.refusal(close).params() == {"thing": "turnover", "standing": "filed", "deed": "close"}
    bureau.do(pb.ArchiveTurnoverRequest())
    meeting = pb.CallMeetingRequest(kind="dispatch", title="部署会", day="2026-10-30")
    assert bureau.refusal(meeting).code == "SCHEDULE_WRONG_STANDING"
    assert bureau.do(close).state == "closed"
