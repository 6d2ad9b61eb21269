"""Children of the supervisor are forked warm, and find themselves as if they had been executed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import nursery
from infra.local.commands.init import create_folder
from infra.local.programs import PROGRAMS
from infra.local.supervisord import render
from services.chassis.clock import ClockSettings

BECOME = "import sys; from infra.local.nursery import become; become(sys.argv[1], sys.argv[2:], {'ONLY': 'this'})"
PROGRAM = """
import os, signal, sys
def main():
    print(sorted(os.environ), sys.argv, signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
    {ending}
"""
HANDLER = "import signal; signal.signal(signal.SIGTERM, lambda *_: None); "


def become(tmp_path: Path, ending: str) -> subprocess.CompletedProcess[str]:
    """A process of its own becomes a program that ends so."""
    (tmp_path / "some_program.py").write_text(PROGRAM.format(ending=ending))
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path.cwd())])}
    command = [sys.executable, "-c", HANDLER + BECOME, "some_program", "one", "two"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("ending", "code"), [("pass", 0), ("sys.exit()", 0), ("sys.exit(7)", 7), ("sys.exit('x')", 1)])
def test_a_forked_program_has_its_own_surroundings_and_exit_code(tmp_path: Path, ending: str, code: int) -> None:
    ended = become(tmp_path, ending)
    assert ended.stdout == "['ONLY'] ['some_program', 'one', 'two'] True\n"
    assert ended.returncode == code


def test_what_a_forked_program_raises_is_told_and_ends_it(tmp_path: Path) -> None:
    ended = become(tmp_path, "raise ValueError('told')")
    assert ended.returncode == nursery.EXIT_FAULT
    assert "ValueError: told" in ended.stderr


def test_what_is_imported_before_the_forks_starts_no_thread() -> None:
    count = "import os; from infra.local.nursery import warm_up; warm_up(); print(len(os.listdir('/proc/self/task')))"
    said = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "1"


def test_every_program_is_entered_by_a_module_that_can_be_forked(tmp_path: Path) -> None:
    folder = create_folder(tmp_path / "data", "370211", "示例区", ClockSettings.real())
    commands = [line.split() for line in render(PROGRAMS, folder).splitlines() if line.startswith("command=")]
    assert len(commands) == len(PROGRAMS)
    assert {command[2] for command in commands} == set(nursery.WARM)
