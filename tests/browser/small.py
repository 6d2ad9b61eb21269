"""A branch at its one phone: what is typed on the page of the small sitting, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image
from playwright.async_api import Locator, Page, expect

from tests.tally.hall import sample_names

NAMES = sample_names(4)
ELECTORS = [f"示例党员{n}" for n in range(1, 24)]
FIRST, SECOND = ELECTORS[0], ELECTORS[1]
COLUMNS = ("approve", "disapprove", "abstain", "unreadable")


def photograph() -> bytes:
    """A small picture."""
    kept = BytesIO()
    Image.new("RGB", (60, 80), "white").save(kept, "JPEG")
    return kept.getvalue()


class Phone:
    """The page in the hands of two people."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def step(self) -> Locator:
        return self.page.locator("section.step.open")

    async def open(self) -> None:
        await self.page.goto("/small-sitting/")
        await expect(self.step).to_be_visible()

    async def kept(self) -> None:
        """The page will open without a network."""
        await expect(self.page.locator(".kept")).to_have_text("已可断网使用")

    async def fill(self, **values: str | int) -> None:
        for name, value in values.items():
            await self.step.locator(f"[name={name}]").fill(str(value))

    async def next(self) -> None:
        await self.step.locator("button.next").click()

    async def at(self, step: str) -> None:
        await expect(self.page.locator(f"section.step.open[data-step='{step}']")).to_be_visible()

    async def prepare(self, names: Sequence[str] = NAMES, seats: int = 3, present: int = 20) -> None:
        """What is voted on, the roll, the meeting."""
        await self.at("votes")
        await self.fill(seats=seats, candidates="\n".join(names))
        await self.next()
        await self.at("roll")
        await self.fill(electors="\n".join(ELECTORS))
        await self.next()
        await self.at("meeting")
        await self.fill(present=present, method_agree=present, officers_agree=present)
        await self.step.locator("[name=first]").select_option(FIRST)
        await self.step.locator("[name=second]").select_option(SECOND)
        await self.next()

    async def ballots(self, valid: int = 20) -> None:
        await self.fill(printed=valid + 2, issued=valid, returned=valid, unused_destroyed=2)
        await self.next()

    async def read(self, approvals: Sequence[int], valid: int = 20) -> None:
        """One person types the whole sheet; whoever did not approve abstained."""
        await self.cells({"votes": valid, "valid": valid, "invalid": 0})
        for place, approve in enumerate(approvals, start=1):
            marks = dict(zip(COLUMNS, (approve, 0, valid - approve, 0), strict=True))
            await self.cells({f"candidates.{place}.{column}": value for column, value in marks.items()})
        await self.done()

    async def cells(self, cells: dict[str, int]) -> None:
        for field, value in cells.items():
            await self.step.locator(f"[name='{field}']").fill(str(value))

    async def done(self) -> None:
        await self.step.get_by_role("button", name="读完了").click()

    async def hand_over(self, name: str) -> None:
        await self.step.get_by_role("button", name=f"我是{name}，开始读票").click()

    async def paper(self) -> None:
        photo = {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
        await self.step.locator("[name=photo]").set_input_files(photo)  # type: ignore[arg-type]
        await expect(self.step.locator("img.photo")).to_be_visible()
        await self.next()

    async def send(self) -> None:
        await self.at("send")
        await self.step.get_by_role("button", name="报送", exact=True).click()
