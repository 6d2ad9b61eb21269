"""Forms of reports and their figures, what waits to be verified, and samples."""

from __future__ import annotations

from typing import Final

from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_FORMS: Final = "forms"
_VERIFICATION: Final = "verification"
_ONE: Final = "/directives/{directive_id}/assignments/{unit_id}"
_FIGURES: Final = {
    "problems_found": "5",
    "problems_rectified": "3",
    "problems_overdue": "0",
    "rectified_by": "2026-09-30",
}

OPERATIONS: Final[tuple[Operation, ...]] = (
    query("list_forms", "/forms", "reporting.ListForms",
          tag=_FORMS, summary="The forms that a directive may name, in every version", items="forms"),
    query("get_report_form", _ONE + "/form", "reporting.GetReportForm",
          tag=_FORMS, summary="The form of an assignment's report, with the figures that are known already"),
    query("list_form_rows", _ONE + "/form/rows", "reporting.ListFormRows",
          tag=_FORMS, summary="A unit, or the obliged units below it, with the figures of each", items="rows"),
    command("report_figures", "POST", _ONE + "/figures", "reporting.ReportFigures",
            tag=_FORMS, summary="Report the figures that the directive's form asks for, or only check them",
            required=("figures",), example={"figures": _FIGURES, "summary": "按计划推进"}),
    command("report_figures_batch", "POST", "/figures:batch", "reporting.ReportFiguresBatch",
            tag=_FORMS, summary="Report figures for many units, a receipt a row",
            required=("rows",),
            example={"rows": [{"directive_id": "dir_0v3k9d1m7q2x8b4c", "unit_id": "unit_0v3k9d1m7q2x8b4c",
                               "figures": _FIGURES}]}),
    query("list_verification_queue", "/units/{unit_id}/verifications", "reporting.ListVerificationQueue",
          tag=_VERIFICATION, summary="Reports that wait below a unit, oldest due first", items="reports"),
    query("get_verification_record", "/units/{unit_id}/verifications/record", "reporting.GetVerificationRecord",
          tag=_VERIFICATION, summary="How many reports a unit verified, and how many of them late"),
    command("draw_sample", "POST", "/directives/{directive_id}/samples", "reporting.DrawSample",
            tag=_VERIFICATION, summary="Draw a seeded sample of the reports below a verifier's unit", status=201,
            required=("unit_id", "size"), example={"unit_id": "unit_0v3k9d1m7q2x8b4c", "size": 10}),
    query("list_samples", "/directives/{directive_id}/samples", "reporting.ListSamples",
          tag=_VERIFICATION, summary="A directive's samples, newest first", items="samples"),
    query("get_sample", "/samples/{sample_id}", "reporting.GetSample",
          tag=_VERIFICATION, summary="A sample, what was found, and the gap with its bounds"),
    command("check_sample", "POST", "/samples/{sample_id}/checks", "reporting.CheckSample",
            tag=_VERIFICATION, summary="Record what was found of one sampled unit's report",
            required=("unit_id", "found_true"),
            example={"unit_id": "unit_0v3k9d1m7q2x8b4c", "found_true": True}),
)  # fmt: skip
