"""What an archive package is made of, and how it was sealed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date

from services.chassis.store import Reader, int_of, text_of
from services.schedule.domain.archive import keep_until
from services.schedule.domain.office_events import ArchiveItem

_CLASS_OF_KIND = {"decision": "decisions", "notice": "notices", "filed": "documents"}


def pieces(reader: Reader, turnover_id: str, sealed: date) -> tuple[ArchiveItem, ...]:
    """Every piece, class by class in the order of the ledger. A piece without a file is named by its content's hash."""
    return tuple(
        ArchiveItem(class_id, title, number, day, sha256, keep_until(class_id, sealed))
        for class_id, title, number, day, sha256 in _rows(reader, turnover_id)
    )


def _rows(reader: Reader, turnover_id: str) -> Iterator[tuple[str, str, str, str, str]]:
    key = (turnover_id,)
    for version, template, congress, number in reader.all(
        "SELECT plan_version, template, congress_day, document_number FROM plan WHERE turnover_id = ? "
        "ORDER BY plan_version",
        key,
    ):
        content = f"{text_of(template)}\n{text_of(congress)}"
        yield "plans", f"v{int_of(version)}", text_of(number), text_of(congress), _hash(content)
    for row in reader.all(
        "SELECT kind, title, number, sent_day, file_sha256, reply_number, reply_day, reply_sha256 FROM paper "
        "WHERE turnover_id = ? AND state IN ('sent', 'answered') ORDER BY position",
        key,
    ):
        kind, title, number, day, sha256, reply_number, reply_day, reply_sha256 = map(text_of, row)
        class_id = {"request": "requests", "result_report": "results"}.get(kind, "reports")
        yield class_id, title, number, day, sha256
        if reply_sha256:
            yield "requests", title, reply_number, reply_day, reply_sha256
    for row in reader.all(
        "SELECT kind, organ, matter, number, day, file_sha256, text FROM record "
        "WHERE turnover_id = ? AND withdrawn = 0 ORDER BY position",
        key,
    ):
        kind, organ, matter, number, day, sha256, text = map(text_of, row)
        yield _CLASS_OF_KIND[kind], f"{organ} {matter}".strip(), number, day, sha256 or _hash(text)
    for row in reader.all(
        "SELECT title, day, minutes_sha256, agenda FROM meeting WHERE turnover_id = ? AND state = 'held' "
        "ORDER BY position",
        key,
    ):
        title, day, sha256, agenda = map(text_of, row)
        yield "meetings", title, "", day, sha256 or _hash(agenda)
    for row in reader.all("SELECT organ, number, day, file_sha256 FROM filing WHERE turnover_id = ?", key):
        organ, number, day, sha256 = map(text_of, row)
        yield "results", organ, number, day, sha256
    for row in reader.all(
        "SELECT milestone_id, document_number, reason FROM override WHERE turnover_id = ? ORDER BY position", key
    ):
        milestone, number, reason = map(text_of, row)
        yield "overrides", milestone, number, "", _hash(reason)


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def sealed(reader: Reader, turnover_id: str) -> tuple[str, list[tuple[str, str]], list[tuple[str, int]]] | None:
    """The manifest's hash, the gaps and what was erased; None before the sealing."""
    row = reader.one("SELECT manifest_sha256, gaps, erased FROM archive WHERE turnover_id = ?", (turnover_id,))
    if row is None:
        return None
    gaps = [(str(class_id), str(reason)) for class_id, reason in json.loads(text_of(row[1]))]
    erased = [(str(name), int(rows)) for name, rows in json.loads(text_of(row[2]))]
    return text_of(row[0]), gaps, erased
