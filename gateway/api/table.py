"""Every operation of the interface, in the order in which the API reference shows them."""

from __future__ import annotations

from typing import Final

from gateway.api import (
    accounts,
    assignments,
    dashboard,
    directives,
    document,
    duties,
    feed,
    figures,
    health,
    matters,
    office,
    office_files,
    pack,
    plan_papers,
    reports,
    rosters,
    session,
    sheet,
    site,
    stream,
    supervision,
    tally,
    trying,
    turnovers,
    units,
    vote_papers,
)
from gateway.api.operations import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *site.OPERATIONS,
    *session.OPERATIONS,
    *units.OPERATIONS,
    *rosters.OPERATIONS,
    *directives.OPERATIONS,
    *assignments.OPERATIONS,
    *reports.OPERATIONS,
    *figures.OPERATIONS,
    *matters.OPERATIONS,
    *supervision.OPERATIONS,
    *duties.OPERATIONS,
    *dashboard.OPERATIONS,
    *pack.OPERATIONS,
    *stream.OPERATIONS,
    *feed.OPERATIONS,
    *turnovers.OPERATIONS,
    *trying.OPERATIONS,
    *plan_papers.OPERATIONS,
    *office_files.OPERATIONS,
    *office.OPERATIONS,
    *tally.OPERATIONS,
    *vote_papers.OPERATIONS,
    *accounts.OPERATIONS,
    *sheet.OPERATIONS,
    *health.OPERATIONS,
    *document.OPERATIONS,
)
