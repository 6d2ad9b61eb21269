"""One file that holds a district: every store, blobs, keys and settings, with a manifest of hashes at its end.

The copies fit each other: whoever reads another's ledger is copied before it, so that no copy has read what its
producer's copy does not hold. What readers missed they read again. The read model and the broker's streams are left
out: both are made anew from the ledgers.

    ArchiveError
    ├── ArchiveUnreadable     not a backup, cut short, or written by a newer program
    ├── ArchiveDamaged        a file that is missing, too much, or not what the manifest says
    └── CopiesUnsettled       the copies did not come to fit each other
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from infra.local.check_store import store_path
from infra.local.store import facts
from services.chassis import ledger
from services.chassis.app import App
from services.chassis.apsw_store import ApswStore
from services.chassis.durable import sync_folder
from services.chassis.folder import SETTINGS_FILE, DataFolder
from services.chassis.restore import mark_restored

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
COPY_ROUNDS_MAX: Final = 10
CHUNK_BYTES: Final = 1 << 20
_PLAIN_FILES: Final = ("clock.json", "district.json", SETTINGS_FILE)
# The folders of a data folder whose files are kept as they are.
_KEPT_FOLDERS: Final = ("keys", "blobs")

_NAME: Final = re.compile(r"[a-z]+\.(?:json|toml)|(?:stores|keys|blobs)/[\w./-]+")

Tell = Callable[[str], None]


class ArchiveError(Exception):
    """The base of this module's errors."""


class ArchiveUnreadable(ArchiveError):
    """The file is no backup, was cut short, or was written by a newer program."""


class ArchiveDamaged(ArchiveError):
    """A file of the backup is missing, too much, or not what the manifest says."""


class CopiesUnsettled(ArchiveError):
    """The copies of the stores did not come to fit each other."""


def write_archive(folder: DataFolder, apps: Sequence[App], target: Path, tell: Tell) -> int:
    """Writes the backup durably, in one step, and returns how many files it holds. Raises CopiesUnsettled."""
    with tempfile.TemporaryDirectory(prefix=".huanjie-backup-", dir=target.parent) as scratch:
        copies = copy_stores(folder, apps, Path(scratch), tell)
        # Blobs after the stores: a blob is stored before the command that names it.
        sources = {f"stores/{name}.sqlite3": path for name, path in copies.items()} | _kept(folder)
        draft = Path(scratch) / "draft.tar"
        with draft.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            _write_tar(file, folder, sources, tell)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    sync_folder(target.parent)
    return len(sources)


def copy_stores(folder: DataFolder, apps: Sequence[App], into: Path, tell: Tell) -> dict[str, Path]:
    """Copies that fit each other, by service. Raises CopiesUnsettled."""
    present = [app for app in readers_first(apps) if store_path(folder, app).is_file()]
    copies = {app.name: into / f"{app.name}.sqlite3" for app in present}
    wanted = {app.name for app in present}
    for _ in range(COPY_ROUNDS_MAX):
        for app in present:
            if app.name in wanted:
                tell(app.name)
                _copy_store(store_path(folder, app), copies[app.name])
        # Only where services read each other in a circle can a copy be behind.
        wanted = behind(copies)
        if not wanted:
            return copies
    raise CopiesUnsettled(", ".join(sorted(wanted)))


def readers_first(apps: Sequence[App]) -> list[App]:
    """A service stands before those whose ledgers it reads, as far as circles allow."""
    ordered: list[App] = []
    by_name = {app.name: app for app in apps}

    def place(app: App, under: frozenset[str]) -> None:
        if app in ordered or app.name in under:
            return
        for producer in app.listens:
            if producer in by_name:
                place(by_name[producer], under | {app.name})
        ordered.append(app)

    for app in apps:
        place(app, frozenset())
    return ordered[::-1]


def behind(copies: dict[str, Path]) -> set[str]:
    """Producers whose copy ends before what another copy has read of them."""
    heads: dict[str, int] = {}
    read: dict[str, int] = {}
    for name, path in copies.items():
        store = ApswStore(path)
        with store.snapshot() as reader:
            heads[name] = ledger.head_position(reader)
            for row in facts.inboxes(reader):
                read[row.producer] = max(read.get(row.producer, 0), row.position)
        store.close()
    return {name for name, position in read.items() if position > heads.get(name, position)}


def restore_archive(source: Path, root: Path, reason: str, tell: Tell) -> int:
    """Makes a data folder of a backup and returns how many files it holds.

    Whatever goes wrong, nothing stays behind. The next writer of each store opens a new ledger that names its parent.
    Raises ArchiveUnreadable, ArchiveDamaged, StoreCorrupt.
    """
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".huanjie-restore-", dir=root.parent) as scratch:
        draft = Path(scratch) / "data"
        draft.mkdir(mode=0o700)
        count = _unpack(source, draft, tell)
        for path in sorted((draft / "stores").glob("*.sqlite3")):
            mark_restored(path, reason)
        for path in [draft, *draft.rglob("*")]:
            path.chmod(0o700 if path.is_dir() else 0o600)
            _sync(path)
        draft.replace(root)
    sync_folder(root.parent)
    return count


def _unpack(source: Path, draft: Path, tell: Tell) -> int:
    try:
        with tarfile.open(source, "r:") as tar:
            hashes = {member.name: _extract(tar, member, draft, tell) for member in _files(tar)}
        manifest = json.loads((draft / MANIFEST).read_bytes())
        expected = dict(manifest["files"])
        if manifest["format"] > FORMAT:
            raise ArchiveUnreadable(f"format {manifest['format']}")
    except (tarfile.TarError, OSError, EOFError, KeyError, TypeError, ValueError) as error:
        raise ArchiveUnreadable(f"{type(error).__name__}: {error}") from error
    (draft / MANIFEST).unlink()
    del hashes[MANIFEST]
    wrong = sorted(name for name in expected.keys() | hashes.keys() if expected.get(name) != hashes.get(name))
    if wrong:
        raise ArchiveDamaged(wrong[0])
    for name in ("stores", "blobs", "keys", "logs", "run"):
        (draft / name).mkdir(mode=0o700, exist_ok=True)
    return len(expected)


def _files(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in tar:
        if not member.isfile():
            raise ArchiveUnreadable(f"{member.name} is no plain file")
        if not _NAME.fullmatch(member.name) or ".." in member.name:
            raise ArchiveUnreadable(f"{member.name} is no name of ours")
        yield member


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, draft: Path, tell: Tell) -> str:
    tell(member.name)
    path = draft / member.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = tar.extractfile(member)
    if content is None:
        raise ArchiveUnreadable(f"{member.name} has no content")
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _copy_store(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    store = ApswStore(source)
    try:
        store.backup_to(target)
    finally:
        store.close()


def _kept(folder: DataFolder) -> dict[str, Path]:
    """What is copied as it lies there: keys, blobs, settings."""
    found = {name: folder.root / name for name in _PLAIN_FILES if (folder.root / name).is_file()}
    for part in _KEPT_FOLDERS:
        found |= {str(path.relative_to(folder.root)): path for path in _kept_files(folder.root / part)}
    return found


def _kept_files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent.name != "tmp")


def _write_tar(file: io.BufferedWriter, folder: DataFolder, sources: dict[str, Path], tell: Tell) -> None:
    hashes: dict[str, str] = {}
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, path in sources.items():
            tell(name)
            with path.open("rb") as content:
                hashes[name] = hashlib.file_digest(content, "sha256").hexdigest()
                content.seek(0)
                tar.addfile(_member(name, os.fstat(content.fileno()).st_size), content)
        manifest = {
            "format": FORMAT,
            "folder_id": folder.identity.folder_id,
            "district": folder.identity.district_code,
            "kind": folder.clock.kind,
            "files": hashes,
        }
        text = json.dumps(manifest, indent=1, sort_keys=True).encode()
        tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))


def _member(name: str, size_bytes: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size_bytes
    member.mode = 0o600
    return member


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
