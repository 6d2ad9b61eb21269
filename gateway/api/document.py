"""The OpenAPI document, served as it is committed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.types import ASGIApp

from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.rpc import shown

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "openapi.json"


async def get_document(incoming: Incoming) -> ASGIApp:
    """Made anew only where the committed file is not installed: that loads much."""
    if DOCUMENT.is_file():
        return shown(incoming, DOCUMENT.read_bytes())
    from gateway.api.openapi import render

    return shown(incoming, render())


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("get_document", "GET", "/openapi.json", "health", "This document", get_document,
              headers=("If-None-Match",)),
)  # fmt: skip
