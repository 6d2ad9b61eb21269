"""Entries of the ledger as a history that people read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from google.protobuf.descriptor_pool import Default
from google.protobuf.json_format import MessageToJson
from google.protobuf.message_factory import GetMessageClass

from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.ledger import Stored

# The newest are shown; a subject with more is read with `replay`.
HISTORY_ITEMS_MAX: Final = 1_000


def history_items(entries: Iterable[Stored]) -> list[pb.HistoryItem]:
    """One item an entry, in the order given."""
    return [_item(ledger_pb2.Entry.FromString(stored.entry)) for stored in entries]


def _item(entry: ledger_pb2.Entry) -> pb.HistoryItem:
    return pb.HistoryItem(
        event_id=f"{entry.ledger_id}/{entry.position}",
        position=entry.position,
        type=entry.type,
        occurred_at_us=entry.occurred_at_us,
        actor_id=entry.actor.id,
        actor_role=entry.actor.role,
        actor_unit_id=entry.actor.unit_id,
        event_json=_json(entry.type, entry.data),
    )


def _json(type_name: str, data: bytes) -> str:
    """The event by its field names; a type that this program does not know shows as empty."""
    try:
        described = Default().FindMessageTypeByName(type_name)
    except KeyError:
        return "{}"
    return MessageToJson(
        GetMessageClass(described).FromString(data),
        preserving_proto_field_name=True,
        always_print_fields_with_no_presence=True,
        indent=None,
        ensure_ascii=False,
    )
