"""Adjustments of a template as they come in a request, and as a plan keeps them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from google.protobuf.json_format import MessageToDict

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.refusals import BadRequest
from services.schedule.commands.fields import choice_of, line_of, text_of
from services.schedule.domain.adjust import (
    ADJUSTMENTS_MAX,
    REASON_CHARS_MAX,
    AddLink,
    AddMilestone,
    Adjustment,
    RemoveLink,
    RemoveMilestone,
    SetDay,
    SetGap,
    SetGate,
    SetTitle,
    SetWorkday,
)
from services.schedule.domain.milestones import GAP_COUNT_MAX, Anchor, Gap, Measure, Offset, Words
from services.schedule.domain.templates import TITLE_CHARS_MAX, read_condition, read_milestone

ROW_CHARS_MAX: Final = 20_000


def adjustments_of(rows: Iterable[pb.Adjustment]) -> tuple[Adjustment, ...]:
    """Raises BadRequest, TemplateMalformed."""
    listed = list(rows)
    if len(listed) > ADJUSTMENTS_MAX:
        raise BadRequest(field="adjustments", problem="too_many")
    return tuple(_READ[choice_of("adjustments.act", row.act, _READ)](row) for row in listed)


def kept_adjustments(rows: Iterable[pb.Adjustment]) -> str:
    """How a plan keeps what it adjusted: a JSON text."""
    return json.dumps(
        [MessageToDict(row, preserving_proto_field_name=True) for row in rows], ensure_ascii=False, sort_keys=True
    )


def _reason(row: pb.Adjustment) -> str:
    return text_of("adjustments.reason", row.reason, REASON_CHARS_MAX)


def _measure(row: pb.Adjustment) -> Measure:
    return Measure(choice_of("adjustments.measure", row.measure, list(Measure)))


def _count(row: pb.Adjustment, least: int) -> int:
    if not least <= row.count <= GAP_COUNT_MAX:
        raise BadRequest(field="adjustments.count", problem="out_of_range")
    return row.count


def _gap(row: pb.Adjustment) -> Gap:
    return Gap(_count(row, 0), _measure(row))


def _day(row: pb.Adjustment, fixed: bool) -> SetDay:
    offset = None
    if row.anchor:
        anchor = Anchor(choice_of("adjustments.anchor", row.anchor, list(Anchor)))
        offset = Offset(anchor, _count(row, -GAP_COUNT_MAX), _measure(row))
    return SetDay(row.milestone_id, offset, fixed, _reason(row))


def _json(row: pb.Adjustment) -> object:
    if len(row.row) > ROW_CHARS_MAX:
        raise BadRequest(field="adjustments.row", problem="too_long")
    try:
        return json.loads(row.row)
    except (ValueError, RecursionError):
        raise BadRequest(field="adjustments.row", problem="malformed") from None


def _title(row: pb.Adjustment) -> SetTitle:
    words = Words(
        line_of("adjustments.title_zh", row.title_zh, TITLE_CHARS_MAX, required=True),
        line_of("adjustments.title_en", row.title_en, TITLE_CHARS_MAX, required=True),
    )
    return SetTitle(row.milestone_id, words, None, _reason(row))


def _gate(row: pb.Adjustment) -> SetGate:
    return SetGate(row.milestone_id, read_condition(_json(row)) if row.row else None, _reason(row))


_READ: Final[Mapping[str, Callable[[pb.Adjustment], Adjustment]]] = {
    "set_gap": lambda row: SetGap(row.milestone_id, row.predecessor_id, _gap(row), _reason(row)),
    "add_link": lambda row: AddLink(row.milestone_id, row.predecessor_id, _gap(row), _reason(row)),
    "remove_link": lambda row: RemoveLink(row.milestone_id, row.predecessor_id, _reason(row)),
    "set_day": lambda row: _day(row, True),
    "set_latest": lambda row: _day(row, False),
    "set_workday": lambda row: SetWorkday(row.milestone_id, row.on_workday, _reason(row)),
    "set_gate": _gate,
    "set_title": _title,
    "add_milestone": lambda row: AddMilestone(read_milestone(_json(row)), _reason(row)),
    "remove_milestone": lambda row: RemoveMilestone(row.milestone_id, _reason(row)),
}
