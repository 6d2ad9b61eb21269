"""The small parts of the command line: ports, configurations, words, exit codes."""

from __future__ import annotations

import configparser
import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.local.cli import COMMANDS, cli
from infra.local.commands.init import rehearsal_clock
from infra.local.platform import prepare
from infra.local.ports import NoFreePort, choose_ports, claim_http, read_ports
from infra.local.programs import PROGRAMS, SERVICES, WIRING, load, service_apps
from infra.local.supervisord import render
from infra.local.words import EXIT_REFUSED, EXIT_UNREACHABLE, language
from services.chassis.clock import ClockSettings
from services.chassis.folder import DataFolder
from services.chassis.ids import Ids
from services.chassis.settings import load_settings
from services.chassis.wording import Catalogue
from tests.chassis.scene import make_folder


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return make_folder(tmp_path / "data")


def run(*args: str, expect: int = 0, **env: str) -> str:
    """A command in this process; its whole output."""
    result = CliRunner().invoke(cli, args, env={"HUANJIE_LANG": "en", **env})
    assert result.exit_code == expect, result.output
    return result.output


# ---- ports ---------------------------------------------------------------------------------------------------


def test_a_taken_port_gives_way_to_the_next_free_one(folder: DataFolder) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        ports = choose_ports(folder, "127.0.0.1", wanted, own_broker=True)
    assert wanted < ports.http < wanted + 100
    assert len({ports.http, ports.nats, ports.monitor}) == 3
    assert read_ports(folder) == ports


def test_the_interface_moves_on_when_its_port_was_taken_meanwhile(folder: DataFolder) -> None:
    chosen = choose_ports(folder, "127.0.0.1", 0, own_broker=True)
    assert chosen.api_pid == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", chosen.http))
        taken.listen()
        claimed = claim_http(folder, "127.0.0.1", 42)
    assert claimed > chosen.http
    ports = read_ports(folder)
    assert ports is not None
    assert (ports.http, ports.nats, ports.api_pid) == (claimed, chosen.nats, 42)
    assert claim_http(folder, "127.0.0.1", 43) == claimed


def test_the_broker_keeps_its_ports_from_one_start_to_the_next(folder: DataFolder) -> None:
    first = choose_ports(folder, "127.0.0.1", 0, own_broker=True)
    second = choose_ports(folder, "127.0.0.1", 0, own_broker=True)
    assert (first.nats, first.monitor) == (second.nats, second.monitor)


def test_another_ones_broker_takes_no_port_here(folder: DataFolder) -> None:
    ports = choose_ports(folder, "127.0.0.1", 0, own_broker=False)
    assert (ports.nats, ports.monitor) == (0, 0)


def test_no_free_port_is_said(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.ports.HTTP_TRIES_MAX", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(NoFreePort):
            choose_ports(folder, "127.0.0.1", taken.getsockname()[1], own_broker=False)


# ---- programs and configurations -------------------------------------------------------------------------------


def test_the_table_of_programs_says_what_the_services_declare() -> None:
    assert {app.name: tuple(app.listens) for app in service_apps()} == WIRING
    assert [program.name for program in SERVICES] == [app.name for app in service_apps()]


def test_every_program_can_be_entered() -> None:
    for program in PROGRAMS:
        assert not program.entry or load(program.entry)


def test_the_supervisor_restarts_every_program_and_stops_the_broker_last(folder: DataFolder) -> None:
    parsed = configparser.RawConfigParser(inline_comment_prefixes=(" ;",))
    parsed.read_string(render(PROGRAMS, folder))
    for program in PROGRAMS:
        section = parsed[f"program:{program.name}"]
        assert section["autorestart"] == "true"
        assert section["stopsignal"] == "TERM"
        assert section["stdout_logfile"] == str(folder.logs / f"{program.name}.log")
    priorities = {group: int(parsed[f"group:{group}"]["priority"]) for group in {p.group for p in PROGRAMS}}
    assert min(priorities, key=lambda group: priorities[group]) == "broker"
    assert max(priorities, key=lambda group: priorities[group]) == "api"


def test_a_percent_sign_or_a_space_in_the_path_does_no_harm(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "100% of it")
    text = render(PROGRAMS, folder)
    assert "100%% of it" in text
    assert "'" in text.split("command=")[2].splitlines()[0]


def test_what_is_written_for_a_start_can_be_read_by_the_owner_only(folder: DataFolder) -> None:
    ports = prepare(folder, load_settings(data=folder.root, http_port=0))
    assert read_ports(folder) == ports
    written = {path.name for path in folder.run.iterdir()}
    assert {"nats.conf", "supervisord.conf", "ports.json"} <= written
    assert {path.stat().st_mode & 0o077 for path in (*folder.run.iterdir(), *folder.keys.iterdir())} == {0}


def test_with_a_broker_elsewhere_none_is_started(folder: DataFolder) -> None:
    prepare(folder, load_settings(data=folder.root, http_port=0, nats="nats://broker.example:4222"))
    assert "program:broker" not in (folder.run / "supervisord.conf").read_text()
    assert not (folder.run / "nats.conf").exists()


def test_a_rehearsal_begins_at_nine_in_the_morning() -> None:
    from datetime import UTC, date, datetime, timedelta, timezone

    clock = rehearsal_clock(date(2026, 3, 16), 600)
    began = datetime.fromtimestamp(clock.business_start_us / 1e6, UTC).astimezone(timezone(timedelta(hours=8)))
    assert (clock.kind, clock.speed, began.isoformat()) == ("rehearsal", 600, "2026-03-16T09:00:00+08:00")


# ---- the command line --------------------------------------------------------------------------------------------


def test_help_tells_every_command_and_every_command_has_its_help() -> None:
    told = run("--help")
    for name in COMMANDS:
        assert name in told


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "bench"])
def test_a_command_tells_its_help(name: str) -> None:
    assert "Usage:" in run(name, "--help")


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"HUANJIE_LANG": "zh"}, "zh"),
        ({"HUANJIE_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_terminals(env: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HUANJIE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_both_languages_say_the_same_with_the_same_parameters() -> None:
    catalogue = Catalogue.load("infra.local")
    wording = Path(__file__).parents[2] / "infra" / "local" / "wording"
    for file in wording.glob("*.zh.json"):
        for key in json.loads(file.read_text()):
            assert catalogue.placeholders(key, "zh") == catalogue.placeholders(key, "en"), key


def test_init_makes_a_folder_with_keys_once(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert "Made the data folder" in run("init", "--data", data, "--district", "370211", "--name", "示例区")
    folder = DataFolder.open(tmp_path / "data", kind="real", district_code="370211")
    assert {"identity.key", "machine.key", "trust.json", "nats-gateway.seed"} <= {p.name for p in folder.keys.iterdir()}
    refused = run("init", "--data", data, "--district", "370211", "--name", "示例区", expect=EXIT_REFUSED)
    assert "data folder already" in refused


@pytest.mark.parametrize(
    "args",
    [
        ("--district", "37 0211", "--name", "x"),
        ("--district", "370211", "--name", "x", "--speed", "60"),
        ("--district", "370211", "--name", "x", "--rehearsal", "--speed", "0"),
        ("--district", "370211", "--name", "x", "--rehearsal", "--start", "16.3.2026"),
        ("--name", "x"),
    ],
)
def test_a_wrong_init_makes_nothing(tmp_path: Path, args: tuple[str, ...]) -> None:
    run("init", "--data", str(tmp_path / "data"), *args, expect=2)
    assert not (tmp_path / "data").exists()


def test_what_is_wrong_is_said_in_words_without_a_traceback(tmp_path: Path, folder: DataFolder) -> None:
    missing = run("doctor", "--data", str(tmp_path / "nowhere"), expect=EXIT_REFUSED)
    assert "is not a data folder" in missing
    assert "Traceback" not in missing
    wrong = run("doctor", "--data", str(folder.root), expect=EXIT_REFUSED, HUANJIE_HTTP_PORT="many")
    assert "HUANJIE_HTTP_PORT" in wrong
    silent = run(
        "admin", "create", "--login", "op", "--password-stdin", "--data", str(folder.root), expect=EXIT_UNREACHABLE
    )
    assert "No platform runs" in silent
    chinese = run("doctor", "--data", str(tmp_path / "nowhere"), expect=EXIT_REFUSED, HUANJIE_LANG="zh")
    assert "数据目录不可用" in chinese


def test_a_real_district_is_never_played_with(folder: DataFolder, tmp_path: Path) -> None:
    assert "not played with" in run("rehearse", "--data", str(folder.root), expect=EXIT_REFUSED)
    assert "not played with" in run("demo", "--data", str(folder.root), expect=EXIT_REFUSED)
    assert DataFolder.open(folder.root).identity == folder.identity


def test_a_rehearsal_keeps_its_speed(tmp_path: Path) -> None:
    DataFolder.create(tmp_path / "data", "370211", "示例区", ClockSettings.rehearsal(0, 0, 60), Ids())
    assert "60" in run("rehearse", "--data", str(tmp_path / "data"), "--speed", "70", expect=EXIT_REFUSED)


def test_a_backup_is_not_written_over_and_a_restore_wants_a_new_folder(folder: DataFolder, tmp_path: Path) -> None:
    target = str(tmp_path / "b.tar")
    run("backup", "--data", str(folder.root), "--to", target)
    run("backup", "--data", str(folder.root), "--to", target, expect=EXIT_REFUSED)
    run("backup", "--data", str(folder.root), "--to", str(tmp_path / "no" / "b.tar"), expect=EXIT_REFUSED)
    assert "not empty" in run("restore", target, "--data", str(folder.root), expect=EXIT_REFUSED)
    (tmp_path / "empty").mkdir()
    run("restore", target, "--data", str(tmp_path / "empty"))
    assert DataFolder.open(tmp_path / "empty").identity == folder.identity
