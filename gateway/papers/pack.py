"""The dispatch pack in words: two pages of parts, each a heading, a table and a note; PDF and DOCX show the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from gateway.dashboard.answers import DirectiveRef, UnitRef
from gateway.dashboard.answers_burden import LayerBurden, Load
from gateway.dashboard.answers_pack import Pack, Progress, Stuck
from services.chassis.wording import Catalogue, Language
from services.kernel.workdays import DAY_US, MINUTE_US, day_of, start_of_day

Kind = Literal["meeting", "week", "month"]
TEMPLATE: Final = "pack"
ROWS_MAX: Final = 6
LAYERS_MAX: Final = 6
TITLE_CHARS_MAX: Final = 30
NAME_CHARS_MAX: Final = 18
MINUTES_AN_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with their shares of the width; `right`: those that hold numbers."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    right: tuple[int, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page. Without rows `empty` stands in the table's place."""

    heading: str
    note: str
    table: Table
    empty: str


@dataclass(frozen=True, slots=True)
class PackText:
    """All of it, in one language."""

    title: str
    subject: str
    span: str
    pages: tuple[tuple[Part, ...], tuple[Part, ...]]

    def plain(self) -> dict[str, Any]:
        """As the template reads it."""
        return {
            "subject": self.subject,
            "span": self.span,
            "pages": [
                [
                    {
                        "heading": part.heading, "note": part.note, "empty": part.empty,
                        "heads": part.table.heads, "widths": part.table.widths, "right": part.table.right,
                        "rows": part.table.rows,
                    }
                    for part in page
                ]
                for page in self.pages
            ],
        }  # fmt: skip


@cache
def words() -> Catalogue:
    """The catalogue of papers."""
    return Catalogue.load("gateway.papers")


def pack_text(pack: Pack, kind: Kind, language: Language) -> PackText:
    """A pack in words."""
    teller = _Teller(pack, language)
    first = (teller.progress(), teller.due(), teller.stuck())
    second = (teller.matters(), teller.load(), teller.cost(), teller.piled())
    return PackText(teller.say(f"title:{kind}"), pack.unit.name, teller.span(), (first, second))


class _Teller:
    """Words for one pack."""

    def __init__(self, pack: Pack, language: Language) -> None:
        self.pack = pack
        self.language = language

    def say(self, key: str, **params: str | int) -> str:
        return words().render(key, params, self.language)

    def span(self) -> str:
        now, since = self.pack.now, self.pack.since
        return self.say("span", since=_hour(since.business_us), until=_hour(now.business_us), position=now.position)

    # ---- page one -----------------------------------------------------------------------------------------

    def progress(self) -> Part:
        rows = [self._progress_row(each) for each in self.pack.progress[-ROWS_MAX:]]
        done = [
            self.say(f"done:{name}", count=count) for name, count in self.pack.done.items() if f"done:{name}" in words()
        ]
        note = self.say("note:progress", done=self.say("join").join(done) or self.say("done:none"))
        heads = ("directive", "index", "plan", "if_verified", "overdue")
        return self._part("progress", note, heads, (44, 17, 10, 16, 10), (1, 2, 3, 4), rows, len(self.pack.progress))

    def _progress_row(self, each: Progress) -> tuple[str, ...]:
        before = self.say("new") if each.before is None else each.before.index or "—"
        return (
            _title(each.directive), f"{each.now.index or '—'}（{before}）" if self.language == "zh"
            else f"{each.now.index or '—'} ({before})",
            each.now.plan or "—", each.now.if_verified or "—", each.now.overdue or "—",
        )  # fmt: skip

    def due(self) -> Part:
        rows = [
            (
                _day(due.due_us), _title(due.directive), self._layer(due.layer), self.say(f"stage:{due.stage}"),
                f"{due.left} / {due.units}",
            )
            for due in self.pack.due[:ROWS_MAX]
        ]  # fmt: skip
        heads = ("due", "directive", "layer", "stage", "left")
        return self._part("due", self.say("note:due"), heads, (14, 43, 12, 14, 15), (4,), rows, len(self.pack.due))

    def stuck(self) -> Part:
        rows = [self._stuck_row(each) for each in self.pack.stuck]
        note = self.say("note:stuck")
        if self.pack.stuck_left_out:
            note = f"{note} {self.say('note:stuck_left_out')}"
        heads = ("unit", "directive", "owner", "since", "waited")
        return self._part("stuck", note, heads, (24, 27, 27, 13, 9), (4,), rows, len(rows))

    def _stuck_row(self, each: Stuck) -> tuple[str, ...]:
        name = _name(each.unit)
        unit = self.say("others", unit=name, count=each.others) if each.others else name
        action = self.say(f"owed:{each.stage}")
        owner = self.say("owner_bare", unit=_name(each.owner), action=action)
        if not each.owner.unit_id:
            owner = self.say("owner_each", action=action)
        elif each.owner_post:
            owner = self.say(
                "owner", unit=_name(each.owner), post=_clip(each.owner_post, NAME_CHARS_MAX), action=action
            )
        waited = (self.pack.now.business_us - each.due_us) // DAY_US
        return unit, _title(each.directive), owner, _day(each.due_us), self.say("days", days=waited)

    # ---- page two -------------------------------------------------------------------------------------------

    def matters(self) -> Part:
        matters, now_us = self.pack.matters, self.pack.now.business_us
        rows = [
            (_name(each.unit), self._topic(each.topic), _day(each.raised_us), _day(each.due_us))
            for each in matters[:ROWS_MAX]
        ]
        late = sum(each.due_us < now_us for each in matters)
        note = self.say("note:matters", count=len(matters), late=late) if matters else ""
        heads = ("unit", "topic", "raised", "due")
        return self._part("matters", note, heads, (40, 30, 15, 15), (), rows, len(matters))

    def load(self) -> Part:
        load = self.pack.burden.load
        rows = [(self._cell(cell.items_from, cell.items_to), str(cell.persons)) for cell in load.cells]
        table = Table(self._heads(("items", "persons")), (70, 30), (1,), rows)
        note = self.say(
            "note:load", items=load.items, cell_min=load.cell_min, items_max=load.items_max, heavy=self._heavy(load)
        )
        return Part(self.say("part:load"), note, table, self.say("load:few"))

    def _heavy(self, load: Load) -> str:
        if not load.heavy:
            return self.say("load:calm")
        return self.say("load:heavy_few") if load.over is None else self.say("load:heavy", over=load.over)

    def _cell(self, first: int, last: int) -> str:
        if not last:
            return self.say("items_up", first=first)
        return self.say("items_one", first=first) if first == last else self.say("items_range", first=first, last=last)

    def cost(self) -> Part:
        burden = self.pack.burden
        rows = [self._cost_row(layer) for layer in burden.layers[:LAYERS_MAX]]
        minutes = self.say("join").join(
            f"{self.say(f'stage:{stage}')} {each}" for stage, each in burden.policy_minutes.items()
        )
        note = self.say("note:cost", policy=burden.policy_version, minutes=minutes)
        heads = (
            "layer", "units", "asked", "between", "inflation", "compression", "returned", "empty", "gap", "minutes",
        )  # fmt: skip
        widths = (11, 9, 10, 10, 9, 14, 9, 8, 10, 10)
        return self._part("cost", note, heads, widths, tuple(range(1, len(heads))), rows, len(rows))

    def _cost_row(self, layer: LayerBurden) -> tuple[str, ...]:
        left = "—" if layer.compression is None else f"{layer.compression} / {layer.granted}{'*' * layer.squeezed}"
        return (
            self._layer(layer.layer), str(layer.units), str(layer.asked_above), str(layer.asked_between),
            layer.inflation or "—", left, _rate(layer.return_rate), _rate(layer.empty_rate), _rate(layer.gap),
            layer.minutes_each or "—",
        )  # fmt: skip

    def piled(self) -> Part:
        piled = self.pack.burden.piled
        rows = [
            (
                _name(each.issuer), _title(each.directive), str(each.items),
                "—" if each.parent is None else _title(each.parent),
                self._taken(each.workdays_taken or 0),
            )
            for each in piled[-ROWS_MAX:]
        ]  # fmt: skip
        note = self.say("note:piled", count=len(piled)) if piled else ""
        heads = ("issuer", "directive", "units", "parent", "taken")
        return self._part("piled", note, heads, (24, 29, 9, 24, 14), (2,), rows, len(piled))

    def _taken(self, workdays: int) -> str:
        return self.say("workdays", days=workdays) if workdays > 0 else "—"

    # ---- what they share --------------------------------------------------------------------------------------

    def _part(
        self, name: str, note: str, heads: tuple[str, ...], widths: tuple[int, ...], right: tuple[int, ...],
        rows: Sequence[tuple[str, ...]], count: int,
    ) -> Part:  # fmt: skip
        if count > len(rows):
            note = f"{note} {self.say('more', count=count - len(rows))}".strip()
        table = Table(self._heads(heads), widths, right, list(rows))
        empty = self.say(f"none:{name}") if f"none:{name}" in words() else ""
        return Part(self.say(f"part:{name}"), note, table, empty)

    def _heads(self, heads: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.say(f"head:{head}") for head in heads)

    def _layer(self, layer: int) -> str:
        return self.say("layer", layer=layer) if layer else self.say("layer:0")

    def _topic(self, topic: str) -> str:
        key = f"topic:{topic}"
        return self.say(key) if key in words() else topic


def _title(directive: DirectiveRef) -> str:
    return _clip(" ".join(filter(None, (directive.number, directive.title))), TITLE_CHARS_MAX)


def _name(unit: UnitRef) -> str:
    return _clip(unit.name, NAME_CHARS_MAX)


def _clip(text: str, chars_max: int) -> str:
    return text if len(text) <= chars_max else text[: chars_max - 1] + "…"


def _rate(rate: str | None) -> str:
    return "—" if rate is None else f"{rate}%"


def _day(us: int) -> str:
    return day_of(us).isoformat()


def _hour(us: int) -> str:
    """Day and time of day in Shanghai."""
    minutes = (us - start_of_day(day_of(us))) // MINUTE_US
    return f"{_day(us)} {minutes // MINUTES_AN_HOUR:02}:{minutes % MINUTES_AN_HOUR:02}"
