"""The page that works without a network: which files it is made of, and its worker, whose version is their digest."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Final

WORKER: Final = "small-sitting/sw.js"
PAGE: Final = "/small-sitting/"
_INDEX: Final = "index.html"
_WORDS: Final = "i18n"
_NAMED: Final = re.compile(r'(?:href|src)="(/[^"]+)"')
_IMPORTED: Final = re.compile(r'^(?:import|export)\b[^;]*?from "([^"]+)"', re.MULTILINE)


def shell_files(static: Path) -> tuple[str, ...]:
    """The addresses of all that the page needs: what it names, what its scripts import, both languages."""
    found = [PAGE, *(f"/{_WORDS}/{path.name}" for path in sorted((static / _WORDS).glob("*.json")))]
    for address in found:
        path = file_of(static, address)
        text = path.read_text(encoding="utf-8") if path.suffix in {".html", ".js"} else ""
        named = [*_NAMED.findall(text)] if path.suffix == ".html" else []
        folder = f"/{path.relative_to(static).parent.as_posix()}"
        named += [_joined(folder, each) for each in _IMPORTED.findall(text)]
        found += [each for each in dict.fromkeys(named) if each not in found]
    return tuple(found)


def worker_text(static: Path) -> str:
    """The worker's script, which begins with the version and the files that it keeps."""
    files = shell_files(static)
    worker = (static / WORKER).read_text(encoding="utf-8")
    digest = hashlib.sha256(worker.encode())
    for address in files:
        content = file_of(static, address).read_bytes()
        digest.update(f"\n{address} {len(content)}\n".encode())
        digest.update(content)
    shell = {"version": digest.hexdigest(), "files": files}
    return f"self.SHELL = {json.dumps(shell)};\n{worker}"


def file_of(static: Path, address: str) -> Path:
    """The file that an address of ours is answered with."""
    path = static / address.removeprefix("/")
    return path / _INDEX if address.endswith("/") else path


def _joined(folder: str, relative: str) -> str:
    """`../api.js` as seen from `/js/small`."""
    parts = folder.strip("/").split("/")
    for step in relative.split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/" + "/".join(parts)
