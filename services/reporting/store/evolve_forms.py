"""How events change forms, figures, the record of verifications and samples."""

from __future__ import annotations

import json
from collections.abc import Mapping

from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.reporting.domain import form_events as ev
from services.reporting.domain.directive_events import ActUndone, ReportReturned, ReportVerified


def _form_assigned(tx: Transaction, fact: Fact, event: ev.FormAssigned) -> None:
    tx.run("INSERT INTO directive_form VALUES (?, ?, ?)", (event.directive_id, event.form_id, event.form_version))


def _figures_reported(tx: Transaction, fact: Fact, event: ev.FiguresReported) -> None:
    figures = json.dumps([[figure.field_id, figure.value] for figure in event.figures], ensure_ascii=False)
    explanations = json.dumps([[each.rule_id, each.text] for each in event.explanations], ensure_ascii=False)
    tx.run(
        "INSERT INTO report_figures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (directive_id, unit_id) DO UPDATE SET "
        "position = excluded.position, form_id = excluded.form_id, form_version = excluded.form_version, "
        "report_number = excluded.report_number, figures = excluded.figures, explanations = excluded.explanations",
        (
            event.directive_id, event.unit_id, fact.turnover, fact.position, event.form_id, event.form_version,
            event.report_number, figures, explanations,
        ),
    )  # fmt: skip


# ---- verification -----------------------------------------------------------------------------------------

_ADD_TO_RECORD = (
    "INSERT INTO verification_record VALUES (?, ?, ?, ?, ?) ON CONFLICT (unit_id) DO UPDATE SET "
    "verified = verified + excluded.verified, verified_late = verified_late + excluded.verified_late, "
    "late_working_minutes = late_working_minutes + excluded.late_working_minutes, "
    "returned = returned + excluded.returned"
)


def verification_done(tx: Transaction, event: ReportVerified) -> None:
    """Counts it for the verifier's unit, and whether it came late."""
    late = event.late_working_minutes
    tx.run(_ADD_TO_RECORD, (event.verifier_unit_id, 1, int(late > 0), late, 0))


def verification_undone(tx: Transaction, event: ActUndone) -> None:
    """It leaves the verifier's record as if it had not been."""
    late = event.late_working_minutes
    tx.run(_ADD_TO_RECORD, (event.verifier_unit_id, -1, -int(late > 0), -late, 0))


def report_sent_back(tx: Transaction, event: ReportReturned) -> None:
    """Counts it for the verifier's unit."""
    tx.run(_ADD_TO_RECORD, (event.verifier_unit_id, 0, 0, 0, 1))


def _sample_drawn(tx: Transaction, fact: Fact, event: ev.SampleDrawn) -> None:
    tx.run(
        "INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.sample_id, fact.position, event.directive_id, event.verifier_unit_id, event.seed, event.population,
            event.population_digest, fact.occurred_at_us,
        ),
    )  # fmt: skip
    tx.run_many(
        "INSERT INTO sample_unit VALUES (?, ?, 0, 0, 0)", [(event.sample_id, unit_id) for unit_id in event.unit_ids]
    )


def _sample_checked(tx: Transaction, fact: Fact, event: ev.SampleChecked) -> None:
    tx.run(
        "UPDATE sample_unit SET checked = 1, found_true = ?, report_number = ? WHERE sample_id = ? AND unit_id = ?",
        (int(event.found_true), event.report_number, event.sample_id, event.unit_id),
    )


FORM_EVOLVE: Mapping[type, Evolve] = {
    ev.FormAssigned: _form_assigned,
    ev.FiguresReported: _figures_reported,
    ev.SampleDrawn: _sample_drawn,
    ev.SampleChecked: _sample_checked,
}
