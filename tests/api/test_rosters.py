"""A roster over HTTP: streamed to a blob, read by reporting, worded line by line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.tools.lints import __main__ as house
from services.chassis.settings import BLOB_BYTES_MAX
from tests.api.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAMPLE = house.ROOT / "infra" / "local" / "sample" / "roster-370211.xlsx"
PATH = "/api/v1/rosters"
PIECE = b"0" * (1 << 20)


def sent(content: bytes, name: str = "roster.csv") -> dict[str, tuple[str, bytes]]:
    return {"file": (name, content)}


def stored(town: Town) -> list[Path]:
    return sorted(path for path in (town.scene.folder.blobs).rglob("*") if path.is_file() and path.name != "lock")


async def test_a_dry_run_reports_by_line_in_words_and_imports_nothing(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    heads = await town.heads()
    roster = "代码,名称,上级党组织,党员数\n1,示例区委,,3\n2,甲党支部,没有的党委,3\n".encode()
    answer = await operator.post(PATH, params={"dry_run": True}, files=sent(roster))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    missing = next(finding for finding in body["findings"] if finding["code"] == "ROSTER_PARENT_MISSING")
    assert (missing["line"], missing["severity"], body["refused"], body["activated"]) == (3, "error", True, False)
    assert "没有的党委" in missing["detail"]
    assert await town.heads() == heads


async def test_the_sample_roster_is_read_whole(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    answer = await operator.post(PATH, params={"dry_run": True}, files=sent(SAMPLE.read_bytes(), "roster.xlsx"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["rows_read"] >= 558


async def test_a_file_past_the_limit_is_refused_and_leaves_nothing(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    before = stored(town)

    async def pieces() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
        for _ in range(BLOB_BYTES_MAX // len(PIECE) + 2):
            yield PIECE

    answer = await operator.post(PATH, content=pieces(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert stored(town) == before


async def test_what_is_no_form_with_one_file_is_refused(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    plain = await operator.post(PATH, content=b"a,b", headers={"content-type": "text/csv"})
    assert (plain.status_code, plain.json()["code"]) == (415, "MEDIA_TYPE_UNSUPPORTED")
    for files in ({"other": ("a.csv", b"x")}, {"file": ("a.csv", b"x"), "more": ("b.csv", b"y")}):
        answer = await operator.post(PATH, files=files)
        assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST"), answer.text
    broken = {"content-type": "multipart/form-data"}
    answer = await operator.post(PATH, content=b"?", headers=broken)
    assert answer.json()["params"]["problem"] in ("malformed", "required")


async def test_a_zip_bomb_and_a_stranger_are_refused_by_name(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    answer = await operator.post(PATH, files=sent(b"PK\x03\x04 not a workbook", "roster.xlsx"))
    assert answer.status_code >= 400 or answer.json()["refused"], answer.text
    secretary = town.with_role("unit_secretary", town.units.first)
    denied = await secretary.post(PATH, files=sent(b"a,b\n"))
    assert (denied.status_code, denied.json()["code"]) == (403, "PERMISSION_DENIED")
