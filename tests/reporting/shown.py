"""Files that units of a campaign show, kept as the interface keeps them."""

from __future__ import annotations

from gateway.api.pictures import cleaned
from huanjie.reporting.v1 import evidence_pb2 as pb
from services.chassis.principals import Principal
from services.reporting.domain.evidence_files import FILE_BYTES_MAX
from tests.evidence_files import photograph
from tests.reporting.campaign import Campaign


def store(campaign: Campaign, content: bytes) -> str:
    """Puts bytes where the interface does, whatever they are; nothing names them yet."""
    return str(campaign.office.desk.blobs.put([content], FILE_BYTES_MAX + 1))


def keep(campaign: Campaign, unit: str, content: bytes = b"", caller: Principal | None = None) -> str:
    """A photograph, or another file, kept for a unit; returns its SHA-256."""
    sha256 = store(campaign, cleaned(content or photograph()))
    request = pb.KeepEvidenceRequest(unit_id=campaign.ids[unit], file_sha256=sha256)
    answer: pb.EvidenceFile = campaign.office.do(request, caller or campaign.secretary(unit))
    return answer.file_sha256
