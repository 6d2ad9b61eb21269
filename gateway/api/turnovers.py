"""Turnovers, plans counted back from the congress date, gates."""

from __future__ import annotations

from typing import Final

from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_TAG: Final = "turnovers"
_PLANS: Final = "plans"
_GATES: Final = "gates"
_ONE: Final = "/turnovers/{turnover_id}"
_MILESTONE: Final = _ONE + "/milestones/{milestone_id}"
_OVERRIDE: Final = _ONE + "/overrides/{override_id}"
_UNIT: Final = "unit_0v3k9d1m7q2x8b4c"
_OPENED: Final = {
    "unit_id": _UNIT,
    "level": "district",
    "name": "区党代表大会换届",
    "last_congress_day": "2021-10-20",
    "term_years": 5,
    "on_time_days": 60,
}
_PLAN: Final = {
    "unit_id": _UNIT,
    "template_id": "district_congress",
    "congress_day": "2026-10-12",
    "reason": "按换届工作方案",
    "approver": "区委常委会",
}

OPERATIONS: Final[tuple[Operation, ...]] = (
    command("open_turnover", "POST", "/turnovers", "schedule.OpenTurnover",
            tag=_TAG, summary="Open the turnover of a unit's leading body", status=201,
            required=("unit_id", "level", "name", "last_congress_day", "term_years"), example=_OPENED),
    query("list_turnovers", "/turnovers", "schedule.ListTurnovers",
          tag=_TAG, summary="Turnovers that concern the caller, newest first", items="turnovers"),
    query("get_turnover", _ONE, "schedule.GetTurnover", tag=_TAG, summary="One turnover"),
    command("close_turnover", "POST", _ONE + "/close", "schedule.CloseTurnover",
            tag=_TAG, summary="Close a turnover", required=("unit_id", "reason"),
            example={"unit_id": _UNIT, "reason": "换届工作全部结束"}),
    # plans
    query("list_templates", "/plan-templates", "schedule.ListTemplates",
          tag=_PLANS, summary="Templates of plans that come with the platform", items="templates"),
    query("get_plan", _ONE + "/plan", "schedule.GetPlan",
          tag=_PLANS, summary="The plan in force: every date, and why each gate is closed"),
    command("adopt_plan", "POST", _ONE + "/plan", "schedule.AdoptPlan",
            tag=_PLANS, summary="Adopt a plan, or a new version of it", status=201,
            required=("unit_id", "reason", "approver"), example=_PLAN),
    query("list_plan_versions", _ONE + "/plan/versions", "schedule.ListPlanVersions",
          tag=_PLANS, summary="Every version of the plan, with what it moved", items="versions"),
    query("list_unit_changes", _ONE + "/units/{unit_id}/changes", "schedule.ListUnitChanges",
          tag=_PLANS, summary="What later versions changed for one unit", items="changes"),
    query("list_unit_days", _ONE + "/units/{unit_id}/days", "schedule.ListUnitDays",
          tag=_PLANS, summary="The latest days of one unit"),
    # gates
    command("open_milestone", "POST", _MILESTONE + "/open", "schedule.OpenMilestone",
            tag=_GATES, summary="Begin a milestone whose gate is open; reporting issues its directive",
            required=("unit_id",), example={"unit_id": _UNIT}),
    command("complete_milestone", "POST", _MILESTONE + "/complete", "schedule.CompleteMilestone",
            tag=_GATES, summary="A milestone is done: what it brings about is on record",
            required=("unit_id",), example={"unit_id": _UNIT, "day": "2026-03-16"}),
    command("keep_record", "POST", _ONE + "/records", "schedule.KeepRecord",
            tag=_GATES, summary="Put a decision, a notice or a document on record", status=201,
            required=("unit_id", "kind", "matter"),
            example={"unit_id": _UNIT, "kind": "decision", "organ": "committee", "matter": "leading_group",
                     "number": "换届办〔2026〕1号", "day": "2026-03-16", "file_sha256": "0" * 64}),
    query("list_records", _ONE + "/records", "schedule.ListRecords",
          tag=_GATES, summary="What is on record, withdrawn entries too", items="records"),
    command("withdraw_record", "POST", _ONE + "/records/{record_id}/withdraw", "schedule.WithdrawRecord",
            tag=_GATES, summary="Take back a record that was entered by mistake", required=("unit_id", "reason"),
            example={"unit_id": _UNIT, "reason": "文号填写有误"}),
    command("ask_override", "POST", _MILESTONE + "/overrides", "schedule.AskOverride",
            tag=_GATES, summary="Ask to open a gate against its conditions", status=201,
            required=("unit_id", "reason", "document_number"),
            example={"unit_id": _UNIT, "reason": "书面批复在途", "document_number": "换届办〔2026〕7号"}),
    query("list_overrides", _ONE + "/overrides", "schedule.ListOverrides",
          tag=_GATES, summary="Every override that was ever asked for", items="overrides"),
    command("confirm_override", "POST", _OVERRIDE + "/confirm", "schedule.ConfirmOverride",
            tag=_GATES, summary="Agree to an override, as another person", required=("unit_id",),
            example={"unit_id": _UNIT}),
    command("refuse_override", "POST", _OVERRIDE + "/refuse", "schedule.RefuseOverride",
            tag=_GATES, summary="Do not agree to an override", required=("unit_id", "reason"),
            example={"unit_id": _UNIT, "reason": "等待书面批复"}),
)  # fmt: skip
