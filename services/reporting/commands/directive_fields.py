"""What the requests about directives and assignments may hold: cleaned, and refused where it cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from huanjie.reporting.v1 import directives_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.refusals import BadRequest
from services.kernel.text import name_text
from services.reporting.domain import deadlines as due
from services.reporting.domain.assignments import EVIDENCE_MAX, SUMMARY_CHARS_MAX, Figures
from services.reporting.domain.deadlines import Plan
from services.reporting.domain.directives import REASON_CHARS_MAX
from services.reporting.domain.plain_text import check_shows_no_person

_SHA256 = re.compile(r"[0-9a-f]{64}")


def line_of(field: str, raw: str, chars_max: int, *, required: bool = False) -> str:
    """A text of one line."""
    return _within(field, name_text(raw), chars_max, required)


def text_of(field: str, raw: str, chars_max: int, *, required: bool = False) -> str:
    """A text of any number of lines."""
    return _within(field, raw.strip(), chars_max, required)


def _within(field: str, text: str, chars_max: int, required: bool) -> str:
    if required and not text:
        raise BadRequest(field=field, problem="required")
    if len(text) > chars_max:
        raise BadRequest(field=field, problem="too_long")
    return text


def reason_of(raw: str) -> str:
    """Why; whoever takes something back or sends it back says so."""
    return text_of("reason", raw, REASON_CHARS_MAX, required=True)


def workdays_of(field: str, count: int, default: int, workdays_max: int) -> int:
    """A number of working days; 0 takes the default."""
    if count > workdays_max:
        raise BadRequest(field=field, problem="out_of_range")
    return count or default


def plan_of(plan: pb.StagePlan) -> Plan:
    """A plan with its defaults in place."""

    def days(field: str, default: int) -> int:
        return workdays_of(f"plan.{field}", getattr(plan, field), default, due.PLAN_WORKDAYS_MAX)

    return Plan(
        days("dispatch_workdays", due.DISPATCH_WORKDAYS),
        days("receive_workdays", due.RECEIVE_WORKDAYS),
        days("name_workdays", due.NAME_WORKDAYS),
        days("start_workdays", due.START_WORKDAYS),
        days("report_workdays", due.REPORT_WORKDAYS),
        days("verify_workdays", due.VERIFY_WORKDAYS),
        dict(_override_of(override) for override in plan.overrides),
    )


def _override_of(override: directives_pb2.StageDeadline) -> tuple[tuple[int, int], int]:
    # The first dispatch is the launch itself.
    launch = override.layer == 1 and override.stage == due.DISPATCH
    if override.layer < 1 or override.stage not in due.STAGES or launch or override.due_us <= 0:
        raise BadRequest(field="plan.overrides", problem="out_of_range")
    return (override.layer, override.stage), override.due_us


def evidence_of(named: Iterable[str]) -> tuple[str, ...]:
    """The files that a report names, by SHA-256."""
    evidence = tuple(dict.fromkeys(named))
    if len(evidence) > EVIDENCE_MAX:
        raise BadRequest(field="evidence", problem="too_many")
    if not all(_SHA256.fullmatch(digest) for digest in evidence):
        raise BadRequest(field="evidence", problem="malformed")
    return evidence


def summary_of(raw: str) -> str:
    """What a report says in words: of the work, never of persons. Raises TextShowsPerson."""
    summary = text_of("summary", raw, SUMMARY_CHARS_MAX)
    check_shows_no_person("summary", summary)
    return summary


def figures_of(
    request: pb.SubmitReportRequest | pb.ReportOnBehalfRequest | pb.CorrectReportRequest, evidence: Iterable[str]
) -> Figures:
    """What a report says; its counts are judged where it is decided."""
    summary = summary_of(request.summary)
    return Figures(request.due_count, request.done_count, summary, evidence_of(evidence))
