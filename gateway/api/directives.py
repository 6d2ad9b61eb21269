"""Directives: tasks that go down the unit tree."""

from __future__ import annotations

from typing import Final

from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_TAG: Final = "directives"
_ISSUED: Final = {
    "turnover": "370211/district/2026",
    "number": "换届办〔2026〕1号",
    "title": "报送换届风气教育情况",
    "text": "请各党组织报送应受教育人数和已受教育人数。",
    "basis": "地2020 第四条",
    "source": "区委换届工作会议",
    "urgency": "ordinary",
    "issuer_unit_id": "unit_0v3k9d1m7q2x8b4c",
    "scope": {"subtree_unit_id": "unit_0v3k9d1m7q2x8b4c", "kinds": ["branch"]},
    "lead_unit_id": "unit_0v3k9d1m7q2x8b4c",
    "plan": {"report_workdays": 10},
}

OPERATIONS: Final[tuple[Operation, ...]] = (
    command("issue_directive", "POST", "/directives", "reporting.IssueDirective",
            tag=_TAG, summary="Issue a directive and pass it to the first layer", status=201,
            required=("title", "issuer_unit_id", "scope", "lead_unit_id"), example=_ISSUED),
    query("list_directives", "/directives", "reporting.ListDirectives",
          tag=_TAG, summary="Directives that concern the caller, newest first", items="directives"),
    query("get_directive", "/directives/{directive_id}", "reporting.GetDirective",
          tag=_TAG, summary="One directive"),
    command("withdraw_directive", "POST", "/directives/{directive_id}/withdraw", "reporting.WithdrawDirective",
            tag=_TAG, summary="Withdraw a directive everywhere", required=("reason",),
            example={"reason": "上级要求调整"}),
)  # fmt: skip
