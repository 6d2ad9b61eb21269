"""What every workbook that the platform writes has alike: days of Shanghai, A4, its head on each printed page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY_FORMAT: Final = "yyyy-mm-dd"
_SECOND_US: Final = 1_000_000
_A4: Final = 9


def local_time(instant_us: int) -> datetime:
    """Wall-clock time there, without a zone, as workbooks have it."""
    return datetime.fromtimestamp(instant_us // _SECOND_US, UTC).astimezone(SHANGHAI).replace(tzinfo=None)


def lay_out_table(page: Worksheet, head_row: int, columns: int) -> None:
    """A4 across, as wide as the page; the head and so many columns stay in sight, the head on every page."""
    page.freeze_panes(head_row + 1, columns)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(head_row)
