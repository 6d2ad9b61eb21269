"""Golden entries: bytes of each event type as they were first written. They are read for ever.

``python -m tests.house.golden`` adds an entry for each type that has none; it never touches an existing one.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from pathlib import Path
from typing import Any

from huanjie.ledger.v1 import ledger_pb2
from services.chassis.app import App
from services.chassis.codec import EventCodec
from tests.house.services import ROOT, apps

FOLDER = ROOT / "tests" / "house" / "golden"


def codec_of(app: App) -> EventCodec:
    return EventCodec(app.events, app.messages, app.upcasts)


def sample(cls: type, depth: int = 0) -> Any:
    """An instance with telling values: each field differs from its default."""
    hints = typing.get_type_hints(cls)
    values = {f.name: _value(hints[f.name], f.name, n + 1, depth) for n, f in enumerate(dataclasses.fields(cls))}
    return cls(**values)


def _value(annotation: Any, name: str, number: int, depth: int) -> Any:
    if typing.get_origin(annotation) is tuple:
        inner = typing.get_args(annotation)[0]
        return (_value(inner, f"{name}_1", number, depth + 1), _value(inner, f"{name}_2", number + 1, depth + 1))
    if dataclasses.is_dataclass(annotation):
        return sample(typing.cast(type, annotation), depth + 1)
    return {str: f"示例 {name}", int: 1_000 + number, bool: True, bytes: b"\x01\x02"}[annotation]


def entry_of(app: App, type_name: str, data: bytes) -> bytes:
    """An entry whose every field is set."""
    return ledger_pb2.Entry(
        ledger_id="ledger_golden000000000",
        writer_epoch=3,
        position=7,
        district="370211",
        turnover="turnover_sample",
        subject="subject_sample",
        type=type_name,
        occurred_at_us=1_773_622_800_000_000,
        recorded_at_us=1_773_622_800_000_001,
        actor=ledger_pb2.Actor(id="account_sample", role="operator", unit_id="unit_sample", acting=True),
        seen=[ledger_pb2.Seen(producer="reporting", ledger_id="ledger_other0000000000", position=5)],
        data=data,
    ).SerializeToString()


def path_of(type_name: str) -> Path:
    return FOLDER / f"{type_name}.json"


def write_missing() -> list[str]:
    """Adds what is missing; returns the types added."""
    FOLDER.mkdir(exist_ok=True)
    added = []
    for app in apps().values():
        codec = codec_of(app)
        for cls in app.events:
            event = sample(cls)
            type_name, data = codec.encode(event)
            if path_of(type_name).exists():
                continue
            golden = {"entry": entry_of(app, type_name, data).hex(), "event": repr(event)}
            path_of(type_name).write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            added.append(type_name)
    return added


if __name__ == "__main__":
    print("\n".join(write_missing()) or "nothing to add")
