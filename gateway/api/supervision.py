"""Supervision orders, what could be ordered, and what was told up the line."""

from __future__ import annotations

from typing import Final

from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_TAG: Final = "supervision"
_BULK: Final = "assignments"
_MESSAGES: Final = "messages"
_ORDER: Final = "/orders/{order_id}"
_ROWS: Final = {"rows": [{"directive_id": "dir_0v3k9d1m7q2x8b4c", "unit_id": "unit_0v3k9d1m7q2x8b4c"}]}

OPERATIONS: Final[tuple[Operation, ...]] = (
    command("issue_order", "POST", "/units/{unit_id}/orders", "reporting.IssueOrder",
            tag=_TAG, summary="Issue a supervision order for a stage that a unit owes", status=201,
            required=("directive_id", "stage", "text"),
            example={"directive_id": "dir_0v3k9d1m7q2x8b4c", "stage": 5, "text": "请于三个工作日内反馈。",
                     "workdays": 3}),
    query("list_unit_orders", "/units/{unit_id}/orders", "reporting.ListOrders",
          tag=_TAG, summary="Orders to a unit, newest first", items="orders", leave_out=("issuer_unit_id",)),
    query("list_issued_orders", "/units/{unit_id}/orders/issued", "reporting.ListOrders",
          tag=_TAG, summary="Orders that a unit issued: its ledger of rectification, newest first", items="orders",
          fills={"unit_id": "issuer_unit_id"}, leave_out=("unit_id",)),
    query("list_order_proposals", "/units/{unit_id}/orders/proposed", "reporting.ListOrderProposals",
          tag=_TAG, summary="What is overdue below a unit and could be ordered", items="items"),
    query("get_order", _ORDER, "reporting.GetOrder", tag=_TAG, summary="One order, with what the caller may do now"),
    command("accept_order", "POST", _ORDER + "/accept", "reporting.AcceptOrder",
            tag=_TAG, summary="Accept an order, for the unit that it is to"),
    command("answer_order", "POST", _ORDER + "/answer", "reporting.AnswerOrder",
            tag=_TAG, summary="Say what was done, and what shows it", required=("summary",),
            example={"summary": "已完成并核对。", "evidence_reference": "机关档案室 2026-11 卷"}),
    command("return_order", "POST", _ORDER + "/return", "reporting.ReturnOrder",
            tag=_TAG, summary="Return an answer that will not do, with the reason", required=("reason",),
            example={"reason": "请附签到表", "workdays": 2}),
    command("close_order", "POST", _ORDER + "/close", "reporting.CloseOrder",
            tag=_TAG, summary="Close an order: only with evidence, never by who handled it"),
    command("withdraw_order", "POST", _ORDER + "/withdraw", "reporting.WithdrawOrder",
            tag=_TAG, summary="Withdraw an order, with the reason", required=("reason",),
            example={"reason": "该事项已另行部署"}),
    command("receive_assignments", "POST", "/assignments/receive", "reporting.ReceiveAssignments",
            tag=_BULK, summary="Receive many, and name the first responsible person: a receipt a row",
            required=("rows",), example=_ROWS),
    command("name_responsibles", "POST", "/assignments/name", "reporting.NameResponsibles",
            tag=_BULK, summary="Name the first responsible person of many: a receipt a row",
            required=("rows",), example=_ROWS),
    command("verify_reports", "POST", "/assignments/verify", "reporting.VerifyReports",
            tag=_BULK, summary="Verify many reports: a receipt a row", required=("rows",), example=_ROWS),
    command("remind_units", "POST", "/assignments/remind", "reporting.RemindUnits",
            tag=_BULK, summary="Remind many units of what they owe themselves: a receipt a row; it goes out with the "
                               "next daily digest",
            required=("rows",), example=_ROWS),
    command("undo_acts", "POST", "/assignments/undo", "reporting.UndoActs",
            tag=_BULK, summary="Take back one's own newest receipt, naming, verification or reminder of many, where "
                               "nothing has followed: a receipt a row",
            required=("rows", "act"), example={"act": "receive", **_ROWS}),
    query("list_today", "/units/{unit_id}/today", "reporting.ListToday",
          tag=_TAG, summary="What the caller must do for a unit now", items="items"),
    command("set_contact", "PUT", "/units/{unit_id}/posts/{post_id}/contact", "reporting.SetContact",
            tag=_MESSAGES, summary="Say how the holder of a post is reached; kept outside of the record, erasable",
            example={"mail": "office@example.org"}),
    query("list_messages", "/units/{unit_id}/messages", "reporting.ListMessages",
          tag=_MESSAGES, summary="Messages to a unit and those below it, and how their delivery stands",
          items="messages"),
    query("list_call_lines", "/units/{unit_id}/call-lines", "reporting.ListCallLines",
          tag=_MESSAGES, summary="Whom to telephone about what is overdue below a unit"),
    query("list_digests", "/units/{unit_id}/digests", "reporting.ListDigests",
          tag=_TAG, summary="What a unit was told to be overdue below it, newest day first", items="digests"),
)  # fmt: skip
