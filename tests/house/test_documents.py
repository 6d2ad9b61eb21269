"""The documents are there, point at what exists, and say what the Makefile does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.services import ROOT

DOCUMENTS = (
    "README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE",
    "docs/adr/README.md", "docs/promises.md", "docs/dependencies.md",
)  # fmt: skip
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("services/*/README.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
TARGET = re.compile(r"^([a-z-]+):(?!=)", re.MULTILINE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_there(name: str) -> None:
    assert (ROOT / name).read_text("utf-8").strip()


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert broken == []


def test_the_architecture_has_its_picture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    picture = text.partition("```")[2].partition("```")[0]
    for part in ("gateway/api", "NATS", "reporting", "gateway/identity", "gateway/dashboard"):
        assert part in picture


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_shows_the_two_commands(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert re.search(r"^make run\b", text, re.MULTILINE) and re.search(r"^make test\b", text, re.MULTILINE)


def test_make_help_explains_what_can_be_done() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    explained = dict(re.findall(r"^  make (\S+) +(\S.*)$", shown, re.MULTILINE))
    targets = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    assert targets >= set(explained) >= {"run", "test", "check", "bench", "help"}


def test_ci_calls_check_and_test() -> None:
    commands = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert "make check" in commands and "make test" in commands


def test_every_decision_has_its_own_page_and_stands_in_the_list() -> None:
    folder = ROOT / "docs" / "adr"
    pages = {page.name for page in folder.glob("[0-9][0-9][0-9][0-9]-*.md")}
    listed = set(re.findall(r"\]\((\d{4}-[^)]+\.md)\)", (folder / "README.md").read_text("utf-8")))
    assert pages - {"0000-template.md"} == listed - {"0000-template.md"} != set()
