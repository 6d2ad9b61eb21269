"""A practice on one's own roster, and its end: a real folder with that roster, and nothing of the practice in it."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra.local.check_store import store_path
from infra.local.cli import cli
from infra.local.commands.init import create_folder
from infra.local.programs import service_apps
from infra.local.rehearsal.rest import Rest
from infra.local.words import EXIT_REFUSED, EXIT_RUNNING
from services.chassis import tree
from services.chassis.apsw_store import ApswStore
from services.chassis.clock import ClockSettings
from services.chassis.folder import DataFolder
from services.chassis.settings import Hook, Mail
from services.reporting.loops import ports_of
from tests.infra.live import Live
from tests.infra.test_platform import PASSWORD, ROSTER, UNITS

CODE = "370211"
MARKS = ("练习任务甲", "lianxi-operator", "练习联系人丙")


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, arguments, input=text, env={"HUANJIE_HTTP_PORT": "0", "HUANJIE_LANG": "en"})


def files(root: Path) -> dict[str, str]:
    """The hash of every file; a reader of a store leaves empty files of its own beside it."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm", "lock"))
    }


def holding(root: Path, mark: str) -> list[str]:
    """The files in which the bytes of a text stand."""
    return [str(path) for path in root.rglob("*") if path.is_file() and mark.encode() in path.read_bytes()]


def roster(root: Path) -> list[tuple[str, str, str, int, str]]:
    """Code, name, kind, members and the parent's code of every unit."""
    app = next(app for app in service_apps() if app.name == "reporting")
    store = ApswStore(store_path(DataFolder.open(root), app))
    try:
        with store.snapshot() as reader:
            units = tree.all_active(reader)
    finally:
        store.close()
    codes = {unit.unit_id: unit.code for unit in units}
    return sorted((unit.code, unit.name, unit.kind, unit.members, codes.get(unit.parent_id, "")) for unit in units)


def practised(root: Path) -> None:
    """A practice in which a roster was imported, a directive issued and a responsible person registered."""
    assert run("init", "--data", str(root), "--district", CODE, "--name", "示例区", "--practice").exit_code == 0
    sheet = root.parent / "roster.csv"
    sheet.write_text(ROSTER, encoding="utf-8")
    live = Live(root).start()
    try:
        assert run("import", "--data", str(root), str(sheet)).exit_code == 0
        created = run(
            "admin", "create", "--data", str(root), "--login", MARKS[1], "--password-stdin", text=PASSWORD + "\n"
        )
        assert created.exit_code == 0, created.output
        asyncio.run(act(live.url))
    finally:
        assert live.stop() == 0


async def act(url: str) -> None:
    rest = Rest(url)
    try:
        operator = await rest.log_in("/session", {"login": MARKS[1], "password": PASSWORD})
        site = await rest.get("/site", operator)
        assert (site["kind"], site["speed"]) == ("rehearsal", 1)
        units = [row async for row in rest.pages("/units", operator)]
        top = next(unit for unit in units if not unit["parent_id"])
        body = {
            "issuer_unit_id": top["unit_id"], "turnover": "示例", "title": MARKS[0], "text": "练习",
            "scope": {"kinds": ["branch"]}, "plan": {}, "lead_unit_id": top["unit_id"],
        }  # fmt: skip
        await rest.post("/directives", operator, body, "first")
        post = {"post_name": "书记", "person_name": MARKS[2], "first": True}
        await rest.post(f"/units/{top['unit_id']}/posts", operator, post, "second")
    finally:
        await rest.close()


@pytest.mark.faults
def test_a_practice_is_wiped_before_going_live_and_only_its_roster_stays(tmp_path: Path) -> None:
    root = tmp_path / "data"
    practised(root)
    for mark in MARKS:
        assert holding(root, mark), mark
    units, old = roster(root), DataFolder.open(root)
    before = files(root)
    unconfirmed = run("go-live", "--data", str(root))
    assert (unconfirmed.exit_code, files(root)) == (EXIT_REFUSED, before)
    assert f"--confirm {CODE}" in unconfirmed.output
    assert run("go-live", "--data", str(root), "--confirm", "370212").exit_code == EXIT_REFUSED
    with old.lock():
        assert run("go-live", "--data", str(root), "--confirm", CODE).exit_code == EXIT_RUNNING
    live = run("go-live", "--data", str(root), "--confirm", CODE)
    assert live.exit_code == 0, live.output
    new = DataFolder.open(root, "real", CODE)
    assert new.identity.folder_id != old.identity.folder_id
    for mark in (*MARKS, old.identity.folder_id):
        assert holding(root, mark) == []
    assert roster(root) == units and len(units) == UNITS
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    examined = run("doctor", "--data", str(root))
    assert examined.exit_code == 0, examined.output
    again = run("go-live", "--data", str(root), "--confirm", CODE)
    assert again.exit_code == EXIT_REFUSED
    assert "real data folder" in again.output


def test_a_folder_without_a_roster_begins_for_real_and_a_real_one_is_never_wiped(tmp_path: Path) -> None:
    root = tmp_path / "data"
    assert run("init", "--data", str(root), "--district", CODE, "--name", "示例区", "--practice").exit_code == 0
    (root / "huanjie.toml").write_text("[limits]\n", encoding="utf-8")
    assert run("go-live", "--data", str(root), "--confirm", CODE).exit_code == 0
    assert DataFolder.open(root).clock.kind == "real"
    assert (root / "huanjie.toml").is_file()
    before = files(root)
    assert run("go-live", "--data", str(root), "--confirm", CODE).exit_code == EXIT_REFUSED
    assert files(root) == before


def test_what_an_interrupted_end_left_is_not_written_over(tmp_path: Path) -> None:
    root = tmp_path / "data"
    assert run("init", "--data", str(root), "--district", CODE, "--name", "示例区", "--practice").exit_code == 0
    left = tmp_path / ".data.live"
    left.mkdir()
    before = files(root)
    stopped = run("go-live", "--data", str(root), "--confirm", CODE)
    assert stopped.exit_code == EXIT_REFUSED and str(left) in stopped.output
    assert files(root) == before and left.is_dir()


def test_nothing_leaves_a_practice_and_its_clock_is_the_one_on_the_wall(tmp_path: Path) -> None:
    mail, hook = Mail(host="127.0.0.1", port=1, sender="office@example.org"), Hook(url="http://127.0.0.1:1", secret="s")

    class Site:
        def __init__(self, name: str, clock: ClockSettings) -> None:
            self.folder, self.district = create_folder(tmp_path / name, CODE, "示例区", clock), CODE
            self.mail, self.hook = mail, hook

    run("init", "--data", str(tmp_path / "practice"), "--district", CODE, "--name", "示例区", "--practice")
    practice = DataFolder.open(tmp_path / "practice").clock
    assert (practice.kind, practice.speed) == ("rehearsal", 1)
    assert practice.business_start_us == practice.wall_start_us
    assert sorted(ports_of(Site("real", ClockSettings.real()))) == ["hook", "mail"]
    assert ports_of(Site("rehearsed", practice)) == {}
    mixed = run(
        "init", "--data", str(tmp_path / "x"), "--district", CODE, "--name", "示例区", "--practice", "--speed", "9"
    )
    assert mixed.exit_code == 2 and not (tmp_path / "x").exists()
