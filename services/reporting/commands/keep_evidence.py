"""A file is kept for a unit: looked at once more beside the writer, whatever its sender says that it is."""

from __future__ import annotations

from dataclasses import dataclass

from huanjie.reporting.v1 import evidence_pb2 as pb
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.blobs import BlobMissing
from services.chassis.refusals import NotFound, PayloadTooLarge
from services.reporting.commands.campaign_acts import active_unit
from services.reporting.commands.unit_fields import sha256_of
from services.reporting.domain.evidence_errors import EvidenceFull
from services.reporting.domain.evidence_events import EvidenceKept
from services.reporting.domain.evidence_files import FILE_BYTES_MAX, UNIT_FILES_MAX, Kind, check_kept
from services.reporting.queries.evidence_messages import file_message
from services.reporting.store import evidence


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file turned out to be."""

    kind: Kind
    size_bytes: int


def prepare_keep_evidence(command: pb.KeepEvidenceRequest, ask: Ask) -> Looked:
    """Reads the whole file. Raises NotFound, PayloadTooLarge and what `check_kept` raises."""
    sha256 = sha256_of("file_sha256", command.file_sha256)
    blobs = ask.context.blobs
    try:
        size_bytes = blobs.size_bytes(sha256)
        if size_bytes > FILE_BYTES_MAX:
            raise PayloadTooLarge(limit_bytes=FILE_BYTES_MAX)
        with blobs.open(sha256) as file:
            return Looked(check_kept(file.read()), size_bytes)
    except BlobMissing:
        raise NotFound(kind="blob", id=sha256) from None


def keep_evidence(command: pb.KeepEvidenceRequest, act: Act) -> pb.EvidenceFile:
    """Once: a file that is kept for the unit already stays as it is."""
    unit = active_unit(act, command.unit_id)
    looked: Looked = act.prepared
    if evidence.find(act.tx, unit.unit_id, command.file_sha256) is None:
        if evidence.count(act.tx, unit.unit_id) >= UNIT_FILES_MAX:
            raise EvidenceFull(files_max=UNIT_FILES_MAX)
        event = EvidenceKept(unit.unit_id, command.file_sha256, looked.kind.value, looked.size_bytes)
        act.record(event, subject=f"{unit.unit_id}/{command.file_sha256}")
    return file_message(evidence.load(act.tx, unit.unit_id, command.file_sha256))
