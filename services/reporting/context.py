"""What reporting's functions are given of the running service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.chassis.blobs import BlobStore


@dataclass(frozen=True, slots=True)
class Context:
    """Uploaded files by their SHA-256, random ids by prefix, and business time."""

    blobs: BlobStore
    new_id: Callable[[str], str]
    now_us: Callable[[], int]


def context_of(running: Any) -> Context:
    """The context of a running service."""
    return Context(running.blobs, running.recorder.ids.new, running.recorder.clock.now_us)
