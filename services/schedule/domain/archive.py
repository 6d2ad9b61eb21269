"""The archive package of a turnover: a catalogue of classes, a manifest with a hash for each piece, retention days.

How long which class is kept was not found in a regulation that could be read: the figures are the customary ones, to be
confirmed by each place (M). An empty day means for good.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.schedule.domain.milestones import MONTHS_PER_YEAR, add_months
from services.schedule.domain.office_errors import ArchiveIncomplete
from services.schedule.domain.office_events import ArchiveGap, ArchiveItem

FORM: Final = "huanjie archive 1"


@dataclass(frozen=True, slots=True)
class ArchiveClass:
    """One class of the catalogue. `years` 0: kept for good. `needed`: an empty class needs its reason."""

    id: str
    zh: str
    en: str
    years: int
    needed: bool


CATALOGUE: Final = (
    ArchiveClass("plans", "换届工作方案及各版计划", "Plans, every version", 0, True),
    ArchiveClass("requests", "请示与批复", "Requests and replies", 0, True),
    ArchiveClass("decisions", "会议决定", "Decisions of bodies", 0, True),
    ArchiveClass("notices", "公示材料", "Public notices", 30, False),
    ArchiveClass("documents", "工作材料", "Documents handed in", 30, False),
    ArchiveClass("meetings", "会议记录", "Minutes of meetings", 30, True),
    ArchiveClass("reports", "报告与情况反映", "Reports upward", 30, False),
    ArchiveClass("results", "选举结果报告及备案", "Results and their filing", 0, True),
    ArchiveClass("overrides", "例外处理", "Overrides", 0, False),
)
CLASSES: Final[Mapping[str, ArchiveClass]] = {each.id: each for each in CATALOGUE}


def keep_until(class_id: str, sealed: date) -> str:
    """The last day until which a piece is kept, counted from the sealing; empty for good."""
    years = CLASSES[class_id].years
    return add_months(sealed, years * MONTHS_PER_YEAR).isoformat() if years else ""


def check_complete(items: Iterable[ArchiveItem], gaps: Sequence[ArchiveGap]) -> None:
    """Every class that is needed holds something, or its reason is given. Raises ArchiveIncomplete."""
    filled = {each.class_id for each in items} | {each.class_id for each in gaps}
    for each in CATALOGUE:
        if each.needed and each.id not in filled:
            raise ArchiveIncomplete(archive_class=each.id)


def manifest(turnover_id: str, items: Sequence[ArchiveItem], gaps: Sequence[ArchiveGap]) -> str:
    """The manifest as a JSON text: the same pieces give the same bytes."""
    content = {
        "form": FORM,
        "turnover": turnover_id,
        "items": [
            {
                "class": each.class_id, "title": each.title, "number": each.number, "day": each.day,
                "sha256": each.sha256, "keep_until": each.keep_until_day,
            }
            for each in items
        ],
        "gaps": [{"class": each.class_id, "reason": each.reason} for each in gaps],
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def items_of(text: str) -> tuple[ArchiveItem, ...]:
    """The pieces that a manifest names."""
    return tuple(
        ArchiveItem(row["class"], row["title"], row["number"], row["day"], row["sha256"], row["keep_until"])
        for row in json.loads(text)["items"]
    )
