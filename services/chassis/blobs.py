"""Files by the SHA-256 of their content: evidence, imports, sealed ciphertext.

A blob is durable before the command that names it is sent. What no command names in the end is an orphan,
swept after a grace. Layout of the folder: `ab/cd/abcd…` for blobs, `tmp/` for what is being written,
`lock`.

    BlobError
    ├── BlobTooLarge      more bytes than the caller allows; nothing stays behind
    ├── BlobMissing       no blob of that name
    └── BlobNameInvalid   not a SHA-256 in lower-case hex
"""

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from services.chassis.durable import sync_folder

CHUNK_BYTES: Final = 1 << 18
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class BlobError(Exception):
    """The base of this module's errors."""


class BlobTooLarge(BlobError):
    """The content is longer than the caller allows."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class BlobMissing(BlobError):
    """There is no blob of that name."""


class BlobNameInvalid(BlobError):
    """A blob's name is its SHA-256, 64 lower-case hex digits."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed."""

    blobs: int
    unfinished: int


class BlobStore(Protocol):
    """Where blobs live: a folder, or an object store at scale. Calls block: keep them off event loops."""

    def put(self, chunks: Iterable[bytes], bytes_max: int) -> str:
        """Stores the content durably and returns its SHA-256 in hex; the same content twice is one blob."""

    def open(self, sha256: str) -> BinaryIO:
        """The content, to be read and closed by the caller. Raises BlobMissing."""

    def exists(self, sha256: str) -> bool:
        """Whether the blob is here."""

    def size_bytes(self, sha256: str) -> int:
        """The length of the content. Raises BlobMissing."""

    def verify(self, sha256: str) -> bool:
        """Whether the stored content still has its name's hash. Raises BlobMissing."""

    def delete(self, sha256: str) -> None:
        """Removes the blob; no error when it is gone already."""

    def names(self) -> Iterator[str]:
        """The name of every blob, in no order."""

    def sweep(self, referenced: Callable[[str], bool], orphan_grace_seconds: int, now_us: int) -> Swept:
        """Removes blobs that nothing refers to, and unfinished writes, once both are older than the grace."""


def read_chunks(file: BinaryIO) -> Iterator[bytes]:
    """The rest of a file in chunks, fit for `put`."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


class FolderBlobStore:
    """Blobs in a folder of this machine, shared by any number of processes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / "tmp"
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._unfinished.mkdir(mode=0o700, exist_ok=True)

    def put(self, chunks: Iterable[bytes], bytes_max: int) -> str:
        """See BlobStore. Raises BlobTooLarge; whatever goes wrong, nothing stays behind."""
        descriptor, name = tempfile.mkstemp(dir=self._unfinished)
        unfinished = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                sha256 = _copy(chunks, file, bytes_max)
                file.flush()
                os.fsync(file.fileno())
            self._publish(unfinished, sha256)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        """See BlobStore."""
        with _missing_named(sha256):
            return self._path(sha256).open("rb")

    def exists(self, sha256: str) -> bool:
        """See BlobStore."""
        return self._path(sha256).is_file()

    def size_bytes(self, sha256: str) -> int:
        """See BlobStore."""
        with _missing_named(sha256):
            return self._path(sha256).stat().st_size

    def verify(self, sha256: str) -> bool:
        """See BlobStore."""
        with _missing_named(sha256), self._path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def delete(self, sha256: str) -> None:
        """See BlobStore."""
        self._path(sha256).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """See BlobStore."""
        for path in self._root.glob("??/??/*"):
            if _SHA256.fullmatch(path.name):
                yield path.name

    def sweep(self, referenced: Callable[[str], bool], orphan_grace_seconds: int, now_us: int) -> Swept:
        """See BlobStore. A put of the same content meanwhile is safe: it starts the grace anew."""
        older_than_ns = (now_us - orphan_grace_seconds * 1_000_000) * 1_000
        blobs = unfinished = 0
        for sha256 in self.names():
            path = self._path(sha256)
            if _changed_ns(path) < older_than_ns and not referenced(sha256):
                blobs += self._remove_if_older(path, older_than_ns)
        for path in self._unfinished.iterdir():
            unfinished += self._remove_if_older(path, older_than_ns)
        return Swept(blobs, unfinished)

    def _publish(self, unfinished: Path, sha256: str) -> None:
        """Replaces even an equal blob: that mends a rotten one and starts the grace of an orphan anew."""
        path = self._path(sha256)
        folders = (path.parent.parent, path.parent)
        for folder in folders:
            folder.mkdir(mode=0o700, exist_ok=True)
        with self._locked():
            unfinished.replace(path)
        for folder in (self._root, *folders):
            sync_folder(folder)

    def _remove_if_older(self, path: Path, older_than_ns: int) -> bool:
        with self._locked():
            if _changed_ns(path) >= older_than_ns:
                return False
            path.unlink()
            return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Between a sweep's last look at a file's age and its removal no put may rename onto it."""
        descriptor = os.open(self._root / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise BlobNameInvalid("a blob's name is 64 lower-case hex digits")
        return self._root / sha256[:2] / sha256[2:4] / sha256


def _copy(chunks: Iterable[bytes], file: BinaryIO, bytes_max: int) -> str:
    digest = hashlib.sha256()
    written_bytes = 0
    for chunk in chunks:
        written_bytes += len(chunk)
        if written_bytes > bytes_max:
            raise BlobTooLarge(bytes_max)
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest()


def _changed_ns(path: Path) -> int:
    """When the file was last written; a file that is gone counts as new, so that nobody removes it again."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 1 << 63


@contextmanager
def _missing_named(sha256: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing(sha256) from error
