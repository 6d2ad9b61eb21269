"""Papers upward, their erasable texts, and the superior's requirements."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from services.chassis.refusals import NotFound
from services.chassis.store import Reader, Row, Transaction, int_of, text_of
from services.schedule.domain.papers import Paper, PaperState

# App.erasable: no function of the ledger.
TABLES: Final = ("paper_text",)

_DECIDING = "paper_id, turnover_id, unit_id, kind, matter, state, latest_day, sent_day, version"
_SHOWN = (
    "paper_id, turnover_id, unit_id, kind, matter, title, addressee, state, latest_day, number, sent_day, late_days, "
    "approved, reply_number, reply_day, reply_organ, reply_text, figures, version, position"
)


def digest(text: str) -> str:
    """How the ledger names a paper's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def keep_text(tx: Transaction, paper_id: str, turnover_id: str, text: str) -> None:
    """The text of a draft, outside the ledger."""
    tx.run("INSERT INTO paper_text VALUES (?, ?, ?)", (paper_id, turnover_id, text))


def erase_texts(tx: Transaction, turnover_id: str) -> int:
    """Empties the texts of a turnover's papers; returns how many there were."""
    return tx.run("DELETE FROM paper_text WHERE turnover_id = ?", (turnover_id,))


def text(reader: Reader, paper_id: str) -> str:
    """Empty where it was erased."""
    row = reader.one("SELECT text FROM paper_text WHERE paper_id = ?", (paper_id,))
    return text_of(row[0]) if row else ""


def load(reader: Reader, paper_id: str, unit_id: str) -> Paper:
    """A paper of that unit. Raises NotFound."""
    row = reader.one(f"SELECT {_DECIDING} FROM paper WHERE paper_id = ? AND unit_id = ?", (paper_id, unit_id))
    if row is None:
        raise NotFound(kind="paper", id=paper_id)
    return Paper(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]),
        PaperState(text_of(row[5])), text_of(row[6]), text_of(row[7]), int_of(row[8]),
    )  # fmt: skip


def pending(reader: Reader, turnover_id: str, unit_id: str, matter: str) -> str:
    """A request of that matter which is under way or approved, or nothing."""
    row = reader.one(
        "SELECT paper_id FROM paper WHERE turnover_id = ? AND unit_id = ? AND matter = ? "
        "AND (state IN ('drafted', 'signed', 'sent') OR (state = 'answered' AND approved = 1))",
        (turnover_id, unit_id, matter),
    )
    return text_of(row[0]) if row else ""


def approved_matters(reader: Reader, turnover_id: str, unit_id: str) -> frozenset[str]:
    """Matters that the superior has approved."""
    rows = reader.all(
        "SELECT matter FROM paper WHERE turnover_id = ? AND unit_id = ? AND state = 'answered' AND approved = 1",
        (turnover_id, unit_id),
    )
    return frozenset(text_of(row[0]) for row in rows)


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A paper as it is answered."""

    paper_id: str
    turnover_id: str
    unit_id: str
    kind: str
    matter: str
    title: str
    addressee: str
    state: str
    latest_day: str
    number: str
    sent_day: str
    late_days: int
    approved: bool
    reply_number: str
    reply_day: str
    reply_organ: str
    reply_text: str
    figures: tuple[tuple[str, int, str, int], ...]
    version: int
    position: int


def find(reader: Reader, paper_id: str) -> ShownPaper:
    """Raises NotFound."""
    row = reader.one(f"SELECT {_SHOWN} FROM paper WHERE paper_id = ?", (paper_id,))
    if row is None:
        raise NotFound(kind="paper", id=paper_id)
    return _shown(row)


def page(reader: Reader, turnover_id: str, before_position: int, rows_max: int) -> list[ShownPaper]:
    """Newest first."""
    rows = reader.all(
        f"SELECT {_SHOWN} FROM paper WHERE turnover_id = ? AND position < ? ORDER BY position DESC LIMIT ?",
        (turnover_id, before_position, rows_max),
    )
    return [_shown(row) for row in rows]


def _shown(row: Row) -> ShownPaper:
    return ShownPaper(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), text_of(row[5]),
        text_of(row[6]), text_of(row[7]), text_of(row[8]), text_of(row[9]), text_of(row[10]), int_of(row[11]),
        bool(int_of(row[12])), text_of(row[13]), text_of(row[14]), text_of(row[15]), text_of(row[16]),
        tuple(tuple(each) for each in json.loads(text_of(row[17]))), int_of(row[18]), int_of(row[19]),
    )  # fmt: skip


# ---- requirements -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the superior requires, and how far it has come."""

    requirement_id: str
    turnover_id: str
    source: str
    number: str
    day: str
    text: str
    due_day: str
    every_workdays: int
    state: str
    report_day: str
    report_number: str
    report_text: str
    version: int


_REQUIREMENT = (
    "requirement_id, turnover_id, source, number, day, text, due_day, every_workdays, state, report_day, "
    "report_number, report_text, version"
)


def load_requirement(reader: Reader, turnover_id: str, requirement_id: str) -> Requirement:
    """Raises NotFound."""
    row = reader.one(
        f"SELECT {_REQUIREMENT} FROM requirement WHERE requirement_id = ? AND turnover_id = ?",
        (requirement_id, turnover_id),
    )
    if row is None:
        raise NotFound(kind="requirement", id=requirement_id)
    return _requirement(row)


def requirements_of(reader: Reader, turnover_id: str) -> list[Requirement]:
    """Oldest first."""
    rows = reader.all(f"SELECT {_REQUIREMENT} FROM requirement WHERE turnover_id = ? ORDER BY position", (turnover_id,))
    return [_requirement(row) for row in rows]


def _requirement(row: Row) -> Requirement:
    return Requirement(
        text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), text_of(row[5]),
        text_of(row[6]), int_of(row[7]), text_of(row[8]), text_of(row[9]), text_of(row[10]), text_of(row[11]),
        int_of(row[12]),
    )  # fmt: skip
