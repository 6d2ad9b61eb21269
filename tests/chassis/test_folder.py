"""The data folder: one kind, one district, one platform at a time."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.chassis.clock import ClockSettings
from services.chassis.folder import (
    FOLDER_FORMAT,
    DataFolder,
    FolderBroken,
    FolderDistrict,
    FolderFormat,
    FolderInUse,
    FolderKind,
    FolderMissing,
    FolderTaken,
)
from services.chassis.ids import Ids, valid_id

REHEARSAL = ClockSettings.rehearsal(1_790_000_000_000_000, 1_800_000_000_000_000, 600)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data"


def create(root: Path, clock: ClockSettings = REHEARSAL) -> DataFolder:
    return DataFolder.create(root, "370211", "青岛市黄岛区", clock, Ids(random.Random(1).randbytes))


def test_a_created_folder_opens_with_what_it_was_given(root: Path) -> None:
    created = create(root)
    opened = DataFolder.open(root, kind="rehearsal", district_code="370211")
    assert (opened.identity, opened.clock) == (created.identity, REHEARSAL)
    assert opened.identity.district_name == "青岛市黄岛区"
    assert valid_id("folder", opened.identity.folder_id)
    for folder in (opened.stores, opened.blobs, opened.keys, opened.logs, opened.run):
        assert folder.is_dir()
        assert folder.parent == root


def test_only_its_owner_can_read_a_folder(root: Path) -> None:
    root.mkdir(mode=0o755)
    create(root)
    assert {path.stat().st_mode & 0o077 for path in (root, *root.rglob("*"))} == {0}


def test_a_folder_keeps_its_kind_for_good(root: Path, tmp_path: Path) -> None:
    create(root)
    with pytest.raises(FolderKind):
        DataFolder.open(root, kind="real")
    create(tmp_path / "real", ClockSettings.real())
    with pytest.raises(FolderKind):
        DataFolder.open(tmp_path / "real", kind="rehearsal")


def test_a_folder_keeps_its_district(root: Path) -> None:
    create(root)
    with pytest.raises(FolderDistrict):
        DataFolder.open(root, district_code="110101")


def test_a_folder_is_created_once(root: Path) -> None:
    first = create(root)
    with pytest.raises(FolderTaken):
        create(root, ClockSettings.real())
    assert DataFolder.open(root).identity == first.identity


def test_of_two_creations_at_once_one_is_refused(root: Path) -> None:
    def beaten(count: int) -> bytes:
        create(root)
        return bytes(count)

    with pytest.raises(FolderTaken):
        DataFolder.create(root, "110101", "北京市东城区", ClockSettings.real(), Ids(beaten))
    assert DataFolder.open(root).identity.district_code == "370211"


def test_a_folder_with_other_things_in_it_is_left_alone(root: Path) -> None:
    root.mkdir()
    (root / "thesis.docx").write_text("mine")
    with pytest.raises(FolderTaken, match="thesis"):
        create(root)
    assert [path.name for path in root.iterdir()] == ["thesis.docx"]


def test_a_creation_that_was_cut_short_can_be_begun_anew(root: Path) -> None:
    create(root)
    (root / "district.json").unlink()
    (root / ".new-cut").write_text("half")
    with pytest.raises(FolderMissing):
        DataFolder.open(root)
    create(root, ClockSettings.real())
    assert DataFolder.open(root).clock == ClockSettings.real()


def test_settings_may_wait_in_a_folder_before_it_is_created(root: Path) -> None:
    root.mkdir()
    (root / "huanjie.toml").write_text("")
    create(root)


@pytest.mark.parametrize("there", ["nothing", "empty"])
def test_no_folder_is_no_data_folder(root: Path, there: str) -> None:
    if there == "empty":
        root.mkdir()
    with pytest.raises(FolderMissing):
        DataFolder.open(root)


@pytest.mark.parametrize("file", ["clock.json", "district.json"])
@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"kind": "real", "business_start_us": 0, "wall_start_us": 0, "speed": 9}'],
)
def test_a_file_that_makes_no_sense_is_named(root: Path, file: str, content: str) -> None:
    create(root)
    (root / file).write_text(content)
    with pytest.raises(FolderBroken, match=file):
        DataFolder.open(root)


def test_a_folder_of_a_newer_program_is_refused(root: Path) -> None:
    create(root)
    written = json.loads((root / "district.json").read_text())
    (root / "district.json").write_text(json.dumps({**written, "format": FOLDER_FORMAT + 1}))
    with pytest.raises(FolderFormat):
        DataFolder.open(root)


def test_a_second_platform_is_refused_with_the_pid_of_the_first(root: Path) -> None:
    folder = create(root)
    with folder.lock():
        with pytest.raises(FolderInUse) as refused, DataFolder.open(root).lock():
            pass
        assert refused.value.pid == os.getpid()
    with folder.lock():
        pass


def test_the_lock_of_a_killed_platform_is_free(root: Path) -> None:
    folder = create(root)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import pathlib, sys\n"
            "from services.chassis.folder import DataFolder\n"
            "with DataFolder.open(pathlib.Path(sys.argv[1])).lock():\n"
            "    print('held', flush=True)\n"
            "    sys.stdin.read()\n",
            str(root),
        ],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(FolderInUse) as refused, folder.lock():
            pass
        assert refused.value.pid == holder.pid
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with folder.lock():
            pass
