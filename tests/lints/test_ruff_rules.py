"""House rules that ruff already knows: its settings in pyproject.toml must keep them switched on."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from infra.tools.lints.__main__ import ROOT


def rules_broken(path: str, text: str) -> set[str]:
    command = [sys.executable, "-m", "ruff", "check", "--output-format=json", f"--stdin-filename={path}", "-"]
    done = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=False)
    return {finding["code"] for finding in json.loads(done.stdout)}


@pytest.mark.parametrize(
    ("path", "line", "rule"),
    [
        ("services/reporting/queries/due.py", "now = datetime.datetime.now()", "DTZ005"),
        ("gateway/api/units.py", "now = datetime.datetime.utcnow()", "DTZ003"),
        ("tests/kernel/test_x.py", "then = datetime.datetime.fromtimestamp(0)", "DTZ006"),
        ("services/reporting/queries/due.py", "today = datetime.date.today()", "DTZ011"),
        ("services/chassis/writer.py", "assert now", "S101"),
        ("gateway/api/units.py", "assert now", "S101"),
        ("infra/local/up.py", "assert now", "S101"),
        ("services/chassis/writer.py", "print(1)", "T201"),
        ("gateway/api/units.py", "print(1)", "T201"),
        ("services/chassis/writer.py", "# " + "TODO: later", "FIX002"),
        ("services/chassis/writer.py", "from ..kernel import paths", "TID252"),
    ],
)
def test_a_breach_is_found(path: str, line: str, rule: str) -> None:
    assert rule in rules_broken(path, f"import datetime\n\n{line}\n")


@pytest.mark.parametrize(
    ("path", "line", "rule"),
    [
        ("services/reporting/queries/due.py", "now = datetime.datetime.now(datetime.UTC)", "DTZ005"),
        ("tests/kernel/test_x.py", "assert datetime", "S101"),
        ("infra/local/up.py", "print(1)", "T201"),
        ("services/chassis/writer.py", 'SAID = "换届，开始（第一步）："', "RUF001"),
    ],
)
def test_what_is_allowed_is_left_alone(path: str, line: str, rule: str) -> None:
    assert rule not in rules_broken(path, f"import datetime\n\n{line}\n")
