"""Doctor finds each kind of damage, names it, and is silent on health."""

from __future__ import annotations

import subprocess
from pathlib import Path

import apsw
import pytest

from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import directives_pb2, units_pb2
from infra.local.check_folder import blob_names, check_blobs, check_disk
from infra.local.check_store import store_path
from infra.local.commands.doctor import examine
from infra.local.findings import Level
from infra.local.ports import choose_ports
from infra.local.words import say
from infra.nats.server import server_binary
from services.chassis.binding import message_class
from services.chassis.blobs import FolderBlobStore
from services.chassis.clock import ClockSettings
from services.chassis.folder import DataFolder
from services.chassis.health import broker_facts
from services.chassis.ledger import leaf_hash
from services.reporting.app import APP as REPORTING
from tests.brokers import NatsServer
from tests.chassis.desk import Desk
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror.app import APP as MIRROR

APPS = (COUNTERS, MIRROR)
ADDED_POSITION = 4


def damage(folder: DataFolder, *statements: str, values: tuple[object, ...] = ()) -> None:
    """Changes the counters' store as nobody should."""
    connection = apsw.Connection(str(store_path(folder, COUNTERS)))
    for statement in statements:
        connection.execute(statement, values if "?" in statement else ())
    connection.close()


def wrong(folder: DataFolder, monitor: str = "") -> set[tuple[str, str]]:
    """Where something is wrong, and what."""
    return {(f.place, f.code) for f in examine(folder, APPS, monitor) if f.level is Level.WRONG}


def altered_entry(folder: DataFolder) -> bytes:
    """An entry of the counters' ledger that says another amount."""
    connection = apsw.Connection(str(store_path(folder, COUNTERS)))
    row = connection.execute("SELECT entry FROM ledger WHERE position = ?", (ADDED_POSITION,)).fetchall()[0]
    connection.close()
    entry = ledger_pb2.Entry.FromString(bytes(row[0]))  # type: ignore[arg-type]
    entry.data = entry.data.replace(b"\x10\x01", b"\x10\x07")
    return entry.SerializeToString()


def test_a_sound_folder_gives_no_alarm_and_is_not_changed(worked: DataFolder) -> None:
    before = {path: path.read_bytes() for path in worked.root.rglob("*.sqlite3")}
    found = list(examine(worked, APPS, ""))
    assert [f for f in found if f.level in (Level.WRONG, Level.WARNING)] == []
    assert [f.place for f in found if f.code == "STORE_SOUND"] == ["counters", "mirror"]
    assert {path: path.read_bytes() for path in worked.root.rglob("*.sqlite3")} == before


def test_a_tampered_entry_is_found(worked: DataFolder) -> None:
    damage(
        worked,
        "DROP TRIGGER ledger_no_update",
        f"UPDATE ledger SET entry = ? WHERE position = {ADDED_POSITION}",
        values=(altered_entry(worked),),
    )
    assert ("counters", "LEDGER_BROKEN") in wrong(worked)


def test_a_tampered_entry_with_its_hash_and_state_made_to_fit_is_found(worked: DataFolder) -> None:
    """Only the signed root, and the reader's memory, still know."""
    entry = altered_entry(worked)
    damage(worked, "DROP TRIGGER ledger_no_update", "UPDATE counter SET total = total + 6")
    damage(worked, f"UPDATE ledger SET entry = ? WHERE position = {ADDED_POSITION}", values=(entry,))
    damage(worked, f"UPDATE ledger SET leaf = ? WHERE position = {ADDED_POSITION}", values=(leaf_hash(entry),))
    assert wrong(worked) == {("counters", "CHECKPOINT_DIFFERS")}


def test_a_forged_checkpoint_is_found(worked: DataFolder) -> None:
    damage(worked, "UPDATE ledger_checkpoint SET note = replace(note, char(10) || '1', char(10) || '2')")
    assert ("counters", "CHECKPOINT_INVALID") in wrong(worked)


def test_a_changed_row_of_state_is_found(worked: DataFolder) -> None:
    damage(worked, "UPDATE counter SET total = total + 1")
    assert wrong(worked) == {("counters", "STATE_DIFFERS")}


def test_a_reader_that_read_more_than_its_producer_holds_is_found(worked: DataFolder) -> None:
    damage(worked, "DROP TRIGGER ledger_no_delete", "DELETE FROM ledger WHERE position > 5")
    assert ("mirror", "INBOX_AHEAD") in wrong(worked)


def test_a_reader_that_read_another_entry_is_found(worked: DataFolder) -> None:
    damage(
        worked,
        "DROP TRIGGER ledger_no_update",
        "UPDATE ledger SET leaf = x'00' WHERE position = (SELECT MAX(position) FROM ledger)",
    )
    assert ("mirror", "INBOX_OTHER_ENTRY") in wrong(worked)


def test_damaged_pages_are_found(worked: DataFolder) -> None:
    path = store_path(worked, COUNTERS)
    content = bytearray(path.read_bytes())
    content[4_096 * 2 : 4_096 * 6] = b"\x5a" * (4_096 * 4)
    path.write_bytes(content)
    assert wrong(worked) & {("counters", "STORE_DAMAGED"), ("counters", "STORE_UNREADABLE")}


def test_a_store_of_the_other_clock_is_found(worked: DataFolder) -> None:
    rehearsal = DataFolder(worked.root, worked.identity, ClockSettings.rehearsal(0, 0, 60))
    assert {("counters", "CLOCK_KIND"), ("mirror", "CLOCK_KIND")} <= wrong(rehearsal)


def test_a_folder_or_key_that_others_can_read_is_found(worked: DataFolder) -> None:
    worked.root.chmod(0o755)
    (worked.keys / "machine.key").chmod(0o640)
    assert {("data", "OPEN_TO_OTHERS"), ("machine.key", "OPEN_TO_OTHERS")} <= wrong(worked)


def test_a_missing_key_is_found(worked: DataFolder) -> None:
    (worked.keys / "identity.key").unlink()
    assert ("keys", "KEY_NOT_HERE") in wrong(worked)


def test_a_broker_that_does_not_sync_is_found(worked: DataFolder, tmp_path: Path) -> None:
    ports = choose_ports(worked, "127.0.0.1", 0, own_broker=True)
    config = tmp_path / "lazy.conf"
    config.write_text(
        f'listen: "127.0.0.1:{ports.nats}"\nhttp: "127.0.0.1:{ports.monitor}"\n'
        f'jetstream {{ store_dir: "{tmp_path / "lazy"}" }}\n'
    )
    monitor = f"http://127.0.0.1:{ports.monitor}"
    with subprocess.Popen([server_binary(), "-c", str(config)], stderr=subprocess.DEVNULL) as server:
        try:
            while not broker_facts(monitor).known:
                assert server.poll() is None
            assert wrong(worked, monitor) == {("broker", "BROKER_NOT_SYNCED")}
        finally:
            server.kill()


def test_a_stream_ahead_of_its_ledger_is_found(worked: DataFolder, worked_at: tuple[DataFolder, NatsServer]) -> None:
    assert wrong(worked, worked_at[1].monitor_url) == set()
    damage(worked, "DROP TRIGGER ledger_no_delete", "DELETE FROM ledger WHERE position > 5")
    assert ("broker", "STREAM_AHEAD") in wrong(worked, worked_at[1].monitor_url)


def test_a_full_disk_is_found(worked: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.check_folder.DISK_FREE_BYTES_MIN", 1 << 62)
    assert [f.code for f in check_disk(worked)] == ["DISK_LOW"]


def test_a_damaged_file_and_a_missing_one_are_found(tmp_path: Path) -> None:
    desk = Desk(REPORTING, tmp_path)
    blobs = FolderBlobStore(desk.folder.blob_area("reporting"))
    kept, gone = blobs.put([b"kept"], 100), blobs.put([b"gone"], 100)
    with desk.store.transaction() as tx:
        for sha256 in (kept, gone):
            event = units_pb2.RosterActivated(import_id="import_0000000000000000", file_sha256=sha256)
            desk.recorder.ledger.append(
                tx,
                subject="import",
                turnover="",
                type_name=event.DESCRIPTOR.full_name,
                data=event.SerializeToString(),
                occurred_at_us=1,
                recorded_at_us=1,
                actor=ledger_pb2.Actor(),
                seen=[],
            )
    assert [f.code for f in check_blobs(desk.folder, [REPORTING])] == ["BLOBS_SOUND"]
    next(desk.folder.blob_area("reporting").glob(f"??/??/{kept}")).write_bytes(b"rot")
    blobs.delete(gone)
    found = list(check_blobs(desk.folder, [REPORTING]))
    assert [(f.code, f.params["sha256"]) for f in found] == [("BLOB_DAMAGED", kept), ("BLOB_MISSING", gone)]
    desk.close()


def test_evidence_of_reports_is_known_as_files() -> None:
    submitted = next(
        d for d in directives_pb2.DESCRIPTOR.message_types_by_name.values() if "evidence" in d.fields_by_name
    )
    assert list(blob_names(message_class(submitted)(evidence=["a", "b"]))) == ["a", "b"]


def test_every_finding_has_its_wording_and_its_advice() -> None:
    import ast

    import infra.local.check_folder
    import infra.local.check_store

    codes = set()
    for module in (infra.local.check_folder, infra.local.check_store):
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isupper():
                codes.add(node.value)
    codes -= {"CREATE"}
    assert len(codes) > 20
    every = dict.fromkeys(
        ["path", "key", "name", "detail", "table", "head", "kind", "ledger", "folder", "other", "count", "positions",
         "position", "producer", "sha256", "at", "service", "last", "version", "free_mib", "needed_mib"], "x"
    )  # fmt: skip
    for code in codes:
        assert say(f"finding:{code}", **every)
        if not code.endswith("SOUND"):
            assert say(f"advice:{code}", **every)
