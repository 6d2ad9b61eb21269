"""One kept file, for those who may see the unit's reports, and what may be sent at all."""

from __future__ import annotations

from huanjie.reporting.v1 import evidence_pb2 as pb
from services.chassis import routes
from services.chassis.ask import Ask
from services.chassis.refusals import NotFound
from services.reporting.domain.evidence_files import FILE_BYTES_MAX, PIXELS_MAX, UNIT_FILES_MAX, Kind
from services.reporting.permissions import SEES_EVIDENCE
from services.reporting.queries.evidence_messages import file_message
from services.reporting.queries.matter_messages import May
from services.reporting.store import evidence


def get_evidence(query: pb.GetEvidenceRequest, ask: Ask) -> pb.EvidenceFile:
    """Raises NotFound, also for what the caller may not see."""
    file = evidence.load(ask.reader, query.unit_id, query.file_sha256)
    may, unit_id = May(ask), query.unit_id
    ways = (routes.UNIT_TREE, *evidence.routes_shown_on(ask.reader, unit_id, query.file_sha256))
    seen = any(may(SEES_EVIDENCE, unit_id, route_id) for route_id in ways)
    if not seen and not evidence.published(ask.reader, query.unit_id, query.file_sha256):
        raise NotFound(kind="blob", id=query.file_sha256)
    return file_message(file)


def get_evidence_terms(query: pb.GetEvidenceTermsRequest, ask: Ask) -> pb.EvidenceTerms:
    """What is taken, and how many files more."""
    left = max(0, UNIT_FILES_MAX - evidence.count(ask.reader, query.unit_id))
    return pb.EvidenceTerms(
        file_bytes_max=FILE_BYTES_MAX, pixels_max=PIXELS_MAX, media_types=[kind.value for kind in Kind], files_left=left
    )
