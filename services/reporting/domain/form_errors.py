"""Why figures or a sample are refused.

    Refusal (services.kernel.refusal)
    ├── the form           FormUnknown · FormRequired · FormNotAsked · FiguresRefused · ReportedSince
    └── samples            NothingReported · SampleTooLarge · NotSampled · SampledReportGone

What is wrong with a single field is no refusal of its own: `forms/checking.py` names it by a code that is worded in
wording/forms.*.json, and FiguresRefused names the first.
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal

__all__ = [
    "FiguresRefused",
    "FormNotAsked",
    "FormRequired",
    "FormUnknown",
    "NotSampled",
    "NothingReported",
    "ReportedSince",
    "SampleTooLarge",
    "SampledReportGone",
]


class FormUnknown(Refusal):
    """There is no form of that id and version; version 0 asks for the newest."""

    code: ClassVar[str] = "FORM_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    form_id: str
    version: int


class FormRequired(Refusal):
    """The directive's reports carry the figures of a form: a bare pair of counts is not enough."""

    code: ClassVar[str] = "FORM_REQUIRED"
    category: ClassVar[Category] = Category.RULE
    form_id: str


class FormNotAsked(Refusal):
    """The directive names no form: its reports are due and done."""

    code: ClassVar[str] = "FORM_NOT_ASKED"
    category: ClassVar[Category] = Category.RULE
    directive_id: str


class FiguresRefused(Refusal):
    """Figures are wrong, or a warning is not explained; `field` and `problem` name the first of `count`."""

    code: ClassVar[str] = "FIGURES_REFUSED"
    category: ClassVar[Category] = Category.INVALID
    field: str
    problem: str
    count: int


class ReportedSince(Refusal):
    """The form was made for report `number`; by now the unit's last one is `standing`."""

    code: ClassVar[str] = "REPORTED_SINCE"
    category: ClassVar[Category] = Category.CONFLICT
    number: int
    standing: int


class NothingReported(Refusal):
    """No unit below has a report of this directive that could be sampled."""

    code: ClassVar[str] = "NOTHING_REPORTED"
    category: ClassVar[Category] = Category.RULE
    directive_id: str


class SampleTooLarge(Refusal):
    """A sample cannot be larger than what it is drawn from."""

    code: ClassVar[str] = "SAMPLE_TOO_LARGE"
    category: ClassVar[Category] = Category.RULE
    size: int
    population: int


class NotSampled(Refusal):
    """The unit is not in the sample."""

    code: ClassVar[str] = "NOT_SAMPLED"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class SampledReportGone(Refusal):
    """The sampled unit's report has been returned or withdrawn since the sample was drawn."""

    code: ClassVar[str] = "SAMPLED_REPORT_GONE"
    category: ClassVar[Category] = Category.RULE
    unit_id: str
