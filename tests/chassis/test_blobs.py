"""Blobs: whatever is interrupted, a name never stands for other content, and nothing needed is swept."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from services.chassis.blobs import (
    CHUNK_BYTES,
    BlobMissing,
    BlobNameInvalid,
    BlobStore,
    BlobTooLarge,
    FolderBlobStore,
    Swept,
    read_chunks,
)

GRACE_SECONDS = 3_600
NOW_US = 2_000_000_000_000_000
ABSENT = "0" * 64


@pytest.fixture
def store(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path / "blobs")


def put(store: BlobStore, content: bytes) -> str:
    return store.put([content], bytes_max=1_000_000)


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file() and path.name != "lock")


def age(tmp_path: Path, seconds: int) -> None:
    """Makes every file as old as that at NOW_US."""
    changed = NOW_US // 1_000_000 - seconds
    for path in (tmp_path / "blobs").rglob("*"):
        os.utime(path, (changed, changed))


def test_content_comes_back_under_its_hash(store: FolderBlobStore) -> None:
    content = os.urandom(CHUNK_BYTES * 2 + 17)
    name = store.put(read_chunks(BytesIO(content)), bytes_max=len(content))
    assert name == hashlib.sha256(content).hexdigest()
    with store.open(name) as file:
        assert file.read() == content
    assert store.exists(name)
    assert store.size_bytes(name) == len(content)
    assert store.verify(name)
    assert list(store.names()) == [name]


def test_the_same_content_twice_is_one_blob(store: FolderBlobStore, tmp_path: Path) -> None:
    assert put(store, b"same") == put(store, b"same")
    assert len(files(tmp_path)) == 1


def test_concurrent_puts_of_the_same_content_leave_one_whole_blob(store: FolderBlobStore, tmp_path: Path) -> None:
    content = os.urandom(300_000)
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: put(store, content), range(40)))
    assert len(names) == 1
    assert files(tmp_path) == list(names)
    assert store.verify(names.pop())


def test_content_over_the_limit_is_refused_and_leaves_nothing(store: FolderBlobStore, tmp_path: Path) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(1_000)

    with pytest.raises(BlobTooLarge) as refused:
        store.put(endless(), bytes_max=10_000)
    assert refused.value.limit_bytes == 10_000
    assert files(tmp_path) == []
    store.put([bytes(10_000)], bytes_max=10_000)


def test_a_source_that_fails_halfway_leaves_nothing(store: FolderBlobStore, tmp_path: Path) -> None:
    def cut() -> Iterator[bytes]:
        yield b"first"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put(cut(), bytes_max=100)
    assert files(tmp_path) == []


def test_a_process_killed_before_the_rename_leaves_only_what_a_sweep_removes(
    store: FolderBlobStore, tmp_path: Path
) -> None:
    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, pathlib, sys\n"
            "from services.chassis.blobs import FolderBlobStore\n"
            "store = FolderBlobStore(pathlib.Path(sys.argv[1]))\n"
            "store._publish = lambda *_: os.kill(os.getpid(), 9)\n"
            "store.put([b'half'], 100)\n",
            str(tmp_path / "blobs"),
        ],
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert killed.returncode == -9
    assert len(files(tmp_path)) == 1
    assert list(store.names()) == []
    age(tmp_path, GRACE_SECONDS - 10)
    assert store.sweep(lambda _: False, GRACE_SECONDS, NOW_US) == Swept(0, 0)
    age(tmp_path, GRACE_SECONDS + 10)
    assert store.sweep(lambda _: False, GRACE_SECONDS, NOW_US) == Swept(0, 1)
    assert files(tmp_path) == []


def test_a_sweep_removes_old_orphans_and_nothing_else(store: FolderBlobStore, tmp_path: Path) -> None:
    kept, orphan = put(store, b"kept"), put(store, b"orphan")
    age(tmp_path, GRACE_SECONDS + 10)
    assert store.sweep(lambda name: name == kept, GRACE_SECONDS, NOW_US) == Swept(1, 0)
    assert (store.exists(kept), store.exists(orphan)) == (True, False)
    young = put(store, b"young")
    assert store.sweep(lambda _: False, GRACE_SECONDS, now_us=0) == Swept(0, 0)
    assert store.exists(young)


def test_a_put_while_the_sweep_looks_saves_the_orphan(store: FolderBlobStore, tmp_path: Path) -> None:
    name = put(store, b"wanted again")
    age(tmp_path, GRACE_SECONDS + 10)

    def put_meanwhile(_: str) -> bool:
        put(store, b"wanted again")
        os.utime(tmp_path / "blobs" / name[:2] / name[2:4] / name, (NOW_US // 1_000_000,) * 2)
        return False

    assert store.sweep(put_meanwhile, GRACE_SECONDS, NOW_US) == Swept(0, 0)
    assert store.exists(name)


def test_a_rotten_blob_is_noticed_and_mended_by_the_next_put(store: FolderBlobStore, tmp_path: Path) -> None:
    name = put(store, b"sound")
    (tmp_path / "blobs" / name[:2] / name[2:4] / name).write_bytes(b"rotten")
    assert not store.verify(name)
    put(store, b"sound")
    assert store.verify(name)


@pytest.mark.parametrize(
    "name",
    ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 65, "a" * 64 + "\n", "a/" * 32, "\x00" * 64],
)
def test_no_other_name_reaches_the_file_system(store: FolderBlobStore, name: str) -> None:
    for reach in (store.open, store.exists, store.size_bytes, store.verify, store.delete):
        with pytest.raises(BlobNameInvalid):
            reach(name)


def test_an_absent_blob_is_named_so(store: FolderBlobStore) -> None:
    assert not store.exists(ABSENT)
    store.delete(ABSENT)
    for reach in (store.open, store.size_bytes, store.verify):
        with pytest.raises(BlobMissing):
            reach(ABSENT)


def test_a_deleted_blob_is_gone(store: FolderBlobStore) -> None:
    name = put(store, b"gone")
    store.delete(name)
    assert not store.exists(name)


def test_blobs_are_readable_by_their_owner_only(store: FolderBlobStore, tmp_path: Path) -> None:
    put(store, b"private")
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "blobs").rglob("*")}
    assert modes == {0}
