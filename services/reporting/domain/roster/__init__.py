"""Rosters: what the rows of an office's list of units mean, and what importing them would change.

columns.py   the header row among title and fill-in rows
entries.py   a row → a unit as the file describes it; sums, remarks and repeated headers are left out
tree.py      parents by code or by name, known units by code or by name, cycles, depth
kinds.py     kinds by word and by name, and which may stand under which
plan.py      the checks and the plan
"""

from services.reporting.domain.roster.kinds import UnitKind
from services.reporting.domain.roster.model import (
    KnownUnit,
    RosterFinding,
    RosterPlan,
    Severity,
    SheetRow,
    UnitToChange,
    UnitToEstablish,
)
from services.reporting.domain.roster.plan import plan_import

__all__ = [
    "KnownUnit",
    "RosterFinding",
    "RosterPlan",
    "Severity",
    "SheetRow",
    "UnitKind",
    "UnitToChange",
    "UnitToEstablish",
    "plan_import",
]
