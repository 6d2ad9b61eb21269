"""Turnovers, records and overrides as they are answered."""

from __future__ import annotations

import json
from typing import Final

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis import tree
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.store import int_of, text_of
from services.schedule.domain.turnovers import Turnover
from services.schedule.queries.seen import inner_turnover, seen_turnover
from services.schedule.store import records, turnovers

ROWS_DEFAULT: Final = 50
ROWS_MAX: Final = 200
# Before the first page: above every position.
NEWEST: Final = 2**62


def get_turnover(query: pb.GetTurnoverRequest, ask: Ask) -> pb.Turnover:
    """Raises NotFound, also for what the caller may not see."""
    return turnover_message(ask, seen_turnover(ask, query.turnover_id))


def list_turnovers(query: pb.ListTurnoversRequest, ask: Ask) -> pb.ListTurnoversResponse:
    """Newest first; of one unit where it is named."""
    (before,) = key_of(query.page, NEWEST)
    wanted = rows_of(query.page, ROWS_DEFAULT, ROWS_MAX)
    found = turnovers.page(ask.reader, ask.scope(), query.unit_id, min(int(before), NEWEST), wanted + 1)
    shown = found[:wanted]
    return pb.ListTurnoversResponse(
        turnovers=[turnover_message(ask, each) for each in shown],
        next_cursor=cursor_of(shown[-1].position) if len(found) > wanted else "",
    )


def turnover_message(ask: Ask, turnover: Turnover) -> pb.Turnover:
    """The whole of it."""
    unit = tree.find(ask.reader, turnover.unit_id)
    return pb.Turnover(
        turnover_id=turnover.turnover_id,
        unit_id=turnover.unit_id,
        unit_name=unit.name if unit else "",
        level=turnover.level,
        name=turnover.name,
        last_congress_day=turnover.last_congress.isoformat(),
        expires_day=turnover.term().regular_end.isoformat(),
        state=turnover.state,
        plan_version=turnover.plan_version,
        congress_day=turnover.congress_day,
        version=turnover.version,
    )


def list_records(query: pb.ListRecordsRequest, ask: Ask) -> pb.ListRecordsResponse:
    """Withdrawn ones too. Raises NotFound."""
    turnover = inner_turnover(ask, query.turnover_id)
    return pb.ListRecordsResponse(
        records=[
            pb.Record(
                record_id=text_of(row[0]), kind=text_of(row[1]), matter=text_of(row[2]), organ=text_of(row[3]),
                number=text_of(row[4]), day=text_of(row[5]), until_day=text_of(row[6]), file_sha256=text_of(row[7]),
                text=text_of(row[8]), withdrawn=bool(int_of(row[9])),
            )
            for row in records.of_turnover(ask.reader, turnover.turnover_id)
        ]
    )  # fmt: skip


def list_overrides(query: pb.ListOverridesRequest, ask: Ask) -> pb.ListOverridesResponse:
    """Every one there ever was, to everybody who sees the plan. Raises NotFound."""
    turnover = seen_turnover(ask, query.turnover_id)
    return pb.ListOverridesResponse(
        overrides=[
            pb.Override(
                override_id=text_of(row[0]), milestone_id=text_of(row[1]), state=text_of(row[2]),
                reason=text_of(row[3]), document_number=text_of(row[4]), rules=json.loads(text_of(row[5])),
                asked_by=text_of(row[6]), asked_us=int_of(row[7]), decided_by=text_of(row[8]),
                decided_us=int_of(row[9]), refusal_reason=text_of(row[10]),
            )
            for row in records.overrides_of(ask.reader, turnover.turnover_id)
        ]
    )  # fmt: skip
