"""The archive package as it was sealed."""

from __future__ import annotations

from huanjie.schedule.v1 import office_pb2
from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.blobs import BlobMissing
from services.chassis.refusals import NotFound
from services.schedule.domain.archive import items_of
from services.schedule.queries.seen import inner_turnover
from services.schedule.store import archives


def get_archive(query: pb.GetArchiveRequest, ask: Ask) -> pb.Archive:
    """The manifest is the stored file itself. Raises NotFound, also before the sealing."""
    turnover = inner_turnover(ask, query.turnover_id)
    found = archives.sealed(ask.reader, turnover.turnover_id)
    if found is None:
        raise NotFound(kind="archive", id=turnover.turnover_id)
    sha256, gaps, erased = found
    try:
        with ask.context.blobs.open(sha256) as file:
            text = file.read().decode()
    except BlobMissing:
        raise NotFound(kind="blob", id=sha256) from None
    return pb.Archive(
        turnover_id=turnover.turnover_id,
        manifest_sha256=sha256,
        manifest=text,
        items=[
            office_pb2.ArchiveItem(
                class_id=each.class_id, title=each.title, number=each.number, day=each.day, sha256=each.sha256,
                keep_until_day=each.keep_until_day,
            )
            for each in items_of(text)
        ],
        gaps=[office_pb2.ArchiveGap(class_id=class_id, reason=reason) for class_id, reason in gaps],
        erased=[office_pb2.ErasedColumn(name=name, rows=rows) for name, rows in erased],
    )  # fmt: skip
