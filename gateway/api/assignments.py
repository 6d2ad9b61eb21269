"""A unit's assignments: what became of a directive there, and every step that its people or its superiors take."""

from __future__ import annotations

from typing import Final

from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_TAG: Final = "assignments"
_ONE: Final = "/directives/{directive_id}/assignments/{unit_id}"

OPERATIONS: Final[tuple[Operation, ...]] = (
    query("list_unit_assignments", "/units/{unit_id}/assignments", "reporting.ListAssignments",
          tag=_TAG, summary="What a unit has to do, newest first", items="assignments",
          leave_out=("children_of_unit_id",)),
    query("list_children_assignments", "/units/{unit_id}/children/assignments", "reporting.ListAssignments",
          tag=_TAG, summary="What a unit's children have to do: for their superior and their verifier",
          items="assignments", fills={"unit_id": "children_of_unit_id"}, leave_out=("unit_id",)),
    query("get_assignment", _ONE, "reporting.GetAssignment",
          tag=_TAG, summary="One assignment, with what the caller may do now"),
    query("get_assignment_history", _ONE + "/history", "reporting.GetAssignmentHistory",
          tag=_TAG, summary="Everything that happened to an assignment, oldest first", items="items"),
    command("dispatch_assignments", "POST", _ONE + "/dispatch", "reporting.DispatchAssignments",
            tag=_TAG, summary="Pass the directive on to the unit's children",
            example={"child_unit_ids": []}),
    command("receive_assignment", "POST", _ONE + "/receive", "reporting.ReceiveAssignment",
            tag=_TAG, summary="Receive, and name who is responsible in the same tap",
            example={"receive_only": False}),
    command("name_responsible", "POST", _ONE + "/name", "reporting.NameResponsible",
            tag=_TAG, summary="Name who is responsible, and by when",
            example={"post_id": "post_0v3k9d1m7q2x8b4c", "target_us": 1790000000000000}),
    command("start_work", "POST", _ONE + "/start", "reporting.StartWork",
            tag=_TAG, summary="Say that work has begun"),
    command("submit_report", "POST", _ONE + "/report", "reporting.SubmitReport",
            tag=_TAG, summary="Report: how many were due, how many are done",
            required=("due_count", "done_count"),
            example={"due_count": 12, "done_count": 12, "summary": "已全部完成"}),
    command("report_on_behalf", "POST", _ONE + "/report-on-behalf", "reporting.ReportOnBehalf",
            tag=_TAG, summary="Report for a unit below, to be confirmed by it",
            required=("due_count", "done_count"), example={"due_count": 12, "done_count": 11}),
    command("confirm_report", "POST", _ONE + "/confirm", "reporting.ConfirmReport",
            tag=_TAG, summary="Confirm what a superior reported for the unit"),
    command("correct_report", "POST", _ONE + "/correct", "reporting.CorrectReport",
            tag=_TAG, summary="Correct a verified report, by number and with the reason: it is verified again",
            required=("reason",),
            example={"reason": "漏计一名请假党员", "due_count": 12, "done_count": 11, "summary": "已更正"}),
    command("verify_report", "POST", _ONE + "/verify", "reporting.VerifyReport",
            tag=_TAG, summary="Verify a report, as a superior of the unit",
            required=("report_number",), example={"report_number": 1}),
    command("return_report", "POST", _ONE + "/return", "reporting.ReturnReport",
            tag=_TAG, summary="Return a report for rectification, with the reason",
            required=("report_number", "reason"),
            example={"report_number": 1, "reason": "缺少签到表", "rectify_workdays": 3}),
    command("withdraw_assignment", "POST", _ONE + "/withdraw", "reporting.WithdrawAssignment",
            tag=_TAG, summary="Withdraw the assignment of one unit", required=("reason",),
            example={"reason": "该单位已无此项任务"}),
    command("restore_assignment", "POST", _ONE + "/restore", "reporting.RestoreAssignment",
            tag=_TAG, summary="Restore a withdrawn assignment to the state that it had"),
    command("ask_extension", "POST", _ONE + "/extension", "reporting.AskExtension",
            tag=_TAG, summary="Ask for more working days for a stage", required=("stage", "workdays", "reason"),
            example={"stage": 5, "workdays": 3, "reason": "会议改期"}),
    command("grant_extension", "POST", _ONE + "/extension/grant", "reporting.GrantExtension",
            tag=_TAG, summary="Grant the extension that was asked for"),
    command("refuse_extension", "POST", _ONE + "/extension/refuse", "reporting.RefuseExtension",
            tag=_TAG, summary="Refuse the extension that was asked for", required=("reason",),
            example={"reason": "期限由上级文件规定"}),
)  # fmt: skip
