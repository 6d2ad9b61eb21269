"""The files of an assignment."""

from __future__ import annotations

from huanjie.reporting.v1 import evidence_pb2 as pb
from services.chassis.ask import Ask
from services.reporting.queries.get_assignment import seen_unit
from services.reporting.store import directives, forms


def list_evidence(query: pb.ListEvidenceRequest, ask: Ask) -> pb.ListEvidenceResponse:
    """To whoever sees the unit: whoever gets the list may fetch what it names. Raises NotFound."""
    unit = seen_unit(ask, query.unit_id)
    directive = directives.load(ask.reader, query.directive_id)
    return pb.ListEvidenceResponse(
        files=[
            pb.EvidenceFile(
                file_sha256=row.sha256,
                media_type=row.media_type,
                size_bytes=row.size_bytes,
                attached_at_us=row.attached_at_us,
                reported=row.reported,
            )
            for row in forms.evidence(ask.reader, directive.directive_id, unit.unit_id)
        ],
        reason=forms.evidence_reason(ask.reader, directive.directive_id),
    )
