"""A whole platform where there is nothing but this machine: `python -m tests.infra.closed FOLDER [cut]`.

Starts `huanjie up`, brings in a roster, records a branch's sitting, prints its papers, and tells as JSON what was done
and whom the processes were connected with. With `cut` it is in a network namespace of its own, where only it can bring
up the loopback: every other address is then out of reach.
"""

from __future__ import annotations

import fcntl
import json
import re
import socket
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
from click.testing import CliRunner

from gateway.api.vote_papers import OF_RECORD
from infra.local.cli import cli
from infra.local.commands.init import create_folder
from services.chassis.clock import ClockSettings
from tests.api.test_vote_papers import SITTING
from tests.infra.live import Live

# An address that is nobody's (RFC 5737), and no one's business.
OUTSIDE = ("192.0.2.1", 80)
PASSWORD = "a long enough password"
ROSTER = (
    "code,name,kind,parent_code,members\n370211,示例区委,district_committee,,\n370211001,示例支部,branch,370211,23\n"
)
_SET_FLAGS, _UP, _INTERFACE = 0x8914, 0x1, "16sh"
_LINKED = re.compile(r'(?:src|href)="(/[^"]+)"')


def bring_up_loopback() -> None:
    """In a namespace of its own a process finds it down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack(_INTERFACE, b"lo", _UP))


def cut_off() -> bool:
    """Nothing but this machine can be reached."""
    try:
        socket.create_connection(OUTSIDE, timeout=1).close()
    except OSError as error:
        return "unreachable" in str(error).lower()
    return False


class Watched:
    """The platform, and everybody its processes were seen to be connected with."""

    def __init__(self, root: Path) -> None:
        self.live = Live(root)
        self.others: set[str] = set()

    def look(self) -> None:
        for process in (*self.live.processes(), psutil.Process()):
            with suppress(psutil.NoSuchProcess):
                self.others |= {str(each.raddr[0]) for each in process.net_connections("inet") if len(each.raddr)}

    def run(self, *args: str, stdin: str = "") -> None:
        env = {"HUANJIE_LANG": "en", "HUANJIE_DATA": str(self.live.root)}
        result = CliRunner().invoke(cli, args, env=env, input=stdin)
        if result.exit_code:
            raise RuntimeError(result.output)
        self.look()


def use(watched: Watched, folder: Path) -> dict[str, Any]:
    """A roster, an operator, the page with all that it links, a sitting and every paper of it."""
    roster = folder / "roster.csv"
    roster.write_text(ROSTER, "utf-8")
    watched.run("import", str(roster))
    watched.run("admin", "create", "--login", "op", "--password-stdin", stdin=f"{PASSWORD}\n")
    with httpx.Client(base_url=watched.live.url, timeout=60, trust_env=False) as client:
        parts = _LINKED.findall(client.get("/").text)
        served = {part: client.get(part).status_code for part in parts}
        opened = client.post("/api/v1/session", json={"login": "op", "password": PASSWORD})
        client.headers["x-csrf-token"] = opened.json()["csrf_token"]
        units = client.get("/api/v1/units").json()["items"]
        branch = next(each["unit_id"] for each in units if each["kind"] == "branch")
        recorded = client.post(f"/api/v1/units/{branch}/small-sittings", json=SITTING)
        if recorded.status_code != 201:
            raise RuntimeError(recorded.text)
        vote = f"/api/v1/elections/{recorded.json()['election_ids'][0]}"
        watched.look()
        papers = {paper: kind(client.get(f"{vote}/{paper}")) for paper in papers_of()}
    watched.look()
    return {"served": served, "papers": papers}


def papers_of() -> Iterable[str]:
    """Every paper and table of a vote."""
    return ("ballot", "spare-papers", *(f"papers/{each}" for each in OF_RECORD), "result.csv", "result.xlsx")


def kind(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.headers['content-type'].partition(';')[0]}"


def main(folder: Path, cut: bool) -> None:
    if cut:
        bring_up_loopback()
    create_folder(folder / "data", "370211", "示例区", ClockSettings.real())
    watched = Watched(folder / "data")
    watched.live.start()
    try:
        told = use(watched, folder)
    finally:
        code = watched.live.stop()
    print(json.dumps({**told, "others": sorted(watched.others), "cut_off": cut_off() if cut else None, "exit": code}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] == ["cut"])
