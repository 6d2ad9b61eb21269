"""Forms that directives name, figures as they were last reported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.chassis import routes
from services.chassis.store import Reader, Row, int_of, text_of
from services.chassis.tree import COLUMNS, TreeUnit, unit_of
from services.reporting.domain.forms.catalogue import find_form
from services.reporting.domain.forms.model import Form

# Other directives of the turnover whose figures are looked through for one unit.
CARRIED_REPORTS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Reported:
    """Figures by field id and explanations by rule id, as they stand."""

    directive_id: str
    report_number: int
    figures: Mapping[str, str]
    explanations: Mapping[str, str]


NOTHING_REPORTED = Reported("", 0, {}, {})


def form_of(reader: Reader, directive_id: str) -> Form | None:
    """The form of a directive's reports; None where they are due and done."""
    row = reader.one("SELECT form_id, form_version FROM directive_form WHERE directive_id = ?", (directive_id,))
    return find_form(text_of(row[0]), int_of(row[1])) if row else None


def reported(reader: Reader, directive_id: str, unit_id: str) -> Reported:
    """A unit's newest figures under a directive."""
    row = reader.one(
        "SELECT directive_id, report_number, figures, explanations FROM report_figures "
        "WHERE directive_id = ? AND unit_id = ?",
        (directive_id, unit_id),
    )
    return _reported(row) if row else NOTHING_REPORTED


def carried(reader: Reader, turnover: str, unit_id: str, directive_id: str) -> dict[str, str]:
    """The unit's newest figures of each field under other directives of the turnover."""
    found: dict[str, str] = {}
    rows = reader.all(
        "SELECT directive_id, report_number, figures, explanations FROM report_figures "
        "WHERE unit_id = ? AND turnover = ? AND directive_id <> ? ORDER BY position DESC LIMIT ?",
        (unit_id, turnover, directive_id, CARRIED_REPORTS_MAX),
    )
    for row in rows:
        found = {**_reported(row).figures, **found}
    return found


def _reported(row: Row) -> Reported:
    return Reported(
        text_of(row[0]), int_of(row[1]), dict(json.loads(text_of(row[2]))), dict(json.loads(text_of(row[3])))
    )


def units_after(reader: Reader, route_id: str, unit: TreeUnit, after: str, rows_max: int) -> list[TreeUnit]:
    """Active units below one on a route, by id, after such an id; the one as it stands there."""
    inside, params = routes.placed(route_id, unit.path)
    rows = reader.all(
        f"SELECT {COLUMNS} FROM {inside} WHERE unit_id > ? AND state = 'active' AND unit_id <> ? "
        "ORDER BY unit_id LIMIT ?",
        (*params, after, unit.unit_id, rows_max),
    )
    return [unit_of(row) for row in rows]
