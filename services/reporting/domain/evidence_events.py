"""What happens to evidence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvidenceKept:
    """A file is kept for a unit. What it was called and who sent it is not part of it."""

    unit_id: str
    file_sha256: str
    media_type: str
    size_bytes: int


EVIDENCE_EVENTS: tuple[type, ...] = (EvidenceKept,)
