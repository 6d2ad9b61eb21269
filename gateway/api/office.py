"""Meetings, what goes up and what comes down, units' election meetings, closing of a turnover."""

from __future__ import annotations

from typing import Final

from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_MEETINGS: Final = "meetings"
_UPWARD: Final = "upward"
_BOOKINGS: Final = "unit meetings"
_CLOSING: Final = "closing"
_ONE: Final = "/turnovers/{turnover_id}"
_MEETING: Final = _ONE + "/meetings/{meeting_id}"
_PAPER: Final = "/papers/{paper_id}"
_REQUIREMENT: Final = _ONE + "/requirements/{requirement_id}"
_UNIT: Final = "unit_0v3k9d1m7q2x8b4c"
_DIRECTIVE: Final = {"title": "报送换届工作安排", "text": "请各党组织报送。", "done_by_day": "2026-04-30"}

OPERATIONS: Final[tuple[Operation, ...]] = (
    # meetings
    command("call_meeting", "POST", _ONE + "/meetings", "schedule.CallMeeting",
            tag=_MEETINGS, summary="Call a meeting with its agenda", status=201,
            required=("unit_id", "kind", "title", "day"),
            example={"unit_id": _UNIT, "kind": "leading_group", "title": "换届工作领导小组第一次会议",
                     "day": "2026-03-20", "agenda": ["审议工作方案"]}),
    query("list_meetings", _ONE + "/meetings", "schedule.ListMeetings",
          tag=_MEETINGS, summary="Meetings, newest first", items="meetings"),
    query("get_meeting", "/meetings/{meeting_id}", "schedule.GetMeeting",
          tag=_MEETINGS, summary="One meeting, with what became of the last one's decisions"),
    command("hold_meeting", "POST", _MEETING + "/hold", "schedule.HoldMeeting",
            tag=_MEETINGS, summary="Record attendance counts and decisions",
            required=("unit_id", "entitled_count", "present_count"),
            example={"unit_id": _UNIT, "day": "2026-03-20", "entitled_count": 12, "present_count": 11,
                     "decisions": ["各党组织四月底前报送换届工作安排"]}),
    command("cancel_meeting", "POST", _MEETING + "/cancel", "schedule.CancelMeeting",
            tag=_MEETINGS, summary="Cancel a meeting", required=("unit_id", "reason"),
            example={"unit_id": _UNIT, "reason": "与上级会议冲突"}),
    command("assign_decision", "POST", _MEETING + "/assign", "schedule.AssignDecision",
            tag=_MEETINGS, summary="Make a decision a directive", required=("unit_id", "number", "directive"),
            example={"unit_id": _UNIT, "number": 1, "directive": _DIRECTIVE}),
    # upward
    command("draft_paper", "POST", _ONE + "/papers", "schedule.DraftPaper",
            tag=_UPWARD, summary="Draft a request of one matter, or a report", status=201,
            required=("unit_id", "kind", "title", "addressee"),
            example={"unit_id": _UNIT, "kind": "request", "matters": ["request_congress"],
                     "title": "关于召开区党代表大会的请示", "addressee": "市委"}),
    query("list_papers", _ONE + "/papers", "schedule.ListPapers",
          tag=_UPWARD, summary="Papers upward, newest first", items="papers"),
    query("get_paper", _PAPER, "schedule.GetPaper", tag=_UPWARD, summary="One paper with its text"),
    command("sign_paper", "POST", _PAPER + "/sign", "schedule.SignPaper",
            tag=_UPWARD, summary="Signed by the unit's main leader", required=("unit_id", "post_id"),
            example={"unit_id": _UNIT, "post_id": "post_0v3k9d1m7q2x8b4c"}),
    command("send_paper", "POST", _PAPER + "/send", "schedule.SendPaper",
            tag=_UPWARD, summary="It went up, with number, day and file",
            required=("unit_id", "number", "file_sha256"),
            example={"unit_id": _UNIT, "number": "区委〔2026〕12号", "day": "2026-07-20", "file_sha256": "0" * 64}),
    command("withdraw_paper", "POST", _PAPER + "/withdraw", "schedule.WithdrawPaper",
            tag=_UPWARD, summary="Take a paper back before it is sent", required=("unit_id", "reason"),
            example={"unit_id": _UNIT, "reason": "内容需调整"}),
    command("answer_request", "POST", _PAPER + "/answer", "schedule.AnswerRequest",
            tag=_UPWARD, summary="The superior's reply, with number, day and file",
            required=("unit_id", "approved", "number", "day", "organ", "file_sha256"),
            example={"unit_id": _UNIT, "approved": True, "number": "市委〔2026〕88号", "day": "2026-08-05",
                     "organ": "市委", "file_sha256": "0" * 64}),
    command("receive_requirement", "POST", _ONE + "/requirements", "schedule.ReceiveRequirement",
            tag=_UPWARD, summary="Record what the superior requires, with its source", status=201,
            required=("unit_id", "source", "day", "text", "due_day"),
            example={"unit_id": _UNIT, "source": "市委组织部", "number": "市组〔2026〕5号", "day": "2026-03-10",
                     "text": "每两周报送换届进展。", "due_day": "2026-03-24", "every_workdays": 10}),
    query("list_requirements", _ONE + "/requirements", "schedule.ListRequirements",
          tag=_UPWARD, summary="What the superior requires, and what became of it", items="requirements"),
    command("assign_requirement", "POST", _REQUIREMENT + "/assign", "schedule.AssignRequirement",
            tag=_UPWARD, summary="Make a requirement a directive", required=("unit_id", "directive"),
            example={"unit_id": _UNIT, "directive": _DIRECTIVE}),
    command("report_requirement", "POST", _REQUIREMENT + "/report", "schedule.ReportRequirement",
            tag=_UPWARD, summary="Report back what was done", required=("unit_id", "text"),
            example={"unit_id": _UNIT, "day": "2026-03-24", "text": "已按要求部署。"}),
    # units' election meetings
    command("book_unit_meeting", "POST", _ONE + "/unit-meetings", "schedule.BookUnitMeeting",
            tag=_BOOKINGS, summary="Book a unit's election meeting", status=201,
            required=("unit_id", "milestone_id", "day", "from_minute", "until_minute", "place", "entitled_count",
                      "notice_day"),
            example={"unit_id": _UNIT, "milestone_id": "delegates_elected", "day": "2026-08-20", "from_minute": 540,
                     "until_minute": 660, "place": "机关三楼会议室", "entitled_count": 86,
                     "notice_day": "2026-08-10"}),
    query("list_unit_meetings", _ONE + "/unit-meetings", "schedule.ListUnitMeetings",
          tag=_BOOKINGS, summary="Units' election meetings, by day", items="unit_meetings"),
    command("cancel_unit_meeting", "POST", "/unit-meetings/{booking_id}/cancel", "schedule.CancelUnitMeeting",
            tag=_BOOKINGS, summary="Give a booking up", required=("unit_id", "reason"),
            example={"unit_id": _UNIT, "reason": "场地检修"}),
    # closing
    command("file_results", "POST", _ONE + "/results", "schedule.FileResults",
            tag=_CLOSING, summary="The results are filed with the superior",
            required=("unit_id", "number", "organ", "file_sha256"),
            example={"unit_id": _UNIT, "number": "区委〔2026〕40号", "day": "2026-10-20", "organ": "市委",
                     "file_sha256": "0" * 64}),
    command("archive_turnover", "POST", _ONE + "/archive", "schedule.ArchiveTurnover",
            tag=_CLOSING, summary="Seal the archive package with a manifest of hashes", required=("unit_id",),
            example={"unit_id": _UNIT, "gaps": [{"class_id": "notices", "reason": "本次无公示"}]}),
    query("get_archive", _ONE + "/archive", "schedule.GetArchive",
          tag=_CLOSING, summary="The sealed package: manifest, retention days, what was erased"),
    command("erase_turnover", "POST", _ONE + "/erasure", "schedule.EraseTurnover",
            tag=_CLOSING, summary="Empty personal columns; the ledger keeps that it was done",
            required=("unit_id", "ground", "document_number"),
            example={"unit_id": _UNIT, "ground": "保管期满", "document_number": "区委办〔2027〕3号"}),
)  # fmt: skip
