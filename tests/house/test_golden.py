"""What was once written can be read for ever: golden entries of each type, and old shapes through their upcasters."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from huanjie.ledger.v1 import ledger_pb2
from services.chassis.codec import EventCodec, Upcast
from tests.chassis.sample import sample_pb2
from tests.house import golden
from tests.house.services import apps

WRITTEN = sorted(golden.FOLDER.glob("*.json"))
TYPES = [(name, type_name) for name, app in apps().items() for type_name in golden.codec_of(app).types]


@pytest.mark.parametrize(("service", "type_name"), TYPES, ids=[t for _, t in TYPES])
def test_each_event_type_has_a_golden_entry(service: str, type_name: str) -> None:
    assert golden.path_of(type_name).exists(), "run: python -m tests.house.golden"


@pytest.mark.parametrize("path", WRITTEN, ids=[p.stem for p in WRITTEN])
def test_a_golden_entry_is_read_as_it_was_written(path: object) -> None:
    written = json.loads(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    entry = ledger_pb2.Entry.FromString(bytes.fromhex(written["entry"]))
    service = next(s for s, a in apps().items() if entry.type in golden.codec_of(a).types or _upcasts(a, entry.type))
    event = golden.codec_of(apps()[service]).decode(entry.type, entry.data)
    # What was added to the type since stands behind what was written then.
    assert repr(event).startswith(written["event"].removesuffix(")"))


def _upcasts(app: object, type_name: str) -> bool:
    return any(u.old_type == type_name for u in app.upcasts)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Added:
    counter_id: str
    amount: int


def test_an_old_shape_passes_through_its_upcaster() -> None:
    """The example to follow: version 0 counted in dozens; the pure upcaster gives today's bytes."""

    def dozens(data: bytes) -> bytes:
        old = sample_pb2.Added.FromString(data)
        return sample_pb2.Added(counter_id=old.counter_id, amount=old.amount * 12).SerializeToString()

    upcast = Upcast("huanjie.sample.v0.Added", "huanjie.sample.v1.Added", dozens)
    codec = EventCodec((Added,), (sample_pb2,), (upcast,))
    old = sample_pb2.Added(counter_id="c", amount=2).SerializeToString()
    assert codec.decode("huanjie.sample.v0.Added", old) == Added("c", 24)
    assert codec.decode("huanjie.sample.v1.Added", old) == Added("c", 2)


def test_an_unknown_type_is_never_poison() -> None:
    codec = EventCodec((Added,), (sample_pb2,))
    assert codec.decode("huanjie.sample.v9.Unheard", b"\xff\xff") is None


def test_an_unknown_field_is_never_poison() -> None:
    codec = EventCodec((Added,), (sample_pb2,))
    newer = sample_pb2.Added(counter_id="c", amount=2).SerializeToString() + b"\x7a\x03new"
    assert codec.decode("huanjie.sample.v1.Added", newer) == Added("c", 2)


def test_the_envelope_is_what_it_was() -> None:
    """Field numbers and types of Entry are for good."""
    fields = {f.number: (f.name, f.type) for f in ledger_pb2.Entry.DESCRIPTOR.fields}
    assert fields == {
        1: ("ledger_id", 9), 2: ("writer_epoch", 4), 3: ("position", 4), 4: ("district", 9), 5: ("turnover", 9),
        6: ("subject", 9), 7: ("type", 9), 8: ("occurred_at_us", 3), 9: ("recorded_at_us", 3), 10: ("actor", 11),
        11: ("seen", 11), 12: ("data", 12),
    }  # fmt: skip
