"""What schedule's functions are given of the running service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.chassis.blobs import BlobStore
from services.kernel.workdays import day_of


@dataclass(frozen=True, slots=True)
class Context:
    """Files by their SHA-256, and business time for questions: a gate stands as of a day."""

    blobs: BlobStore
    now_us: Callable[[], int]

    def today(self) -> date:
        """The day in Shanghai."""
        return day_of(self.now_us())


def context_of(running: Any) -> Context:
    """The context of a running service."""
    return Context(running.blobs, running.recorder.clock.now_us)
