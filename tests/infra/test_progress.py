"""Long work shows how far it is: on a terminal's standard error, and nowhere else."""

from __future__ import annotations

import pytest

from infra.local.progress import bar, steps

TERMINAL = {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "100"}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard error taken for a terminal."""
    for name, value in TERMINAL.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("terminal")
def test_a_bar_says_how_much_of_how_much_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("importing", 558) as advance:
        advance(300)
        advance(258)
    said = capsys.readouterr()
    assert "importing" in said.err and "558/558" in said.err
    assert said.out == ""


@pytest.mark.usefixtures("terminal")
def test_work_of_unknown_length_says_what_it_is_doing(capsys: pytest.CaptureFixture[str]) -> None:
    with steps("copying") as tell:
        tell("reporting")
    said = capsys.readouterr()
    assert "copying" in said.err
    assert said.out == ""


def test_in_a_pipe_nothing_moves(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    with bar("importing", 3) as advance, steps("copying"):
        for _ in range(3):
            advance(1)
    said = capsys.readouterr()
    assert "\x1b[" not in said.err
    assert said.out == ""
