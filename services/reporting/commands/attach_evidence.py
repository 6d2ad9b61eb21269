"""A file that the operator asked for comes to an assignment; the gateway has cleaned, stored and synced it."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import evidence_pb2 as pb
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.blobs import BlobMissing
from services.chassis.refusals import NotFound
from services.reporting.commands.assignment_acts import case_for
from services.reporting.commands.unit_fields import sha256_of
from services.reporting.domain.assignment_machine import CLOSED, Action
from services.reporting.domain.assignments import Case
from services.reporting.domain.directives import subject_of
from services.reporting.domain.form_errors import EvidenceLimit, EvidenceNotAsked, EvidenceTypeRefused
from services.reporting.domain.form_events import EvidenceAttached
from services.reporting.store import forms

# Of one assignment; a report names EVIDENCE_MAX of them at most.
EVIDENCE_FILES_MAX: Final = 40
MEDIA_TYPES: Final = frozenset({
    "image/jpeg",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
})  # fmt: skip


def prepare_attach_evidence(command: pb.AttachEvidenceRequest, ask: Ask) -> int:
    """The file's size in bytes, looked up beside the writer. Raises NotFound."""
    sha256 = sha256_of("file_sha256", command.file_sha256)
    try:
        return int(ask.context.blobs.size_bytes(sha256))
    except BlobMissing:
        raise NotFound(kind="blob", id=sha256) from None


def attach_evidence(command: pb.AttachEvidenceRequest, act: Act) -> pb.AttachEvidenceResponse:
    """Only where the directive carries the operator's reason. The file counts once a report names it."""
    if command.media_type not in MEDIA_TYPES:
        raise EvidenceTypeRefused(media_type=command.media_type)
    case = case_for(act, command.directive_id, command.unit_id, 0)
    _check_open(case)
    if not forms.evidence_reason(act.tx, command.directive_id):
        raise EvidenceNotAsked(directive_id=command.directive_id)
    size_bytes: int = act.prepared
    known = {row.sha256 for row in forms.evidence(act.tx, command.directive_id, command.unit_id)}
    if command.file_sha256 not in known:
        if len(known) >= EVIDENCE_FILES_MAX:
            raise EvidenceLimit(limit=EVIDENCE_FILES_MAX)
        event = EvidenceAttached(
            command.directive_id, command.unit_id, command.file_sha256, command.media_type, size_bytes
        )
        act.record(event, subject=subject_of(case.directive, case.unit_id), turnover=case.directive.turnover)
    return pb.AttachEvidenceResponse(
        file_sha256=command.file_sha256, media_type=command.media_type, size_bytes=size_bytes
    )


def _check_open(case: Case) -> None:
    """A file comes to a report that is to be made or corrected. Raises what forbids both."""
    if case.state in CLOSED:
        case.after(Action.CORRECT)
    else:
        case.after(Action.REPORT)
