"""Plays a campaign: every unit acts under every directive as its conduct says, and answers what the others did."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from infra.local.rehearsal import campaign, turnover
from infra.local.rehearsal.agenda import Act, Agenda, Move
from infra.local.rehearsal.campaign import Area, Script, Task
from infra.local.rehearsal.cast import Cast, Unit, person
from infra.local.rehearsal.conduct import DAY_US, HOUR_US, Conduct, Temper, conduct_of
from infra.local.rehearsal.desk import Desk
from infra.local.rehearsal.lines import Lines, lead_and_links
from infra.local.rehearsal.rest import Caller, Refused, Rest
from infra.local.rehearsal.returns import Way, figures_of, way_of
from infra.local.rehearsal.workbooks import FILE_NAME, filled
from services.chassis.clock import BusinessClock
from services.kernel.workdays import day_of, start_of_day

REPORT_STAGE = 5
EXTENSION_DAYS = 3
RECTIFY_DAYS = 3
# Calendar days for a number of working days, about.
WEEK_WORKDAYS, WEEK_DAYS = 5, 7
# Working days that a layer takes to pass a directive on, receive it and name somebody; and to start.
LAYER_WORKDAYS, START_WORKDAYS = 3, 1
MORNING_US = 9 * HOUR_US
MINUTE_US = HOUR_US // 60
# A superior waits so long for the others before it sends in what its units have handed to it.
BULK_US = 20 * HOUR_US

Tell = Callable[..., None]


class Campaign:
    """One run. ``tell(key, **params)`` hears of each phase, in the words of wording/."""

    def __init__(
        self,
        rest: Rest,
        cast: Cast,
        clock: BusinessClock,
        seed: int,
        left_out: frozenset[str],
        tell: Tell,
        script: Script = campaign.FIVE_WEEKS,
        move: Move | None = None,
    ) -> None:
        self.rest = rest
        self.cast = cast
        self.agenda = Agenda(clock, move)
        self.script = script
        self.seed = seed
        # Units whose part is left to whoever sits at the screen.
        self.left_out = left_out
        self.tell = tell
        self._run = secrets.token_hex(4)
        self._begin_us = 0
        self._end_us = 0
        self._layers = 0
        self.directives: list[str] = []

    async def play(self) -> None:
        """Returns at the campaign's end. Raises PlatformGone."""
        self._begin_us = self.agenda.now_us()
        self._layers = self.cast.layers
        script = self.script
        for number, task in enumerate(script.tasks, start=1):
            self._on_day(task.day, self._issue(number, task))
        for number, day in enumerate(script.hand_over_days):
            self._on_day(day, self._hand_over(number), minute=1)
        self._on_day(script.merge_day, self._merge, minute=2)
        for day, act in turnover.Office(self).steps() if script.plan else ():
            self._on_day(day, act)
        for day, minute, act in Desk(self).steps():
            self._on_day(day, act, minute)
        for day in range(1, script.end_day + 1):
            self._on_day(day, self._day_line(day))
        self._end_us = start_of_day(day_of(self._begin_us) + timedelta(days=script.end_day)) + MORNING_US
        await self.agenda.play()

    def day(self) -> int:
        """The campaign's day by the calendar, from 1."""
        return (day_of(self.agenda.now_us()) - day_of(self._begin_us)).days + 1

    def turnover(self) -> str:
        """Of which turnover everything is."""
        return f"{self.cast.root.code}/district/{day_of(self._begin_us).year}"

    def report_workdays(self, task: Task) -> int:
        """Time for the task, and for every layer of the district to pass it on."""
        return max(task.report_workdays, self._layers * LAYER_WORKDAYS + START_WORKDAYS)

    async def act(self, path: str, caller: Caller, body: Mapping[str, Any], name: str) -> dict[str, Any] | None:
        """A change; None when it was refused, which happens to everybody."""
        try:
            return await self.rest.post(path, caller, body, f"{self._run}-{name}")
        except Refused:
            return None

    def after(self, delay_us: int, act: Act) -> None:
        """So much later, unless the campaign has stopped by then."""
        if not self.script.stops or self.agenda.now_us() + delay_us <= self._end_us:
            self.agenda.after(delay_us, act)

    def _on_day(self, day: int, act: Act, minute: int = 0) -> None:
        """At once on the first day; in the morning of later ones, so many minutes after it began."""
        if day == 0:
            self.agenda.at(self._begin_us, act)
        else:
            morning = start_of_day(day_of(self._begin_us) + timedelta(days=day)) + MORNING_US + minute * MINUTE_US
            self.agenda.at(max(morning, self._begin_us), act)

    def _issue(self, number: int, task: Task) -> Act:
        async def issue() -> None:
            root = self.cast.root
            lines, route_id = await self._lines(task.area)
            if lines is None:
                return
            printed = task.number.format(year=day_of(self._begin_us).year)
            body = {
                "turnover": self.turnover(),
                "number": printed,
                "title": task.title,
                "text": task.text,
                "basis": task.basis,
                "source": campaign.SOURCE,
                "urgency": task.urgency,
                "issuer_unit_id": root.unit_id,
                "scope": {"subtree_unit_id": lines.top.unit_id, "kinds": list(task.kinds)},
                "route_id": route_id,
                "lead_unit_id": root.unit_id,
                "plan": {"report_workdays": self.report_workdays(task)},
                "form_id": task.form,
            }
            issued = await self.act("/directives", self.cast.operator, body, f"issue-{number}")
            if issued is None:
                return
            self.tell("phase_issued", day=self.day(), number=printed, title=task.title,
                      count=issued["units_in_scope"])  # fmt: skip
            self.directives.append(issued["directive_id"])
            self.follow(task, issued["directive_id"], number, lines)

        return issue

    async def _lines(self, area: Area | None) -> tuple[Lines | None, str]:
        """By the unit tree, or by a route that the office draws before it issues anything on it."""
        found = lead_and_links(area, self.cast) if area else None
        if area is None or found is None:
            return (None if area else Lines(self.cast)), ""
        lead, linked = found
        rows = [{"unit": unit_id, "superior": superior_id} for unit_id, superior_id in linked.items()]
        body = {"name": area.name, "kind": "functional_area", "basis": campaign.SOURCE, "links": rows}
        drawn = await self.act("/routes", self.cast.operator, body, "route")
        if drawn is None:
            return None, ""
        self.tell("phase_route", day=self.day(), name=area.name, count=len(rows))
        return Lines(self.cast, lead, linked), str(drawn["route_id"])

    def follow(self, task: Task, directive_id: str, number: int, lines: Lines | None = None) -> None:
        """The units act under a directive that was issued, each as its conduct says."""
        thread = Thread(self, task, directive_id, number, lines or Lines(self.cast))
        for child in thread.lines.children(self.cast.root):
            thread.reached(child)

    def _hand_over(self, number: int) -> Act:
        async def hand_over() -> None:
            chance = Random(f"{self.seed}/hand-over/{number}")
            unit = chance.choice([unit for unit in self.cast.units.values() if unit.posts and unit.parent_id])
            body = {"person_name": person(self.seed, f"next/{unit.code}"), "acting": chance.randrange(3) == 0}
            path = f"/units/{unit.unit_id}/posts/{unit.posts[0]}/hand-over"
            if await self.act(path, self.cast.superior(unit), body, f"hand-over-{number}"):
                self.tell("phase_handed_over", day=self.day(), unit=unit.name)

        return hand_over

    async def _merge(self) -> None:
        """A small branch goes into its neighbour."""
        units = self.cast.units
        families = [
            [units[child] for child in unit.children if not units[child].children and child not in self.left_out]
            for unit in units.values()
        ]
        pairs = [family for family in families if len(family) > 1]
        if not pairs:
            return
        one, other, *_ = sorted(Random(f"{self.seed}/merge").choice(pairs), key=lambda unit: (unit.members, unit.code))
        body = {"into_unit_id": other.unit_id, "reason": campaign.MERGE_REASON}
        if await self.act(f"/units/{one.unit_id}/merge", self.cast.operator, body, "merge") is not None:
            units[one.parent_id].children.remove(one.unit_id)
            self.tell("phase_merged", day=self.day(), unit=one.name, into=other.name)

    def _day_line(self, day: int) -> Act:
        async def line() -> None:
            self.tell("phase_day", day=day + 1, done=self.rest.done, refused=self.rest.refused.total())

        return line


class Thread:
    """One directive on its way down and back up."""

    def __init__(self, run: Campaign, task: Task, directive_id: str, number: int, lines: Lines) -> None:
        self._run = run
        self.lines = lines
        self._cast = run.cast
        self._task = task
        self._directive_id = directive_id
        self._number = number
        # What units have handed to their superior by their codes, and how it goes on once that was taken.
        self._bulk: dict[str, dict[str, tuple[Mapping[str, Any], Act]]] = {}

    def reached(self, unit: Unit) -> None:
        """The unit above has passed the directive on."""
        if not self._on_route(unit) or unit.unit_id in self._run.left_out or unit.unit_id not in self._cast.keys:
            return
        days = self._run.report_workdays(self._task) * WEEK_DAYS // WEEK_WORKDAYS
        conduct = conduct_of(self._run.seed, str(self._number), unit.code, days)
        part = _Part(self, unit, conduct)
        if conduct.temper is Temper.SILENT:
            if conduct.on_behalf and self.obliged(unit):
                self._run.after(days * DAY_US + conduct.review_after_us, part.reported_for)
            return
        self._run.after(conduct.receive_after_us, part.receive)

    def obliged(self, unit: Unit) -> bool:
        """Whether the directive asks a report of the unit."""
        return self.lines.inside(unit) and (not self._task.kinds or unit.kind in self._task.kinds)

    def _on_route(self, unit: Unit) -> bool:
        return self.obliged(unit) or self.goes_on(unit)

    def goes_on(self, unit: Unit) -> bool:
        """Whether the directive is for anybody below the unit."""
        return any(map(self._on_route, self.lines.children(unit)))

    async def act(self, unit: Unit, step: str, caller: Caller, count: int = 0, **body: Any) -> bool:
        """One step of one unit's assignment; False when it was refused."""
        name = f"{self._number}-{unit.unit_id}-{step.replace('/', '-')}-{count}"
        return await self._run.act(self._path(unit, step), caller, body, name) is not None

    def said(self, due: int, done: int, summary: str) -> dict[str, Any]:
        """What a report says: due and done, or the figures of the directive's form."""
        if not self._task.form:
            return {"due_count": due, "done_count": done, "summary": summary}
        today = day_of(self._run.agenda.now_us())
        return {"summary": summary, **figures_of(self._task.form, due, done, today)}

    async def report(self, unit: Unit, said: Mapping[str, Any], count: int) -> bool:
        """A unit reports for itself: on the page, or from its own system; False when it was refused."""
        way = way_of(self._run.seed, unit.code)
        if way is Way.PAGE:
            session = self._cast.secretaries.get(unit.unit_id, self._cast.keys[unit.unit_id])
            return await self.act(unit, "figures" if self._task.form else "report", session, count, **said)
        row = {"directive_id": self._directive_id, "unit_id": unit.unit_id, **said}
        return await self._batch(self._cast.keys[unit.unit_id], [row], f"{unit.unit_id}-batch-{count}") == [True]

    def hand_up(self, unit: Unit, said: Mapping[str, Any], then: Act) -> bool:
        """To the superior, who sends in one day's together; False where the unit reports for itself."""
        by_workbook = way_of(self._run.seed, unit.code) is Way.WORKBOOK
        superior_id = self.lines.superior_id(unit)
        if not by_workbook or not self._task.form or superior_id not in self._cast.secretaries:
            return False
        waiting = self._bulk.setdefault(superior_id, {})
        if not waiting:
            self.after(BULK_US, self._send_in(superior_id))
        waiting[unit.code] = (said, then)
        return True

    def _send_in(self, parent_id: str) -> Act:
        async def send_in() -> None:
            handed = self._bulk.pop(parent_id)
            taken = await self._by_workbook(
                self._cast.units[parent_id], {code: said for code, (said, _) in handed.items()}
            )
            for code, (_, then) in handed.items():
                if code in taken:
                    await then()

        return send_in

    async def _by_workbook(self, parent: Unit, said: Mapping[str, Mapping[str, Any]]) -> set[str]:
        """The superior's table, filled in and sent back; the codes of the units whose report was recorded."""
        caller, rest, path = self._cast.own(parent), self._run.rest, f"{self._path(parent)}/form"
        try:
            table = await rest.fetch(f"{path}/table.xlsx", caller)
            answer = await rest.upload(f"{path}/workbooks", caller, filled(table, said), FILE_NAME)
        except Refused:
            return set()
        return {receipt["unit_code"] for receipt in answer["receipts"] if receipt["outcome"] == "recorded"}

    async def _batch(self, caller: Caller, rows: list[dict[str, Any]], name: str) -> list[bool]:
        path = "/figures:batch" if self._task.form else "/reports:batch"
        answer = await self._run.act(path, caller, {"rows": rows}, f"{self._number}-{name}")
        if answer is None:
            return [False] * len(rows)
        return [bool(receipt["accepted"]) for receipt in answer["receipts"]]

    def after(self, delay_us: int, act: Act) -> None:
        self._run.after(delay_us, act)

    def _path(self, unit: Unit, step: str = "") -> str:
        base = f"/directives/{self._directive_id}/assignments/{unit.unit_id}"
        return f"{base}/{step}" if step else base


class _Part:
    """What one unit does under one directive, one step after another."""

    def __init__(self, thread: Thread, unit: Unit, conduct: Conduct) -> None:
        self._thread = thread
        self._unit = unit
        self._conduct = conduct
        self._cast = thread._cast
        self._own = thread._cast.keys[unit.unit_id]
        self._above = thread.lines.superior(unit)
        self._reviews = 0
        self._handed_up = False
        self._due = max(1, unit.members or len(unit.children))
        self._done = self._due * conduct.done_percent // 100

    async def receive(self) -> None:
        if not await self._thread.act(self._unit, "receive", self._own):
            return
        if self._thread.goes_on(self._unit):
            self._thread.after(self._conduct.dispatch_after_us, self._dispatch)
        if self._thread.obliged(self._unit):
            self._thread.after(self._conduct.start_after_us, self._start)

    async def _dispatch(self) -> None:
        thread = self._thread
        if await thread.act(self._unit, "dispatch", thread._cast.own(self._unit)):
            for child in thread.lines.children(self._unit):
                thread.reached(child)

    async def _start(self) -> None:
        if self._conduct.says_start:
            await self._thread.act(self._unit, "start", self._own)
        if self._conduct.asks_extension:
            await self._ask_extension()
        self._thread.after(self._conduct.report_after_us, self._report)

    async def _ask_extension(self) -> None:
        asked = await self._thread.act(
            self._unit, "extension", self._own,
            stage=REPORT_STAGE, workdays=EXTENSION_DAYS, reason=campaign.EXTENSION_REASON,
        )  # fmt: skip
        if asked:
            self._thread.after(self._conduct.review_after_us, self._answer_extension)

    async def _answer_extension(self) -> None:
        if self._conduct.granted:
            await self._thread.act(self._unit, "extension/grant", self._above)
        else:
            await self._thread.act(self._unit, "extension/refuse", self._above, reason=campaign.RETURN_REASONS[1])

    async def _report(self) -> None:
        if self._conduct.wrong_first and not self._reviews:
            await self._thread.report(self._unit, self._said(self._due + 1), 0)
        said = self._said(self._done)
        self._handed_up = not self._reviews and self._thread.hand_up(self._unit, said, self._reported)
        if self._handed_up:
            return
        if await self._thread.report(self._unit, said, self._reviews + 1):
            await self._reported()

    async def _reported(self) -> None:
        self._thread.after(self._conduct.review_after_us, self._review)

    def _said(self, done: int) -> dict[str, Any]:
        chance = Random(f"{self._unit.code}/{self._reviews}")
        return self._thread.said(self._due, done, chance.choice(campaign.SUMMARIES))

    async def _review(self) -> None:
        number = self._reviews + 1
        # Who reported for a unit does not verify it.
        above = self._cast.operator if self._handed_up else self._above
        if self._reviews >= self._conduct.returned:
            verified = await self._thread.act(self._unit, "verify", above, number, report_number=number)
            if verified and self._conduct.corrects:
                self._thread.after(self._conduct.correct_after_us, self._correct)
            return
        self._reviews += 1
        reason = Random(f"{self._unit.code}/{number}").choice(campaign.RETURN_REASONS)
        returned = await self._thread.act(
            self._unit, "return", above, number,
            report_number=number, reason=reason, rectify_workdays=RECTIFY_DAYS,
        )  # fmt: skip
        if returned:
            self._thread.after(self._conduct.rectify_after_us, self._report)

    async def _correct(self) -> None:
        """What was verified is corrected: all of it was done after all, or one was counted too many."""
        said = self._said(self._done_in_truth())
        reason = Random(f"{self._unit.code}/corrected").choice(campaign.CORRECTION_REASONS)
        if await self._thread.act(self._unit, "correct", self._own, reason=reason, **said):
            self._thread.after(self._conduct.review_after_us, self._verify_again)

    def _done_in_truth(self) -> int:
        return self._due - 1 if self._done == self._due else self._due

    async def _verify_again(self) -> None:
        """By neither who corrected nor who verified before."""
        number = self._reviews + 2
        await self._thread.act(self._unit, "verify", self._cast.second, number, report_number=number)

    async def reported_for(self) -> None:
        """A unit that says nothing is reported for by its superior, and may confirm it later."""
        await self._thread.act(self._unit, "receive", self._own)
        said = self._thread.said(self._due, self._done, campaign.SUMMARIES[0])
        step = "figures" if self._thread._task.form else "report-on-behalf"
        reported = await self._thread.act(self._unit, step, self._above, **said)
        if reported and self._conduct.confirms:
            self._thread.after(self._conduct.review_after_us, self._confirm)

    async def _confirm(self) -> None:
        await self._thread.act(self._unit, "confirm", self._own)
