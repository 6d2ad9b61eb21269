"""The dispatch pack: two pages for the meeting, as PDF or as a document to go on writing in, frozen at a position."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp

from gateway.api import positions
from gateway.api.answers import NO_STORE, Answered, Header
from gateway.api.dashboard import AsOf
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.stream import Id
from gateway.dashboard.answers_pack import Pack
from gateway.dashboard.moments import Frozen
from gateway.papers.pack import TEMPLATE, PackText, pack_text
from gateway.papers.pack_docx import pack_docx
from gateway.papers.typst import Head
from services.kernel.workdays import day_of

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SINCE_DAYS: Final = {"meeting": 7, "week": 7, "month": 30}
INSTANT_MAX: Final = 253_402_300_799_000_000


class PackQuery(BaseModel):
    """Whose pack, of which kind, and of which moments; what is left out is now, and seven or thirty days before.

    The answer's Hj-Position and Hj-At, sent back as `as_of` and `at`, give the same bytes again.
    """

    model_config = ConfigDict(extra="forbid")
    unit: Id
    kind: Literal["meeting", "week", "month"] = "meeting"
    as_of: AsOf = ""
    at: Annotated[int, Field(ge=0, le=INSTANT_MAX)] = 0
    since: AsOf = ""
    lang: Literal["zh", "en"] | None = None


async def print_pack(incoming: Incoming) -> ASGIApp:
    """As PDF."""
    pack, text, head = await _told(incoming)
    pdf = await incoming.api.printer.print(TEMPLATE, head, text.plain())
    return Answered(pdf, 200, _headers(pack, "pdf"), PDF, NO_STORE)


async def write_pack(incoming: Incoming) -> ASGIApp:
    """As DOCX."""
    pack, text, head = await _told(incoming)
    document = await asyncio.to_thread(pack_docx, text, head)
    return Answered(document, 200, _headers(pack, "docx"), DOCX, NO_STORE)


async def _told(incoming: Incoming) -> tuple[Pack, PackText, Head]:
    asked = PackQuery(**incoming.query(PackQuery))
    api = incoming.api
    caller = api.callers.principal(incoming.caller)
    frozen = Frozen(asked.as_of, asked.at, asked.since, SINCE_DAYS[asked.kind])
    pack = await api.board.pack(caller, asked.unit, frozen)
    text = pack_text(pack, asked.kind, asked.lang or incoming.language)
    rehearsal = api.folder.clock.kind == "rehearsal"
    district = api.folder.identity.district_name
    head = Head(text.title, district, asked.lang or incoming.language, pack.now.business_us, rehearsal=rehearsal)
    return pack, text, head


def _headers(pack: Pack, ending: str) -> list[Header]:
    name = f"pack-{day_of(pack.now.business_us).isoformat()}-{pack.now.position}.{ending}"
    return [
        (b"content-disposition", f'attachment; filename="{name}"'.encode()),
        (positions.POSITION, pack.now.as_of.encode("ascii")),
        (b"hj-at", str(pack.now.business_us).encode()),
    ]


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("print_pack", "GET", "/dashboard/pack.pdf", "dashboard",
              "Two pages for the meeting at a frozen position, as PDF; for operators", print_pack,
              query=PackQuery, gives=PDF),
    Operation("write_pack", "GET", "/dashboard/pack.docx", "dashboard",
              "The same two pages as a document to go on writing in; for operators", write_pack,
              query=PackQuery, gives=DOCX),
)  # fmt: skip
