"""The files of the page that works without a network, and the version that they make."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from gateway.api.context import STATIC
from gateway.api.shell import PAGE, WORKER, file_of, shell_files, worker_text


def version(static: Path) -> str:
    """The version that the worker begins with."""
    first, _, _ = worker_text(static).partition("\n")
    said = json.loads(first.removeprefix("self.SHELL = ").removesuffix(";"))
    assert said["files"] == list(shell_files(static))
    return str(said["version"])


def test_all_that_the_page_needs_is_kept_and_nothing_twice() -> None:
    files = shell_files(STATIC)
    assert len(set(files)) == len(files)
    assert {PAGE, "/js/small/main.js", "/js/api.js", "/css/small.css", "/i18n/zh.json", "/i18n/en.json"} <= set(files)
    assert all(file_of(STATIC, each).is_file() for each in files)
    # The other pages are not.
    assert not {"/js/main.js", "/index.html", f"/{WORKER}"} & set(files)


def test_any_changed_file_makes_another_version(tmp_path: Path) -> None:
    static = shutil.copytree(STATIC, tmp_path / "static")
    before = version(static)
    assert version(static) == before
    for address in (*shell_files(static), f"/{WORKER}"):
        path = file_of(static, address)
        kept = path.read_bytes()
        path.write_bytes(kept + b"\n")
        assert version(static) != before, address
        path.write_bytes(kept)
    (static / "js" / "views" / "plan.js").write_text("")
    assert version(static) == before
