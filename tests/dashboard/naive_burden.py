"""What the asking costs, recounted from a ledger's first entries: unit by unit, with floats where they do no harm.

It reads along with the naive board, and shares nothing with the projector but the messages.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from services.kernel.transmission import Counter as Counted
from services.kernel.transmission import Stage
from services.kernel.transmission.burden import BURDEN_POLICY
from services.kernel.workdays import DAY_US, work_calendar
from tests.dashboard.naive_board import Asked, NaiveBoard
from tests.kernel.naive_transmission import NaiveDirective


@dataclass
class NaiveLayer:
    above: int = 0
    between: int = 0
    left: list[tuple[float, float]] = field(default_factory=list)
    broken_down: int = 0
    passed_through: int = 0
    returned: int = 0
    reported: int = 0
    empty: int = 0
    checks: list[bool] = field(default_factory=list)
    minutes: int = 0


class NaiveBurden(NaiveBoard):
    """Feed it entries; ask it for any unit."""

    def __init__(self, entries: list[bytes]) -> None:
        self.named: dict[tuple[str, str], tuple[str, str]] = {}
        self.empty: dict[tuple[str, str], bool] = {}
        self.checks: dict[tuple[str, str], list[bool]] = defaultdict(list)
        self.issued_us: dict[str, int] = {}
        super().__init__(entries)

    def DirectiveIssued(self, event: Any, entry: Any) -> None:
        super().DirectiveIssued(event, entry)
        self.issued_us[event.directive_id] = entry.occurred_at_us

    def AssignmentNamed(self, event: Any, entry: Any) -> None:
        super().AssignmentNamed(event, entry)
        self.named[event.directive_id, event.unit_id] = (event.post_id, event.person_id)

    def PostHandedOver(self, event: Any, entry: Any) -> None:
        for key, named in self.named.items():
            if named == (event.post_id, event.from_person_id):
                self.named[key] = (event.post_id, event.person_id)

    def ReportSubmitted(self, event: Any, entry: Any) -> None:
        super().ReportSubmitted(event, entry)
        said = event.due_count or event.done_count or event.summary or event.evidence
        self.empty[event.directive_id, event.unit_id] = not said

    def ReportCorrected(self, event: Any, entry: Any) -> None:
        super().ReportCorrected(event, entry)
        said = event.due_count or event.done_count or event.summary or event.evidence
        self.empty[event.directive_id, event.unit_id] = not said

    def ReportVerified(self, event: Any, entry: Any) -> None:
        super().ReportVerified(event, entry)
        self.checks[event.directive_id, event.unit_id].append(True)

    def ReportReturned(self, event: Any, entry: Any) -> None:
        super().ReportReturned(event, entry)
        self.checks[event.directive_id, event.unit_id].append(False)

    def ActUndone(self, event: Any, entry: Any) -> None:
        super().ActUndone(event, entry)
        key = (event.directive_id, event.unit_id)
        if event.act == "verify":
            self.checks[key].pop()
        elif event.post_id:
            self.named[key] = (event.post_id, event.person_id)

    def standing(self, asked_id: str, depth: int) -> int:
        """How many units stand so far below one, in the unit tree or on the route of something that is asked there."""
        ways = {""}
        for directive_id, asked in self.asked.items():
            if not asked.open:
                continue
            below = asked.issuer != asked_id and asked_id in self.chain(asked.issuer, asked.route)
            top = asked.issuer if below else asked_id
            wanted, numbers = self.directive(directive_id)
            live = {number for number, _ in wanted.walk(0)}
            if numbers.get(top) in live and wanted.mass(numbers[top]):
                ways.add(asked.route)
        return sum(
            any(asked_id in (chain := self.chain(unit, way)) and chain.index(asked_id) == depth for way in ways)
            for unit, place in self.places.items() if not place.ended
        )  # fmt: skip

    # ---- what is asked of it --------------------------------------------------------------------------------

    def burden(self, asked_id: str, now_us: int) -> tuple[dict[int, NaiveLayer], Counter[str]]:
        """Layers below a unit, and open items by person."""
        layers: dict[int, NaiveLayer] = defaultdict(NaiveLayer)
        open_items: Counter[str] = Counter()
        for directive_id, asked in self.asked.items():
            if asked.open:
                self._add(directive_id, asked, asked_id, now_us, layers, open_items)
        return layers, open_items

    def _add(
        self, directive_id: str, asked: Asked, asked_id: str, now_us: int, layers: dict[int, NaiveLayer],
        open_items: Counter[str],
    ) -> None:  # fmt: skip
        wanted, numbers = self.directive(directive_id)
        between = asked.issuer != asked_id and asked_id in self.chain(asked.issuer, asked.route)
        top = asked.issuer if between else asked_id
        live = {number for number, _ in wanted.walk(0)}
        if top not in numbers or numbers[top] not in live or not wanted.mass(numbers[top]):
            return
        units = [unit for unit, number in numbers.items() if number in live and top in self.chain(unit, asked.route)]
        offset = self.chain(top, asked.route).index(asked_id)
        self._counters(wanted, numbers[top], offset, layers)
        for unit in units:
            layer = self.chain(unit, asked.route).index(asked_id)
            if self.obliged(asked, unit):
                self._obliged(directive_id, asked, unit, layers[layer], open_items, between=between)
            if wanted.mass(numbers[unit]):
                self._minutes(asked, unit, top, layer, now_us, layers)
            parent = self.parent(unit, asked.route)
            if unit != top and parent in units and parent != asked.issuer and wanted.mass(numbers[unit]):
                layers[layer].left += self._left(asked, parent, self._sent(asked, unit), unit)
        if between:
            self._following(asked, directive_id, asked_id, len(self._route(wanted, numbers, live, asked)), layers)

    def _route(self, wanted: NaiveDirective, numbers: dict[str, int], live: set[int], asked: Asked) -> list[str]:
        """The issuer's children on the route."""
        return [
            unit for unit in self.children(asked.issuer, asked.route)
            if numbers.get(unit) in live and wanted.mass(numbers[unit])
        ]  # fmt: skip

    def _counters(self, wanted: NaiveDirective, top: int, offset: int, layers: dict[int, NaiveLayer]) -> None:
        for (layer, counter), count in wanted.counts(top).items():
            one = layers[offset + layer]
            one.broken_down += count * (counter is Counted.BROKEN_DOWN)
            one.passed_through += count * (counter is Counted.PASSED_THROUGH)
            one.returned += count * (counter is Counted.RETURNED)

    def _obliged(
        self, directive_id: str, asked: Asked, unit: str, layer: NaiveLayer, open_items: Counter[str], *, between: bool
    ) -> None:
        layer.between += between
        layer.above += not between
        credit = asked.record(unit).credit
        if Stage.REPORT in credit:
            layer.reported += 1
            layer.empty += self.empty[directive_id, unit]
        elif Stage.NAME in credit:
            open_items[self.named[directive_id, unit][1]] += 1
        layer.checks += self.checks[directive_id, unit][:1]

    def _minutes(
        self, asked: Asked, unit: str, top: str, layer: int, now_us: int, layers: dict[int, NaiveLayer]
    ) -> None:
        depth = self.chain(unit, asked.route).index(asked.issuer)
        for stage, minutes in BURDEN_POLICY.minutes.items():
            if not depth or not (stage in (Stage.RECEIVE, Stage.NAME) or self.obliged(asked, unit)):
                continue
            whose = layer - (stage is Stage.VERIFY)
            if whose >= 0 and 0 <= self._due(asked, depth, stage, self._shift(asked, top)) - now_us < 7 * DAY_US:
                layers[whose].minutes += minutes

    # ---- time -----------------------------------------------------------------------------------------------

    def _due(self, asked: Asked, depth: int, stage: Stage, shift_days: int) -> int:
        deepest = max(due.layer for due in asked.issued.deadlines)
        due_us = next(
            due.due_us for due in asked.issued.deadlines if (due.layer, due.stage) == (min(depth, deepest), stage)
        )
        calendar = work_calendar(asked.issued.calendar_version)
        return calendar.deadline(due_us, shift_days) if shift_days else due_us

    def _edge(self, asked: Asked, unit: str) -> tuple[int, int] | None:
        record, above = asked.record(unit), asked.record(self.parent(unit, asked.route))
        return record.dispatched or (above.to_all if self.covered(asked, unit) else None)

    def _shift(self, asked: Asked, unit: str) -> int:
        chain = self.chain(unit, asked.route)
        return sum((self._edge(asked, each) or (0, 0))[1] for each in chain[: chain.index(asked.issuer)])

    def _sent(self, asked: Asked, unit: str) -> int | None:
        record, above = asked.record(unit), asked.record(self.parent(unit, asked.route))
        if record.dispatched is not None:
            return record.dispatched_us
        return above.to_all_us if self.covered(asked, unit) else None

    def _left(self, asked: Asked, parent: str, sent_us: int | None, unit: str) -> Iterator[tuple[float, float]]:
        """The share of its time that a parent left to a unit, and the share that the plan grants."""
        own_us = self._sent(asked, parent)
        if own_us is None or sent_us is None:
            return
        depth = self.chain(parent, asked.route).index(asked.issuer)
        due_us = self._due(asked, depth + 1, Stage.REPORT, self._shift(asked, unit))
        yield from self._shares(asked, parent, own_us, sent_us, due_us)

    def _shares(
        self, asked: Asked, parent: str, own_us: int, sent_us: int, due_us: int
    ) -> Iterator[tuple[float, float]]:
        calendar = work_calendar(asked.issued.calendar_version)
        depth = self.chain(parent, asked.route).index(asked.issuer)
        own_due_us = self._due(asked, depth, Stage.REPORT, self._shift(asked, parent))
        whole = calendar.late_working_minutes(own_us, own_due_us)
        planned = [
            calendar.late_working_minutes(*(self._due(asked, at, stage, 0) for stage in (Stage.DISPATCH, Stage.REPORT)))
            for at in (depth, depth + 1)
        ]
        if whole:
            yield max(1, calendar.late_working_minutes(sent_us, due_us)) / whole, planned[1] / planned[0]

    def _following(
        self, asked: Asked, directive_id: str, asked_id: str, units: int, layers: dict[int, NaiveLayer]
    ) -> None:
        parent = self.asked.get(asked.issued.parent_directive_id)
        issuer = asked.issuer
        if parent is None or not parent.open or parent.issuer == issuer:
            return
        # The two may take different routes.
        above = self.chain(issuer, parent.route)
        if parent.issuer not in above or asked_id not in above:
            return
        wanted, numbers = self.directive(asked.issued.parent_directive_id)
        top = parent.issuer if asked_id in self.chain(parent.issuer, parent.route) else asked_id
        live = {number for number, _ in wanted.walk(0)}
        touched = numbers.get(issuer) in live and wanted.mass(numbers[issuer])
        own_us = self._sent(parent, issuer)
        if not touched or own_us is None or top not in numbers or numbers[top] not in live:
            return
        due_us = self._due(asked, 1, Stage.REPORT, 0)
        shares = list(self._shares(parent, issuer, own_us, self.issued_us[directive_id], due_us))
        layers[self.chain(issuer, asked.route).index(asked_id) + 1].left += shares * units


def geometric_mean(shares: list[float]) -> float:
    """By logarithms."""
    return math.exp(sum(map(math.log, shares)) / len(shares))
