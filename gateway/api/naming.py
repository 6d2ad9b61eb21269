"""Ids by their names, where something is said to a person: what the caller may know, and quickly, or no name at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog

from gateway.api.answers import Answered
from gateway.api.callers import NOBODY
from gateway.api.incoming import Incoming
from gateway.api.problems import nameless
from gateway.api.shapes import Saying
from services.kernel.refusal import Refusal

# Of a request's ids, the first so many are named.
NAMES_MAX: Final = 200
# A sentence without a name is better than one that comes late.
NAMES_SECONDS_MAX: Final = 0.5

Params = Mapping[str, str | int]
log = structlog.get_logger()


async def learn_names(incoming: Incoming, said: Iterable[Params]) -> None:
    """Learns the names of ids among these parameters. Never raises: without a read model there are none."""
    ids = dict.fromkeys(value for params in said for value in params.values() if nameless(value))
    unknown = [str(value) for value in ids if value not in incoming.names]
    wanted = unknown[: NAMES_MAX - len(incoming.names)]
    if not wanted or incoming.caller is NOBODY:
        return
    try:
        principal = incoming.api.callers.principal(incoming.caller)
        found = await asyncio.wait_for(incoming.api.board.names(principal, wanted), NAMES_SECONDS_MAX)
    except (Refusal, TimeoutError):
        return
    except Exception as error:
        log.error("names_unread", error=type(error).__name__, exc_info=error)
        return
    incoming.names = {**incoming.names, **found}


async def refused(incoming: Incoming, refusal: Refusal) -> Answered:
    """The refusal as the request's answer."""
    await learn_names(incoming, [refusal.params()])
    return incoming.api.problems.answer(refusal, incoming.language, incoming.scope["path"], incoming.names)


async def say_rows(incoming: Incoming, content: dict[str, Any], saying: Saying) -> None:
    """Fills in what the rows of an answer say: heard first for the ids that they name, then said."""
    heard: list[Params] = []

    def hear(code: str, params: Params) -> str:
        heard.append(params)
        return ""

    saying(content, hear)
    await learn_names(incoming, heard)
    saying(content, incoming.say)
