"""The one data folder of a district on one machine, and the lock that lets a single platform run on it.

    stores/  blobs/  keys/  logs/  run/lock  clock.json  district.json  huanjie.toml (optional)

`clock.json` is written once: a folder is a rehearsal or real, for good. `district.json` is written last and
makes the folder complete. Everything is readable by its owner only.

    FolderError
    ├── FolderMissing    no complete data folder there
    ├── FolderTaken      a data folder already, or a folder with other things in it
    ├── FolderKind       real where a rehearsal was asked for, or the other way round
    ├── FolderDistrict   another district's folder
    ├── FolderFormat     written by a newer program
    ├── FolderBroken     clock.json or district.json cannot be understood
    └── FolderInUse      another process holds the lock; carries its pid
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import TypeAdapter

from services.chassis.clock import BusinessClock, ClockSettings, Kind, security_now_us
from services.chassis.durable import sync_folder, write_durably
from services.chassis.ids import Ids

FOLDER_FORMAT: Final = 1
SETTINGS_FILE: Final = "huanjie.toml"
_CLOCK_FILE: Final = "clock.json"
_DISTRICT_FILE: Final = "district.json"
_FOLDERS: Final = ("stores", "blobs", "keys", "logs", "run")
_OURS: Final = frozenset((*_FOLDERS, _CLOCK_FILE, SETTINGS_FILE))


class FolderError(Exception):
    """The base of this module's errors."""


class FolderMissing(FolderError):
    """There is no complete data folder at that path."""


class FolderTaken(FolderError):
    """The path holds a data folder already, or things that are not ours."""


class FolderKind(FolderError):
    """The folder is of the other kind, for good."""


class FolderDistrict(FolderError):
    """The folder belongs to another district."""


class FolderFormat(FolderError):
    """The folder was written by a newer program."""


class FolderBroken(FolderError):
    """A file of the folder cannot be understood."""


class FolderInUse(FolderError):
    """Another process runs on this folder. `pid` is its process id, 0 where it has not written it yet."""

    def __init__(self, root: Path, pid: int) -> None:
        super().__init__(f"{root} is in use by process {pid or 'unknown'}")
        self.pid = pid


@dataclass(frozen=True, slots=True)
class FolderIdentity:
    """Whose folder it is."""

    format: int
    folder_id: str
    district_code: str
    district_name: str


T = TypeVar("T")
_CLOCK: Final = TypeAdapter(ClockSettings)
_IDENTITY: Final = TypeAdapter(FolderIdentity)


class DataFolder:
    """An existing, complete data folder: made by `create` or found by `open`."""

    def __init__(self, root: Path, identity: FolderIdentity, clock: ClockSettings) -> None:
        self.root = root
        self.identity = identity
        self.clock = clock
        # What business time is told by; a rehearsal that waits for nothing puts its own here.
        self.wall: Callable[[], int] = security_now_us
        self.stores = root / "stores"
        self.blobs = root / "blobs"
        self.keys = root / "keys"
        self.logs = root / "logs"
        self.run = root / "run"

    @classmethod
    def create(cls, root: Path, district_code: str, district_name: str, clock: ClockSettings, ids: Ids) -> "DataFolder":
        """Makes a new data folder, or ends a creation that was cut short. Raises FolderTaken, FolderInUse."""
        _refuse_taken(root)
        identity = FolderIdentity(FOLDER_FORMAT, ids.new("folder"), district_code, district_name)
        for folder in (root, *(root / name for name in _FOLDERS)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        with _locked(root):
            _refuse_taken(root)
            write_durably(root / _CLOCK_FILE, _CLOCK.dump_json(clock, indent=2))
            write_durably(root / _DISTRICT_FILE, _IDENTITY.dump_json(identity, indent=2))
            sync_folder(root.parent)
        return cls(root, identity, clock)

    @classmethod
    def open(cls, root: Path, kind: Kind | None = None, district_code: str = "") -> "DataFolder":
        """Opens a data folder, of this kind and district where they are given.

        Raises FolderMissing, FolderBroken, FolderFormat, FolderKind, FolderDistrict.
        """
        if not (root / _DISTRICT_FILE).is_file():
            raise FolderMissing(f"{root} is not a data folder")
        identity = _read(root / _DISTRICT_FILE, _IDENTITY)
        if identity.format > FOLDER_FORMAT:
            raise FolderFormat(f"{root} has format {identity.format}; this program knows {FOLDER_FORMAT}")
        clock = _read(root / _CLOCK_FILE, _CLOCK)
        if kind is not None and kind != clock.kind:
            raise FolderKind(f"{root} is a {clock.kind} data folder for good, not {kind}")
        if district_code and district_code != identity.district_code:
            raise FolderDistrict(f"{root} belongs to district {identity.district_code}, not {district_code}")
        return cls(root, identity, clock)

    def business_clock(self) -> BusinessClock:
        """Business time of this folder, the same whoever asks."""
        return BusinessClock(self.clock, self.wall)

    def blob_area(self, service: str) -> Path:
        """Where the files of one service lie: it alone knows which of them are still named."""
        return self.blobs / service

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held by the one platform that runs here; let go of when its process ends, however it ends.

        Raises FolderInUse with the holder's pid.
        """
        with _locked(self.root):
            yield


def _refuse_taken(root: Path) -> None:
    names = {path.name for path in root.iterdir()} if root.is_dir() else set()
    if _DISTRICT_FILE in names:
        raise FolderTaken(f"{root} is a data folder already")
    if others := sorted(name for name in names - _OURS if not name.startswith(".new-")):
        raise FolderTaken(f"{root} holds other things, such as {others[0]}")


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    descriptor = os.open(root / "run" / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, root)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _take(descriptor: int, root: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        written = os.pread(descriptor, 32, 0).decode("ascii", "ignore").strip()
        raise FolderInUse(root, int(written) if written.isdecimal() else 0) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _read(path: Path, adapter: TypeAdapter[T]) -> T:
    try:
        return adapter.validate_json(path.read_bytes(), strict=True)
    except (OSError, ValueError) as error:
        raise FolderBroken(f"{path} cannot be understood") from error
