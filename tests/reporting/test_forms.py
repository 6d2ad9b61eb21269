"""Forms as data, the rules that check figures, reports that carry them, and samples."""

from __future__ import annotations

import random
from itertools import combinations
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huanjie.reporting.v1 import forms_pb2 as forms_pb
from huanjie.reporting.v1 import reporting_pb2 as pb
from huanjie.reporting.v1 import verification_pb2 as ver
from services.chassis.permissions import UNIT_SECRETARY
from services.chassis.wording import LANGUAGES, Catalogue, Language
from services.kernel.refusal import Refusal, param_types
from services.reporting.domain import form_errors
from services.reporting.domain.form_errors import FormRequired
from services.reporting.domain.forms.catalogue import discipline_lists, find_form, forms
from services.reporting.domain.forms.checking import check
from services.reporting.domain.forms.expressions import ExpressionBroken, parse
from services.reporting.domain.forms.model import FieldKind
from services.reporting.domain.sampling import draw, gap_of
from tests.chassis.desk import principal
from tests.reporting.campaign import Campaign

GOOD = {"problems_found": "5", "problems_rectified": "3", "problems_overdue": "0", "rectified_by": "2026-09-30"}
CATALOGUE = Catalogue.load("services.chassis", "services.reporting")
REFUSALS: list[type[Refusal]] = [getattr(form_errors, name) for name in form_errors.__all__]
NUMBERS = frozenset({"a", "b"})


def codes(figures: dict[str, str], form_id: str = "rectification", **explanations: str) -> list[str]:
    return [problem.code for problem in check(find_form(form_id), figures, explanations).problems]


# ---- forms as data ----------------------------------------------------------------------------------------


def test_a_refusal_names_a_form_by_its_title() -> None:
    for (form_id, _), form in forms().items():
        for language, title in (("zh", form.title.zh), ("en", form.title.en)):
            name = CATALOGUE.render(f"form_id:{form_id}", {}, language)  # type: ignore[arg-type]
            said = CATALOGUE.render(FormRequired.code, {"form_id": form_id}, language)  # type: ignore[arg-type]
            assert name in title and name in said and f"({form_id})" not in said and f"（{form_id}）" not in said


def test_the_promised_forms_are_shipped_with_both_languages_and_totals() -> None:
    assert {form_id for form_id, _ in forms()} == {
        "discipline_education", "talks", "leading_group_meetings", "own_election", "rectification"
    }  # fmt: skip
    for form in forms().values():
        empty = {name: "0" for name, field in form.fields.items() if field.kind is FieldKind.COUNT}
        assert check(form, empty, {}).due >= 0
        assert form.title.zh and form.title.en


def test_each_version_of_discipline_education_rests_on_the_list_of_its_year() -> None:
    years = [find_form("discipline_education", version).discipline for version in (1, 2, 3)]
    assert [one.year for one in years if one] == ["2016", "2021", "2026"]
    assert {year: len(found.rules) for year, found in discipline_lists().items()} == {"2016": 9, "2021": 10, "2026": 10}


def test_version_0_is_the_newest_and_an_unknown_one_is_refused() -> None:
    assert find_form("discipline_education").version == 3
    with pytest.raises(form_errors.FormUnknown):
        find_form("discipline_education", 4)


@pytest.mark.parametrize(
    "text",
    ["a / b", "a ** b", "__import__('os')", "a.b", "c > 0", "a == 'x'", "given(c)", "1.5", "-a", "(lambda: 1)()"],
)
def test_an_expression_outside_the_language_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(ExpressionBroken):
        parse(text, NUMBERS, frozenset({"t"}))


@given(st.integers(0, 50), st.integers(0, 50))
def test_expressions_agree_with_plain_arithmetic(a: int, b: int) -> None:
    for text in ("a + 2 * b - 3", "a <= b < 40", "a > b or not a == b and b > 3", "(a > 1) + (b > 2)"):
        expected = int(eval(text, {"__builtins__": {}}, {"a": a, "b": b}))
        assert parse(text, NUMBERS, frozenset()).of({"a": a, "b": b}) == expected


def test_a_rule_is_silent_while_a_figure_it_needs_is_missing() -> None:
    assert parse("a <= b", NUMBERS, frozenset()).of({"a": 9}) is None


# ---- checking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "FORM_FIELD_REQUIRED"),
        ("五", "FORM_NOT_A_COUNT"),
        ("3人", "FORM_NOT_A_COUNT"),
        ("2.5", "FORM_COUNT_FRACTION"),
        ("-1", "FORM_COUNT_NEGATIVE"),
        ("105%", "FORM_PERCENT"),
        ("100001", "FORM_COUNT_OUT_OF_RANGE"),
        ("9" * 400, "FORM_NOT_A_COUNT"),
    ],
)
def test_a_figure_that_cannot_be_is_named_by_its_code(value: str, code: str) -> None:
    problems = check(find_form("rectification"), GOOD | {"problems_overdue": value}, {}).problems
    assert [(problem.field_id, problem.code) for problem in problems] == [("problems_overdue", code)]


def test_full_width_digits_are_folded() -> None:
    checked = check(find_form("rectification"), GOOD | {"problems_found": "１，０００"}, {})
    assert (checked.problems, checked.due, dict(checked.figures)["problems_found"]) == ((), 1000, "1000")


def test_more_done_than_due_is_an_error_that_no_explanation_lifts() -> None:
    figures = GOOD | {"problems_rectified": "6"}
    assert codes(figures, rectified_within="确实如此") == ["FORM_RULE_BROKEN"]


def test_figures_above_the_groups_size_are_refused_at_their_field() -> None:
    form = find_form("discipline_education")
    figures = dict.fromkeys(form.fields, "4") | {"staff_sign_done": "5"}
    assert [problem.field_id for problem in check(form, figures, {}).problems] == ["staff_sign_done"]


def test_a_warning_blocks_until_it_is_explained_and_the_explanation_is_kept() -> None:
    figures = GOOD | {"problems_overdue": "1"}
    assert codes(figures) == ["FORM_NEEDS_EXPLANATION"]
    assert codes(figures, overdue_explained="长" * 501) == ["FORM_EXPLANATION_TOO_LONG"]
    checked = check(find_form("rectification"), figures, {"overdue_explained": "等待上级批复", "rest_dated": "无关"})
    assert checked.sound and checked.explanations == (("overdue_explained", "等待上级批复"),)


@pytest.mark.parametrize("text", ["详询13800000000", "身份证110101199001011234", "见 https://example.org/x"])
def test_neither_a_text_nor_an_explanation_leads_to_a_person(text: str) -> None:
    assert codes(GOOD | {"rectification_obstacle": text}) == ["FORM_SHOWS_PERSON"]
    assert codes(GOOD | {"problems_overdue": "1"}, overdue_explained=text) == ["FORM_SHOWS_PERSON"]


@pytest.mark.parametrize(("day", "code"), [("2026-02-30", "FORM_NOT_A_DATE"), ("1999-01-01", "FORM_DATE_OUT_OF_RANGE")])
def test_a_day_that_is_not_or_cannot_be_is_refused(day: str, code: str) -> None:
    assert code in codes(GOOD | {"rectified_by": day})


def test_a_field_that_the_form_does_not_have_is_refused() -> None:
    assert codes(GOOD | {"score": "100"}) == ["FORM_FIELD_UNKNOWN"]


@given(st.dictionaries(st.sampled_from([*GOOD, "rectification_obstacle", "other"]), st.text(max_size=30)))
def test_what_was_accepted_once_is_accepted_again_unchanged(raw: dict[str, str]) -> None:
    form = find_form("rectification")
    first = check(form, GOOD | raw, {})
    again = check(form, dict(first.figures), dict(first.explanations))
    if first.sound:
        assert again == first
        assert 0 <= first.done <= first.due


# ---- reports ----------------------------------------------------------------------------------------------


@pytest.fixture
def asked(campaign: Campaign) -> Campaign:
    """Every branch of A has named somebody for a directive with a form."""
    campaign.issue(form_id="rectification")
    campaign.open_way("A")
    for branch in ("a1", "a2"):
        campaign.own(pb.ReceiveAssignmentRequest, branch)
    return campaign


def test_a_report_carries_its_figures_and_its_totals_follow(asked: Campaign) -> None:
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    view = asked.view("a1")
    assert (view.state, view.due_count, view.done_count) == ("reported", 5, 3)
    assert (view.form_id, view.form_version) == ("rectification", 1)
    (event,) = asked.events("FiguresReported", "a1")
    assert {figure.field_id: figure.value for figure in event.figures} == GOOD


def test_a_check_records_nothing_and_names_every_problem(asked: Campaign) -> None:
    head = asked.office.desk.recorder.ledger.head
    bad = GOOD | {"problems_overdue": "x", "problems_found": ""}
    request = asked.message(forms_pb.ReportFiguresRequest, "a1", figures=bad, check_only=True)
    answer = asked.office.do(request, asked.secretary("a1"))
    assert [problem.field_id for problem in answer.problems] == ["problems_found", "problems_overdue"]
    assert asked.office.desk.recorder.ledger.head == head


def test_wrong_figures_are_refused_by_name_and_change_nothing(asked: Campaign) -> None:
    refusal = asked.refused(forms_pb.ReportFiguresRequest, "a1", figures=GOOD | {"problems_rectified": "9"})
    assert refusal.params() == {"field": "problems_rectified", "problem": "FORM_RULE_BROKEN", "count": 1}


def test_two_bare_counts_are_not_enough_where_a_form_asks(asked: Campaign) -> None:
    assert asked.refused(pb.SubmitReportRequest, "a1", due_count=1, done_count=1).code == "FORM_REQUIRED"
    assert asked.refused(pb.ReportOnBehalfRequest, "a1", by="D", due_count=1, done_count=1).code == "FORM_REQUIRED"
    row = pb.SubmitReportRequest(directive_id=asked.directive, unit_id=asked.ids["a1"], due_count=1, done_count=1)
    receipts = asked.office.do(pb.SubmitReportsRequest(rows=[row]), asked.secretary("A")).receipts
    assert receipts[0].code == "FORM_REQUIRED"


def test_figures_are_refused_where_no_form_asks(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.own(pb.ReceiveAssignmentRequest, "a1")
    assert campaign.refused(forms_pb.ReportFiguresRequest, "a1", figures=GOOD).code == "FORM_NOT_ASKED"


def test_a_form_that_is_not_there_cannot_be_named(campaign: Campaign) -> None:
    refusal = campaign.office.refusal(campaign.request(form_id="horoscope"), campaign.operator())
    assert refusal.params() == {"form_id": "horoscope", "version": 0}


def test_a_figure_once_given_is_never_asked_again_under_another_directive(asked: Campaign) -> None:
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    asked.issue(form_id="rectification", title="再次报送整改进展")
    query = forms_pb.GetReportFormRequest(directive_id=asked.directive, unit_id=asked.ids["a1"])
    answer = asked.office.ask(query, asked.secretary("a1"))
    assert {figure.field_id: figure.value for figure in answer.figures} == GOOD
    assert set(answer.carried_field_ids) == set(GOOD)
    other = forms_pb.GetReportFormRequest(directive_id=asked.directive, unit_id=asked.ids["a2"])
    assert not asked.office.ask(other, asked.secretary("a2")).figures


def test_rows_through_the_parent_have_a_receipt_each(asked: Campaign) -> None:
    def row(unit: str, **figures: str) -> forms_pb.ReportFiguresRequest:
        return forms_pb.ReportFiguresRequest(
            directive_id=asked.directive, unit_id=asked.ids[unit], figures=GOOD | figures
        )

    rows = [row("a1"), row("a2", problems_found="0.5"), row("b1")]
    batch = forms_pb.ReportFiguresBatchRequest(rows=rows)
    receipts = asked.office.do(batch, asked.secretary("A")).receipts
    assert [receipt.code for receipt in receipts] == ["", "FIGURES_REFUSED", "PERMISSION_DENIED"]
    assert receipts[1].problems[0].code == "FORM_COUNT_FRACTION"
    assert asked.states("a1", "a2") == ["reported", "named"]
    assert asked.view("a1").on_behalf_by_unit_id == asked.ids["A"]
    listing = forms_pb.ListFormRowsRequest(directive_id=asked.directive, unit_id=asked.ids["A"], below=True)
    found = {
        row.unit_name: (row.open, len(row.figures)) for row in asked.office.ask(listing, asked.secretary("A")).rows
    }
    assert found == {"a1": (True, 4), "a2": (True, 0), "a3": (False, 0)}


# ---- verification -----------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_below_oldest_due_first_in_pages(asked: Campaign) -> None:
    asked.own(forms_pb.ReportFiguresRequest, "a2", figures=GOOD)
    asked.at(20)
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD | {"problems_overdue": "1"},
              explanations={"overdue_explained": "等待批复"})  # fmt: skip
    seen: list[tuple[str, int]] = []
    cursor = ""
    while True:
        query = ver.ListVerificationQueueRequest(unit_id=asked.ids["A"], cursor=cursor, rows_max=1)
        page = asked.office.ask(query, asked.secretary("A"))
        seen += [(row.unit_name, row.explanations) for row in page.reports]
        if not (cursor := page.next_cursor):
            break
    assert seen == [("a2", 0), ("a1", 1)]
    elsewhere = ver.ListVerificationQueueRequest(unit_id=asked.ids["B"])
    assert not asked.office.ask(elsewhere, asked.secretary("B")).reports


def test_the_queue_is_read_from_its_index(asked: Campaign) -> None:
    with asked.office.desk.store.snapshot() as reader:
        plan = reader.all(
            "EXPLAIN QUERY PLAN SELECT a.verify_due_us FROM assignment a WHERE a.state IN ('reported', 'rectified') "
            "AND (a.verify_due_us, a.directive_id, a.unit_id) > (0, '', '') "
            "ORDER BY a.verify_due_us, a.directive_id, a.unit_id LIMIT 5"
        )
    assert "assignment_waiting" in str(plan) and "TEMP B-TREE" not in str(plan)


def test_a_verifiers_own_lateness_is_on_record(asked: Campaign) -> None:
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    asked.at(40)
    asked.above(pb.VerifyReportRequest, "a1", by="A", report_number=1)
    query = ver.GetVerificationRecordRequest(unit_id=asked.ids["A"])
    record = asked.office.ask(query, asked.secretary("A"))
    assert (record.verified, record.verified_late, record.returned) == (1, 1, 0)
    assert record.late_working_minutes == asked.events("ReportVerified", "a1")[0].late_working_minutes > 0


def test_a_sample_is_drawn_by_a_seed_on_record_and_says_the_gap(asked: Campaign) -> None:
    for branch in ("a1", "a2"):
        asked.own(forms_pb.ReportFiguresRequest, branch, figures=GOOD)
    draw_request = ver.DrawSampleRequest(directive_id=asked.directive, unit_id=asked.ids["A"], size=2)
    drawn = asked.office.do(draw_request, asked.secretary("A"))
    population = sorted(asked.ids[unit] for unit in ("a1", "a2"))
    assert tuple(drawn.unit_ids) == draw(population, drawn.seed, 2)
    for unit, found in (("a1", True), ("a2", False)):
        request = ver.CheckSampleRequest(sample_id=drawn.sample_id, unit_id=asked.ids[unit], found_true=found)
        own = principal(UNIT_SECRETARY, asked.ids["A"], f"account_{UNIT_SECRETARY}_{asked.ids[unit]}")
        assert asked.office.refusal(request, own).code == "OWN_REPORT_VERIFIED"
        asked.office.do(request, asked.secretary("A"))
    sample = asked.office.ask(ver.GetSampleRequest(sample_id=drawn.sample_id), asked.secretary("A"))
    assert (sample.checked, sample.found_true, sample.gap_ppm) == (2, 1, 500_000)
    assert sample.gap_low_ppm < 500_000 < sample.gap_high_ppm
    with pytest.raises(Refusal):
        asked.office.ask(ver.GetSampleRequest(sample_id=drawn.sample_id), asked.secretary("a1"))


def test_a_sample_larger_than_what_was_reported_or_of_nothing_is_refused(asked: Campaign) -> None:
    request = ver.DrawSampleRequest(directive_id=asked.directive, unit_id=asked.ids["A"], size=2)
    assert asked.office.refusal(request, asked.secretary("A")).code == "NOTHING_REPORTED"
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    assert asked.office.refusal(request, asked.secretary("A")).params() == {"size": 2, "population": 1}


def test_a_sample_holds_no_report_that_its_verifier_made_for_a_unit(asked: Campaign) -> None:
    """Nobody could ever look at it: the sample would stay open."""
    asked.own(forms_pb.ReportFiguresRequest, "a1", figures=GOOD)
    report = forms_pb.ReportFiguresRequest(directive_id=asked.directive, unit_id=asked.ids["a2"], figures=GOOD)
    asked.office.do(report, asked.secretary("A"))
    request = ver.DrawSampleRequest(directive_id=asked.directive, unit_id=asked.ids["A"], size=1)
    drawn = asked.office.do(request, asked.secretary("A"))
    assert (drawn.population, list(drawn.unit_ids)) == (1, [asked.ids["a1"]])


def test_every_pair_of_units_is_drawn_about_equally_often(seed: int) -> None:
    units = list("abcde")
    chance = random.Random(seed)
    drawn = [draw(units, str(chance.random()), 2) for _ in range(4_000)]
    for pair in combinations(units, 2):
        # 400 expected; 6 standard deviations of a binomial are 114.
        assert 286 < drawn.count(pair) < 514


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_the_gap_and_its_bounds_agree_with_wilsons_formula(case: tuple[int, int]) -> None:
    checked, found_true = case
    gap, p = gap_of(checked, found_true), (checked - found_true) / checked
    z = 1.96
    middle = (p + z * z / (2 * checked)) / (1 + z * z / checked)
    half = z * sqrt(p * (1 - p) / checked + z * z / (4 * checked * checked)) / (1 + z * z / checked)
    assert abs(gap.low_ppm - max(0.0, middle - half) * 1e6) < 3
    assert abs(gap.high_ppm - min(1.0, middle + half) * 1e6) < 3
    assert gap.low_ppm <= gap.gap_ppm <= gap.high_ppm


# ---- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_is_told_with_exactly_its_parameters(refusal: type[Refusal], language: Language) -> None:
    assert CATALOGUE.placeholders(refusal.code, language) == param_types(refusal).keys()
    assert refusal.__name__ in (form_errors.__doc__ or "").replace("·", " ").split()
