"""Evidence as it is answered."""

from __future__ import annotations

from huanjie.reporting.v1 import evidence_pb2 as pb
from services.reporting.domain.evidence_files import PICTURES
from services.reporting.store.evidence import KeptFile


def file_message(file: KeptFile) -> pb.EvidenceFile:
    """One file."""
    return pb.EvidenceFile(
        unit_id=file.unit_id,
        file_sha256=file.sha256,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        kept_at_us=file.kept_at_us,
        tells_origin=file.media_type not in PICTURES,
    )
