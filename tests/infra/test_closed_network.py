"""A closed local network is enough: nothing that the platform serves or does needs another machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import pytest

from gateway.api.context import STATIC
from gateway.papers.typst import TEMPLATES
from tests.house.services import ROOT
from tests.infra.closed import papers_of

TEXTS = (".html", ".css", ".js", ".json", ".svg", ".webmanifest", ".typ")
SERVED = [each for folder in (STATIC, TEMPLATES) for each in sorted(folder.rglob("*")) if each.suffix in TEXTS]
# A name that a document type or a namespace has, which nobody fetches.
NAMES = ("http://www.w3.org/",)
ADDRESS = re.compile(r"""(?:\b(?:https?|wss?|ftp):)?//(?P<host>[\w-]+(?:\.[\w-]+)+)""", re.IGNORECASE)
SECONDS_MAX = 170
UNSHARE = ("unshare", "--map-root-user", "--net")


def addresses(text: str) -> list[str]:
    """Addresses of other hosts in a text."""
    return [found.group() for found in ADDRESS.finditer(text) if not found.group().startswith(NAMES[0].rstrip("/"))]


def test_an_address_of_another_host_is_seen() -> None:
    assert addresses('<script src="//cdn.example.org/a.js">') == ["//cdn.example.org"]
    assert addresses("@import url(https://fonts.example.com/x)") == ["https://fonts.example.com"]
    assert addresses("new WebSocket('wss://push.example.com')") == ["wss://push.example.com"]
    assert addresses('xmlns="http://www.w3.org/2000/svg" // a comment, and a/b//c') == []


@pytest.mark.parametrize("path", SERVED, ids=[str(path.relative_to(ROOT)) for path in SERVED])
def test_no_page_and_no_paper_names_another_host(path: Path) -> None:
    assert addresses(path.read_text("utf-8")) == []


@cache
def can_be_cut_off() -> bool:
    """Whether this system lets a process have a network of its own."""
    if shutil.which(UNSHARE[0]) is None:
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.faults
def test_a_whole_platform_with_a_sitting_and_its_papers_needs_no_other_machine(tmp_path: Path) -> None:
    """Where the system lets it, in a network namespace with nothing but the loopback; in any case no process of the
    platform is connected with another machine.
    """
    cut = can_be_cut_off()
    child = [*(UNSHARE if cut else ()), sys.executable, "-m", "tests.infra.closed", str(tmp_path), *(["cut"] * cut)]
    ran = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    print(f"in a namespace of its own: {cut}")
    assert told["cut_off"] is (True if cut else None)
    assert told["exit"] == 0
    assert told["served"]
    assert set(told["served"].values()) == {200}
    assert set(told["papers"]) == set(papers_of())
    assert all(each.startswith("200 ") for each in told["papers"].values()), told["papers"]
    assert told["others"]
    assert all(ip_address(each).is_loopback for each in told["others"]), told["others"]
