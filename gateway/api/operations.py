"""An operation: one row of the interface's table, and what it takes to answer it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel
from starlette.types import ASGIApp

from gateway.api.incoming import Incoming

PREFIX: Final = "/api/v1"
PAGE_ROWS_MAX: Final = 500

# Answers with an ASGI application that sends the response: most often an `Answered`.
Handler = Callable[[Incoming], Awaitable[ASGIApp]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be asked, by whom it is answered, and how both look. Who may ask stands in permissions.py, by name."""

    # The operation id: a verb and a noun in snake case, unique.
    name: str
    method: str
    # Below PREFIX unless `outside`; parameters in braces.
    path: str
    tag: str
    summary: str
    handler: Handler
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    # Request headers that it heeds beyond the credentials.
    headers: tuple[str, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    # Other media types than JSON.
    takes: str = "application/json"
    gives: str = "application/json"
    outside: bool = False
    # Not counted against the sender's rate: probes are answered whatever else comes from their address.
    unmetered: bool = False

    @property
    def full_path(self) -> str:
        """The path from the root."""
        return self.path if self.outside else PREFIX + self.path


def parameters_of(path: str) -> list[str]:
    """The names that stand in braces in a path."""
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]
