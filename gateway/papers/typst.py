"""Sets a paper: a template and plain data in, the bytes of a PDF out. The same data give the same bytes, anywhere.

Templates stand in ``templates/`` and begin with ``base.typ``; they read the data as JSON. The typeface is installed
with huanjie, the machine's own fonts are not used. Nothing is fetched: a template may not import packages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson

from services.chassis.refusals import Busy

if TYPE_CHECKING:
    import typst

T = TypeVar("T")

TEMPLATES: Final = Path(__file__).parent / "templates"
FONT_PACKAGES: Final = ("cvttf_NotoSansCJK_Regular", "cvttf_NotoSansCJK_Bold")
PAPERS_WAITING_MAX: Final = 8
_SECOND_US: Final = 1_000_000

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {"rehearsal": "演练 · 非正式文件", "page": "第 {page} 页 / 共 {pages} 页"},
    "en": {"rehearsal": "REHEARSAL · not an official document", "page": "page {page} of {pages}"},
}


PAGE_WORDS: Final[Mapping[str, str]] = {language: said["page"] for language, said in _WORDS.items()}
REHEARSAL_WORDS: Final[Mapping[str, str]] = {language: said["rehearsal"] for language, said in _WORDS.items()}
"""The mark of a rehearsal, for papers that are not set here."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on every page. `made_at_us`: the instant that the paper is of; it is the PDF's date too."""

    title: str
    district: str
    language: str
    made_at_us: int
    rehearsal: bool = False


class FontMissing(Exception):
    """The typeface is not installed: huanjie was not installed from its lock."""


def set_paper(template: str, head: Head, data: Mapping[str, Any]) -> bytes:
    """The PDF of ``templates/<template>.typ``. `data` is what JSON can hold; the key "paper" is taken by the head.

    Raises typst.TypstError on a fault of the template, FontMissing.
    """
    # Here, not above: 80 MB that only a process that prints should load.
    import typst

    paper = {
        "title": head.title, "district": head.district, "language": head.language, "rehearsal": head.rehearsal,
        "words": _WORDS[head.language],
    }  # fmt: skip
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"data": orjson.dumps({**data, "paper": paper}).decode()},
        timestamp=head.made_at_us // _SECOND_US,
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=font_folders())


def font_folders() -> list[str]:
    """Where the installed typeface lies. Raises FontMissing."""
    folders = []
    for package in FONT_PACKAGES:
        found = find_spec(package)
        if found is None or not found.submodule_search_locations:
            raise FontMissing(package)
        folders.append(next(iter(found.submodule_search_locations)))
    return folders


class Printer:
    """One thread that sets papers, and a bounded queue before it. `limit` names the queue where it is full."""

    def __init__(self, limit: str = "papers") -> None:
        self._limit = limit
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=limit)
        self._waiting = 0

    async def print(self, template: str, head: Head, data: Mapping[str, Any]) -> bytes:
        """Sets a paper beside the event loop. Raises Busy when too many wait."""
        return await self.run(partial(set_paper, template, head, data))

    async def run(self, draw: Callable[[], T]) -> T:
        """Sets whatever `draw` sets, beside the event loop. Raises Busy when too many wait."""
        if self._waiting >= PAPERS_WAITING_MAX:
            raise Busy(limit=self._limit)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, draw)
        finally:
            self._waiting -= 1

    def stop(self) -> None:
        """Waits for the paper under way; may be called twice."""
        self._thread.shutdown()
