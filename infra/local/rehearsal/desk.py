"""The desk in a campaign: matters and questions of the public, good practice, supervision orders, samples.

What each step finds is what the steps before it made; a step that finds nothing does nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Any, Final

from infra.local.rehearsal.agenda import Act
from infra.local.rehearsal.cast import Unit
from infra.local.rehearsal.rest import Caller, Refused
from services.kernel.workdays import DAY_US, day_of, start_of_day

if TYPE_CHECKING:
    from infra.local.rehearsal.play import Campaign

# Acts of the desk do not fall into the same minute as what units do at full hours.
MINUTE: Final = 10
MATTERS: Final = 8
ORDERS_MAX: Final = 5
# Of all units; at least one.
SAMPLE_PERCENT: Final = 4
FOUND_TRUE_PERCENT: Final = 85
LATE_MATTER_DAY: Final = 22

# Topic, kind, what is asked.
ASKED: Final = (
    ("membership", "question", "外出流动党员如何参加本支部选举？"),
    ("procedure", "question", "选举办法草案是否须先报上级党组织审阅？"),
    ("venue", "difficulty", "支部没有能容纳全体党员的会场，请协调场地。"),
    ("schedule", "question", "与村级其他会议日期冲突，能否调整开会时间？"),
    ("materials", "question", "选票由谁统一印制？"),
    ("burden", "concern", "同一项人数本月已报送两次，建议不再重复报送。"),
    ("organisation", "question", "并入邻近支部的，名册由哪个支部核对？"),
    ("delegates", "question", "代表名额按上年底还是现有党员人数计算？"),
)
ANSWER: Final = "按《中国共产党基层组织选举工作条例》办理，具体口径见本办答复口径第一批。"
SECOND_ANSWER: Final = "补充答复：由所在党组织于会前三日书面通知，确有困难的可申请延期。"
PASSED_UP: Final = "涉及全区口径，请上级予以明确。"
NOT_HELPED: Final = "答复未说明办理时限。"
PUBLIC: Final = (
    ("schedule", "hotline", "社区党组织换届什么时候开始？", "按统一安排，自本月起分批进行，具体日期由所在党组织通知。"),
    (
        "procedure",
        "visit",
        "外出务工党员怎样参加党员大会？",
        "由所在支部提前联系；因故不能到会的，按规定请假，不能委托他人投票。",
    ),
    ("other", "letter", "换届期间党员组织关系还能转接吗？", "组织关系转接照常办理。"),
)
SEND_BACK: Final = "请补充依据。"
PRACTICES: Final = (
    ("procedure", "选举程序一张图", "将选举程序各步绘成一张图，会前逐项核对。"),
    ("membership", "流动党员提前一周联系", "提前一周逐个联系流动党员，记录参会方式。"),
)
PRACTICE_RETURNED: Final = "请补充实施前后的做法。"
ORDERED: Final = "请于三个工作日内办结，并说明情况。"
HANDLED: Final = "已办理并逐项核对，情况已存档。"
KEPT_AT: Final = "本单位档案室 换届卷"
ORDER_RETURNED: Final = "情况说明不清，请补充。"
ORDER_WITHDRAWN: Final = "该事项已另行部署。"


class Desk:
    """Plays the office's desk and whoever writes to it."""

    def __init__(self, run: Campaign) -> None:
        self._run = run
        self._cast = run.cast
        self._turn = asyncio.Lock()
        self._matters: list[tuple[str, Unit]] = []
        # By whom they were answered.
        self._answered: dict[str, Caller] = {}
        self._reopened: list[str] = []
        self._questions: list[str] = []
        self._practices: list[tuple[str, Unit]] = []
        self._orders: list[tuple[str, Unit]] = []
        self._sample = ""

    def steps(self) -> tuple[tuple[int, int, Act], ...]:
        """What happens, each with its calendar day and minute of the campaign."""
        steps: tuple[tuple[int, Callable[[], Coroutine[Any, Any, None]]], ...] = (
            (3, self.raise_matters), (4, self.pass_up), (4, self.answer_below), (4, self.enter_questions),
            (7, self.answer_above), (7, self.draft_answers), (8, self.publish_answer), (8, self.look_drafts_over),
            (8, self.settle_and_reopen), (9, self.answer_again), (9, self.draft_again), (10, self.publish_questions),
            (9, self.hand_in_practices), (14, self.decide_practices),
            (16, self.issue_orders), (17, self.handle_orders), (18, self.review_orders), (21, self.handle_again),
            (22, self.close_again), (18, self.draw_sample), (21, self.check_sample),
            (LATE_MATTER_DAY, self.raise_late), (LATE_MATTER_DAY + 1, self.pass_late_up),
        )  # fmt: skip
        return tuple((day, MINUTE + number, self._in_turn(step)) for number, (day, step) in enumerate(steps))

    def _in_turn(self, step: Act) -> Act:
        async def waiting() -> None:
            async with self._turn:
                await step()

        return waiting

    # ---- matters ------------------------------------------------------------------------------------------

    async def raise_matters(self) -> None:
        """Units raise what they cannot settle themselves."""
        for number, (unit, asked) in enumerate(zip(self._some("matters", MATTERS), ASKED, strict=False)):
            await self._raise(unit, asked, f"matter-{number}")
        self._tell("phase_matters", count=len(self._matters))

    async def raise_late(self) -> None:
        """One that still waits when the campaign ends."""
        for unit in self._some("late", 1):
            await self._raise(unit, ASKED[2], "matter-late")

    async def _raise(self, unit: Unit, asked: tuple[str, str, str], name: str) -> None:
        topic, kind, text = asked
        body = {"topic": topic, "kind": kind, "text": text, "turnover": self._turnover()}
        if raised := await self._act(f"/units/{unit.unit_id}/matters", self._cast.keys[unit.unit_id], name, **body):
            self._matters.append((raised["matter_id"], unit))

    async def pass_up(self) -> None:
        """Every other one goes further up, until it lies with the district."""
        for matter_id, unit in self._matters[::2]:
            await self._to_the_top(matter_id, unit)

    async def pass_late_up(self) -> None:
        """So that the district has something to answer."""
        for matter_id, unit in self._matters[MATTERS:]:
            await self._to_the_top(matter_id, unit)

    async def _to_the_top(self, matter_id: str, unit: Unit) -> None:
        owner = self._cast.units[unit.parent_id]
        while owner.parent_id:
            passed = await self._matter(matter_id, "pass-up", self._cast.own(owner), owner.code, note=PASSED_UP)
            if passed is None:
                return
            owner = self._cast.units[owner.parent_id]

    async def answer_below(self) -> None:
        """What was not passed up is answered by the superior, but one."""
        for matter_id, unit in self._matters[1::2][:-1]:
            await self._answer_matter(matter_id, self._cast.superior(unit), ANSWER)

    async def answer_above(self) -> None:
        """The district answers what came up, but one."""
        for matter_id, _ in self._matters[::2][:-1]:
            await self._answer_matter(matter_id, self._cast.operator, ANSWER)

    async def _answer_matter(self, matter_id: str, caller: Caller, answer: str) -> None:
        name = str(matter_id in self._answered)
        if await self._matter(matter_id, "answer", caller, name, answer=answer) is not None:
            self._answered[matter_id] = caller

    async def publish_answer(self) -> None:
        """One answer is put before all units."""
        for matter_id in list(self._answered)[:1]:
            await self._matter(matter_id, "publish", self._cast.operator, "1", question=ASKED[0][2])

    async def settle_and_reopen(self) -> None:
        """The first answer helped, the next two did not."""
        answered = [(matter_id, unit) for matter_id, unit in self._matters if matter_id in self._answered]
        for number, (matter_id, unit) in enumerate(answered[:3]):
            own = self._cast.keys[unit.unit_id]
            if not number:
                await self._matter(matter_id, "settle", own, "1")
            elif await self._matter(matter_id, "reopen", own, "1", reason=NOT_HELPED) is not None:
                self._reopened.append(matter_id)

    async def answer_again(self) -> None:
        """One of those that were reopened is answered anew, by whoever answered before."""
        for matter_id in self._reopened[:1]:
            await self._answer_matter(matter_id, self._answered[matter_id], SECOND_ANSWER)

    async def _matter(
        self, matter_id: str, step: str, caller: Caller, name: str, **body: Any
    ) -> Mapping[str, Any] | None:
        return await self._act(f"/matters/{matter_id}/{step}", caller, f"{matter_id}-{step}-{name}", **body)

    # ---- questions of the public --------------------------------------------------------------------------

    async def enter_questions(self) -> None:
        """What was asked the day before."""
        asked_us = start_of_day(day_of(self._run.agenda.now_us())) - DAY_US
        for number, (topic, channel, question, _) in enumerate(PUBLIC):
            entered = await self._act(
                f"/units/{self._cast.root.unit_id}/public-questions", self._cast.operator, f"question-{number}",
                topic=topic, channel=channel, asked_us=asked_us, question=question, turnover=self._turnover(),
            )  # fmt: skip
            if entered:
                self._questions.append(entered["question_id"])

    async def draft_answers(self) -> None:
        """The last one still waits for its facts."""
        for number, question_id in enumerate(self._questions[:2]):
            await self._question(question_id, "draft", self._cast.operator, "1", answer=PUBLIC[number][3])

    async def look_drafts_over(self) -> None:
        """Another person approves the first and sends the second back."""
        for number, question_id in enumerate(self._questions[:2]):
            if number:
                await self._question(question_id, "send-back", self._cast.second, "1", reason=SEND_BACK)
            else:
                await self._question(question_id, "approve", self._cast.second, "1")

    async def draft_again(self) -> None:
        """With what was missing."""
        for question_id in self._questions[1:2]:
            answer = f"{PUBLIC[1][3]}依据：《中国共产党基层组织选举工作条例》。"
            await self._question(question_id, "draft", self._cast.operator, "2", answer=answer)
            await self._question(question_id, "approve", self._cast.second, "2")

    async def publish_questions(self) -> None:
        """What is approved goes out."""
        for question_id in self._questions[:2]:
            await self._question(question_id, "publish", self._cast.operator, "1")
        self._tell("phase_questions", count=len(self._questions[:2]))

    async def _question(self, question_id: str, step: str, caller: Caller, name: str, **body: Any) -> None:
        await self._act(f"/public-questions/{question_id}/{step}", caller, f"{question_id}-{step}-{name}", **body)

    # ---- good practice ------------------------------------------------------------------------------------

    async def hand_in_practices(self) -> None:
        """Methods that worked, with where their evidence is kept."""
        for number, (unit, said) in enumerate(zip(self._some("practices", len(PRACTICES)), PRACTICES, strict=False)):
            topic, title, method = said
            handed = await self._act(
                f"/units/{unit.unit_id}/practices", self._cast.keys[unit.unit_id], f"practice-{number}", topic=topic,
                title=title, method=method, evidence_reference=KEPT_AT, turnover=self._turnover(),
            )  # fmt: skip
            if handed:
                self._practices.append((handed["practice_id"], unit))

    async def decide_practices(self) -> None:
        """The first is published, the second goes back."""
        for number, (practice_id, _) in enumerate(self._practices):
            step, body = ("return", {"reason": PRACTICE_RETURNED}) if number else ("publish", {})
            await self._act(f"/practices/{practice_id}/{step}", self._cast.operator, practice_id, **body)

    # ---- supervision --------------------------------------------------------------------------------------

    async def issue_orders(self) -> None:
        """For what is overdue below the district, as the light rules propose it."""
        root = self._cast.root.unit_id
        try:
            page = await self._run.rest.get(f"/units/{root}/orders/proposed", self._cast.operator)
        except Refused:
            return
        for item in page["items"]:
            unit = self._cast.units.get(item["unit_id"])
            if unit is None or unit.unit_id not in self._cast.keys or len(self._orders) == ORDERS_MAX:
                continue
            number = len(self._orders)
            issued = await self._act(
                f"/units/{unit.unit_id}/orders", self._cast.operator, f"order-{number}-{unit.unit_id}",
                directive_id=item["directive_id"], stage=item["stage"], text=ORDERED,
            )  # fmt: skip
            if issued:
                self._orders.append((issued["order_id"], unit))
        self._tell("phase_orders", count=len(self._orders))

    async def handle_orders(self) -> None:
        """Each unit says what it did; the last only accepts."""
        for order_id, unit in self._orders[:-1]:
            await self._answer(order_id, unit, "1")
        for order_id, unit in self._orders[-1:]:
            await self._order(order_id, "accept", self._cast.keys[unit.unit_id], "1")

    async def review_orders(self) -> None:
        """One comes back, one was ordered otherwise, the others are closed."""
        for number, (order_id, _) in enumerate(self._orders[:-1]):
            if number == 0:
                await self._order(order_id, "return", self._cast.operator, "1", reason=ORDER_RETURNED)
            elif number == 1:
                await self._order(order_id, "withdraw", self._cast.operator, "1", reason=ORDER_WITHDRAWN)
            else:
                await self._order(order_id, "close", self._cast.second, "1")

    async def handle_again(self) -> None:
        """What came back is answered anew."""
        for order_id, unit in self._orders[:1]:
            await self._answer(order_id, unit, "2")

    async def close_again(self) -> None:
        """And closed."""
        for order_id, _ in self._orders[:1]:
            await self._order(order_id, "close", self._cast.second, "2")

    async def _answer(self, order_id: str, unit: Unit, name: str) -> None:
        own = self._cast.keys[unit.unit_id]
        await self._order(order_id, "answer", own, name, summary=HANDLED, evidence_reference=KEPT_AT)

    async def _order(self, order_id: str, step: str, caller: Caller, name: str, **body: Any) -> None:
        await self._act(f"/orders/{order_id}/{step}", caller, f"{order_id}-{step}-{name}", **body)

    # ---- samples ------------------------------------------------------------------------------------------

    async def draw_sample(self) -> None:
        """Of the reports under the first directive."""
        for directive_id in self._run.directives[:1]:
            drawn = await self._act(
                f"/directives/{directive_id}/samples", self._cast.operator, "sample",
                unit_id=self._cast.root.unit_id, size=max(1, len(self._cast.units) * SAMPLE_PERCENT // 100),
            )  # fmt: skip
            self._sample = drawn["sample_id"] if drawn else ""

    async def check_sample(self) -> None:
        """Each sampled report is looked at on the spot; not all are found true."""
        if not self._sample:
            return
        try:
            sample = await self._run.rest.get(f"/samples/{self._sample}", self._cast.operator)
        except Refused:
            return
        for row in sample["units"]:
            code = self._cast.units[row["unit_id"]].code
            found_true = Random(f"{self._run.seed}/checked/{code}").randrange(100) < FOUND_TRUE_PERCENT
            await self._act(
                f"/samples/{self._sample}/checks", self._cast.operator, f"check-{row['unit_id']}",
                unit_id=row["unit_id"], found_true=found_true,
            )  # fmt: skip
        self._tell("phase_sampled", count=len(sample["units"]))

    # ---- what they share ----------------------------------------------------------------------------------

    def _some(self, what: str, count: int) -> Sequence[Unit]:
        """Units at the bottom that somebody acts for, by the seed."""
        units = [
            unit for unit in self._cast.units.values()
            if unit.unit_id in self._cast.keys and not unit.children and unit.unit_id not in self._run.left_out
        ]  # fmt: skip
        units.sort(key=lambda unit: unit.code)
        chance = Random(f"{self._run.seed}/{what}")
        return chance.sample(units, min(count, len(units)))

    def _turnover(self) -> str:
        return self._run.turnover()

    def _tell(self, key: str, count: int) -> None:
        self._run.tell(key, day=self._run.day(), count=count)

    async def _act(self, path: str, caller: Caller, name: str, **body: Any) -> dict[str, Any] | None:
        return await self._run.act(path, caller, body, f"desk-{name}")
