"""The whole platform on one machine: started, used, hurt, backed up, stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from click.testing import CliRunner

from infra.local.cli import cli
from infra.local.commands.init import create_folder
from infra.local.commands.rehearse import play, prepare
from infra.local.machine import machine
from infra.local.place import open_place
from infra.local.rehearsal import campaign
from infra.local.rehearsal.cast import issue_codes, read_units
from infra.local.rehearsal.rest import Rest
from infra.local.words import EXIT_REFUSED, EXIT_RUNNING
from services.chassis.clock import ClockSettings, security_now_us
from services.chassis.folder import DataFolder
from tests.infra.live import PROCESSES, Live, gone

pytestmark = pytest.mark.faults

ROSTER = """code,name,kind,parent_code,members
370211,区委,district_committee,,
370211001,黄岛街道党工委,working_committee,370211,
370211001001,第一社区党委,primary_committee,370211001,
370211001001001,第一党支部,branch,370211001001,23
370211001001002,第二党支部,branch,370211001001,17
370211002,辛安街道党工委,working_committee,370211,
370211002001,第三党支部,branch,370211002,31
370211002002,第四党支部,branch,370211002,8
"""
UNITS = 8
PASSWORD = "a long enough password"
# A campaign of five weeks in about fifteen seconds; real enough a clock for sessions, which run on wall time.
SPEED = 200_000
# More done than due; and what reaches a unit that was merged away meanwhile.
# Somebody wants to begin too early: the plan holds it back. What was seen a moment ago is done or gone.
HUMAN = {
    "COUNT_IMPOSSIBLE", "NOT_ON_ROUTE", "NOT_FOUND", "UNAUTHENTICATED", "PERMISSION_DENIED", "GATE_CLOSED",
    "PLAN_DATE_BEFORE_PREDECESSOR", "FIGURES_REFUSED", "STEP_NOT_OWED", "SAMPLED_REPORT_GONE", "NOTHING_REPORTED",
}  # fmt: skip
START_US = 1_773_622_800_000_000


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    root = tmp_path_factory.mktemp("live") / "data"
    create_folder(root, "370211", "示例区", ClockSettings.rehearsal(START_US, security_now_us(), SPEED))
    platform = Live(root).start()
    try:
        yield platform
    finally:
        platform.stop()


def run(live: Live, *args: str, expect: int = 0, stdin: str = "") -> str:
    """A command against the running platform."""
    env = {"HUANJIE_LANG": "en", "HUANJIE_DATA": str(live.root)}
    result = CliRunner().invoke(cli, args, env=env, input=stdin)
    assert result.exit_code == expect, f"{result.output}\n{live.logs()}"
    return result.output


@pytest.fixture(scope="module")
def peopled(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Live:
    """With a roster and an operator, both made by the command line."""
    roster = tmp_path_factory.mktemp("roster") / "roster.csv"
    roster.write_text(ROSTER)
    assert "would be established" in run(live, "import", str(roster), "--dry-run")
    assert f"{UNITS} units established" in run(live, "import", str(roster))
    run(live, "admin", "create", "--login", "op", "--password-stdin", stdin=f"{PASSWORD}\n")
    return live


def test_a_second_start_is_refused_and_says_where_the_first_one_is(live: Live) -> None:
    said = run(live, "up", expect=EXIT_RUNNING)
    assert live.url in said
    assert str(live.pid) in said


def test_a_bad_row_is_named_by_its_line_and_nothing_is_imported(peopled: Live, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(ROSTER + "370211003,新党工委,working_committee,370211,\n370211004,孤儿支部,branch,999999,5\n")
    said = run(peopled, "import", str(bad), expect=EXIT_REFUSED)
    assert "10" in said
    assert "Nothing was imported" in said
    assert asyncio.run(count_units(peopled)) == UNITS


async def count_units(live: Live) -> int:
    rest = Rest(live.url)
    try:
        operator = await rest.log_in("/session", {"login": "op", "password": PASSWORD})
        return len(await read_units(rest, operator))
    finally:
        await rest.close()


def test_a_weak_password_is_refused_in_words(peopled: Live) -> None:
    said = run(peopled, "admin", "create", "--login", "op2", "--password-stdin", stdin="short\n", expect=EXIT_REFUSED)
    assert "PASSWORD_TOO_WEAK" in said
    assert "UNKNOWN_REFUSAL" not in said


def test_accounts_are_issued_once_on_a_sheet_that_only_its_owner_reads(peopled: Live, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    run(peopled, "accounts", "issue", "--unit", "370211002", "--out", str(sheet))
    text = sheet.read_text()
    assert [code for code in ("370211002-1", "370211002001-1", "370211002002-1") if code not in text] == []
    assert "370211001-1" not in text
    assert sheet.stat().st_mode & 0o077 == 0
    run(peopled, "accounts", "issue", "--unit", "370211002", "--out", str(sheet), expect=EXIT_REFUSED)
    again = run(peopled, "accounts", "issue", "--unit", "370211002", "--out", str(tmp_path / "again.html"))
    assert "already" in again
    run(peopled, "accounts", "issue", "--unit", "1", "--out", str(tmp_path / "none.html"), expect=EXIT_REFUSED)


@pytest.mark.parametrize("name", ["reporting", "identity", "api", "broker"])
def test_a_killed_process_is_started_again(peopled: Live, name: str) -> None:
    before = peopled.named(name)
    assert before is not None
    before.kill()
    assert gone([before])
    while (after := peopled.named(name)) is None:
        assert psutil.pid_exists(peopled.pid)
    assert after.pid != before.pid
    peopled.await_ready()
    assert asyncio.run(count_units(peopled)) == UNITS


def test_programs_are_forked_from_the_warm_supervisor_without_its_signal_handlers(live: Live) -> None:
    supervisor = live.named("supervisor")
    assert supervisor is not None
    assert catches(supervisor.pid, signal.SIGUSR2)
    for name in PROCESSES:
        child = live.named(name)
        assert child is not None
        assert child.cmdline() == supervisor.cmdline()
        assert not catches(child.pid, signal.SIGUSR2)
        assert catches(child.pid, signal.SIGTERM)


def catches(pid: int, signum: signal.Signals) -> bool:
    """Whether a process has a handler for a signal."""
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(status["SigCgt"], 16) >> (signum - 1) & 1)


def test_doctor_backup_and_restore_work_beside_a_running_platform(peopled: Live, tmp_path: Path) -> None:
    assert "Nothing is wrong" in run(peopled, "doctor")
    archive, root = tmp_path / "b.tar", tmp_path / "restored"
    run(peopled, "backup", "--to", str(archive))
    run(peopled, "restore", str(archive), "--data", str(root))
    restored = Live(root).start()
    try:
        assert asyncio.run(count_units(restored)) == UNITS
        assert "Nothing is wrong" in run(restored, "doctor", "--data", str(root))
    finally:
        assert restored.stop() == 0


def test_a_campaign_plays_to_its_end_and_leaves_a_sound_folder(peopled: Live) -> None:
    """What is refused is what people do wrong, never what the rehearsal got wrong."""
    folder, settings = open_place(peopled.root)
    assert settings.district == ""
    run(peopled, "admin", "create", "--login", "op-second", "--password-stdin", stdin=f"{PASSWORD}\n")
    refused, states = asyncio.run(play_through(peopled, folder))
    assert refused <= HUMAN
    assert "verified" in states
    assert "Nothing is wrong" in run(peopled, "doctor")


async def play_through(live: Live, folder: DataFolder) -> tuple[set[str], set[str]]:
    """The codes of refusals, and the states in which assignments ended."""
    rest = Rest(live.url)
    try:
        operator, second = [
            await rest.log_in("/session", {"login": login, "password": PASSWORD}) for login in ("op", "op-second")
        ]
        units = await read_units(rest, operator)
        root = next(unit for unit in units.values() if not unit.parent_id)
        codes = await issue_codes(rest, operator, root.unit_id)
        cast = await prepare(rest, operator, second, codes, {}, 11)
        await play(rest, cast, folder, 11, frozenset())
        directives = [row async for row in rest.pages("/directives", operator)]
        # And the one that the turnover's plan issued; the district is too small for a functional area.
        assert len(directives) == sum(task.area is None for task in campaign.FIVE_WEEKS.tasks) + 1
        states = set()
        for unit in units.values():
            async for row in rest.pages(f"/units/{unit.unit_id}/assignments", operator):
                states.add(row["state"])
        return set(rest.refused), states
    finally:
        await rest.close()


def test_everything_ends_within_seconds_after_ctrl_c(tmp_path: Path) -> None:
    create_folder(tmp_path / "data", "370211", "示例区", ClockSettings.real())
    live = Live(tmp_path / "data").start()
    processes = live.processes()
    assert live.stop(signal.SIGINT) == 0
    assert gone(processes)
    again = Live(tmp_path / "data").start()
    assert again.stop(signal.SIGTERM) == 0


def test_nothing_outlives_a_killed_platform_and_it_starts_again(tmp_path: Path) -> None:
    create_folder(tmp_path / "data", "370211", "示例区", ClockSettings.real())
    live = Live(tmp_path / "data").start()
    processes = live.processes()
    live.kill()
    assert gone(processes)
    again = Live(tmp_path / "data").start()
    assert again.stop() == 0


def test_a_platform_that_is_followed_shows_its_logs(live: Live) -> None:
    from infra.local import follow

    shown: list[str] = []
    path = live.root / "logs" / "identity.log"
    end = follow._print_from(path, 0, shown.append)
    assert end <= path.stat().st_size
    assert any('"event":"ready"' in line for line in shown)
    assert all(line.startswith("identity: ") for line in shown)


async def test_a_stranger_cannot_use_the_machines_subjects(live: Live) -> None:
    """The platform's own broker refuses whoever has no key, and the machine only calls."""
    folder, settings = open_place(live.root)
    async with machine(folder, settings) as calls:
        assert calls.folder.root == live.root
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{live.url}/readyz")).status_code == 200
