"""The workbooks of an upload: one, or many in a ZIP file whose declared sizes are checked before it is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from gateway.api.errors import SetBroken, SetTooLarge

SET_FILES_MAX: Final = 2_000
SET_UNZIPPED_BYTES_MAX: Final = 128 * 1024 * 1024
NAME_CHARS_MAX: Final = 200
_ENCRYPTED_FLAG, _UTF8_FLAG = 0x1, 0x800
# What operating systems and open spreadsheet programs leave in a folder.
_MAC_FOLDER: Final = "__macosx"
_LEFTOVERS: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_OPEN_FILE_PREFIXES: Final = ("~$", ".~", "._")
_ZIP_FAULTS: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError)


def files_of(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Each file with its name. Raises SetBroken, SetTooLarge before the first."""
    if not name.lower().endswith(".zip"):
        yield name, data
        return
    try:
        bundle = zipfile.ZipFile(io.BytesIO(data))
    except _ZIP_FAULTS:
        raise SetBroken() from None
    with bundle:
        parts = [part for part in bundle.infolist() if not part.is_dir()]
        if len(parts) > SET_FILES_MAX or sum(part.file_size for part in parts) > SET_UNZIPPED_BYTES_MAX:
            raise SetTooLarge(files_limit=SET_FILES_MAX, limit_mib=SET_UNZIPPED_BYTES_MAX // 1024 // 1024)
        if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
            raise SetBroken()
        for part in parts:
            path = _name(part)
            if not _left_over(path):
                try:
                    # What is read cannot exceed what was declared.
                    content = bundle.read(part)
                except _ZIP_FAULTS:
                    raise SetBroken() from None
                yield path[-NAME_CHARS_MAX:], content


def _name(part: zipfile.ZipInfo) -> str:
    """Chinese systems pack names in GB18030 without saying so; zipfile takes them for code page 437."""
    if part.flag_bits & _UTF8_FLAG:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _left_over(path: str) -> bool:
    folder, _, name = path.lower().rpartition("/")
    return folder.split("/")[0] == _MAC_FOLDER or name in _LEFTOVERS or name.startswith(_OPEN_FILE_PREFIXES)
