"""Brings a roster in from a file on this machine, in the administrator's name."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.api.roster_import import Tell
from gateway.api.roster_import import import_roster as import_stored
from huanjie.chassis.v1 import chassis_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.blobs import FolderBlobStore, read_chunks
from services.chassis.sheets.model import FILE_BYTES_MAX

if TYPE_CHECKING:
    from infra.local.machine import Machine


async def import_roster(machine: Machine, path: Path, *, dry_run: bool, tell: Tell) -> pb.ImportRosterResponse:
    """Raises OSError, BlobTooLarge, and what reporting refuses of the file as a whole."""
    blobs = FolderBlobStore(machine.folder.blob_area("reporting"))
    sha256 = await asyncio.to_thread(_store, blobs, path)
    request = pb.ImportRosterRequest(file_sha256=sha256, file_name=path.name, dry_run=dry_run)

    async def head() -> int:
        health = await machine.chassis_call(
            "reporting", "Health", chassis_pb2.HealthRequest(), chassis_pb2.HealthResponse
        )
        return health.head_position

    return (await import_stored(machine.command, head, blobs, request, tell)).message


def _store(blobs: FolderBlobStore, path: Path) -> str:
    with path.open("rb") as file:
        return blobs.put(read_chunks(file), FILE_BYTES_MAX)
