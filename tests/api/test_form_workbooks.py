"""Forms out and back over HTTP: a unit's own, a superior's table and set; a receipt a unit, a fault a cell."""

from __future__ import annotations

import asyncio
import io
import struct
import zipfile
from datetime import date
from typing import Any

import httpx
import openpyxl
import pytest

from gateway.api import form_books, form_files, form_returns
from tests.api.town import Town
from tests.papers.forms import GOOD, Change, changed, value_cell

pytestmark = pytest.mark.asyncio(loop_scope="session")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fill(**figures: Any) -> Change:
    """Fills a sheet and marks it."""

    def change(page: Any) -> None:
        for key, value in (GOOD | {"checked": "是"} | figures).items():
            whole = isinstance(value, str) and value.isdigit()
            page[value_cell(key)] = int(value) if whole else value
        if "rectified_by" not in figures:
            page[value_cell("rectified_by")] = date(2026, 9, 30)

    return change


async def asked(town: Town) -> tuple[str, str]:
    """A directive with a form, and where the committee's forms are."""
    directive = await town.directive(form_id="rectification")
    return directive, f"{town.path(directive, town.units.committee)}/form"


async def own_sheet(town: Town, directive: str, unit_id: str, change: Change) -> bytes:
    """The unit's sheet as its secretary filled it in."""
    secretary = town.with_role("unit_secretary", unit_id)
    answer = await secretary.get(f"{town.path(directive, unit_id)}/form/workbook.xlsx")
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX), answer.text
    return changed(answer.content, change)


async def send(client: httpx.AsyncClient, path: str, data: bytes, name: str = "form.xlsx", **query: Any) -> Any:
    answer = await client.post(f"{path}/workbooks", files={"file": (name, data)}, params=query,
                               headers={"accept-language": "zh"})  # fmt: skip
    assert answer.status_code == 200, answer.text
    return answer.json()


def packed(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(name.replace("__", "/") + ".xlsx", content)
    return buffer.getvalue()


async def test_a_units_own_sheet_is_taken_and_says_who_reported(town: Town) -> None:
    directive, _ = await asked(town)
    data = await own_sheet(town, directive, town.units.first, fill(problems_found="１２"))
    secretary = town.with_role("unit_secretary", town.units.first)
    path = f"{town.path(directive, town.units.first)}/form"
    seen = await send(secretary, path, data, check_only=True)
    assert (seen["sound"], seen["recorded"], seen["check_only"]) == (1, 0, True)
    taken = await send(secretary, path, data)
    assert (taken["recorded"], taken["complete"], taken["receipts"][0]["unit_name"][:5]) == (1, True, "第一党支部")
    view = (await secretary.get(town.path(directive, town.units.first))).json()
    assert (view["state"], view["due_count"], view["on_behalf_by_unit_id"]) == ("reported", 12, "")


async def test_through_the_superior_it_is_on_record_as_on_behalf_and_the_unit_confirms(town: Town) -> None:
    directive, path = await asked(town)
    sheets = {
        f"甲__{unit_id[-4:]}": await own_sheet(town, directive, unit_id, fill())
        for unit_id in (town.units.first, town.units.second)
    }
    superior = town.with_role("unit_secretary", town.units.committee)
    taken = await send(superior, path, packed(**sheets), "返回.zip")
    assert (taken["recorded"], taken["refused"]) == (2, 0)
    unit = town.with_role("unit_secretary", town.units.first)
    view = (await unit.get(town.path(directive, town.units.first))).json()
    assert (view["state"], view["on_behalf_by_unit_id"]) == ("reported", town.units.committee)
    history = (await unit.get(f"{town.path(directive, town.units.first)}/history")).text
    assert town.units.committee in history
    confirmed = await unit.post(f"{town.path(directive, town.units.first)}/confirm")
    assert confirmed.status_code == 200, confirmed.text


async def test_an_upload_that_comes_again_records_nothing_and_says_so(town: Town) -> None:
    directive, path = await asked(town)
    good = await own_sheet(town, directive, town.units.first, fill())
    bad = await own_sheet(town, directive, town.units.second, fill(problems_overdue="105%"))
    superior = town.with_role("unit_secretary", town.units.committee)
    first = await send(superior, path, packed(a=good, b=bad), "set.zip")
    assert [one["outcome"] for one in first["receipts"]] == ["recorded", "refused"]
    heads = await town.heads()
    again = await send(superior, path, packed(a=good, b=bad), "set.zip")
    assert [one["outcome"] for one in again["receipts"]] == ["unchanged", "refused"]
    assert await town.heads() == heads
    right = changed(bad, fill())
    third = await send(superior, path, packed(a=good, b=right), "set.zip")
    assert [one["outcome"] for one in third["receipts"]] == ["unchanged", "recorded"]


async def test_two_who_upload_the_same_set_at_once_record_each_unit_once(town: Town) -> None:
    directive, path = await asked(town)
    sheets = {
        name: await own_sheet(town, directive, unit_id, fill())
        for name, unit_id in (("a", town.units.first), ("b", town.units.second))
    }
    people = [town.with_role("unit_secretary", town.units.committee, f"account_{who}_{directive}") for who in "xy"]
    both = await asyncio.gather(*(send(one, path, packed(**sheets), "set.zip") for one in people))
    assert sum(one["recorded"] for one in both) == sum(one["unchanged"] for one in both) == 2


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("problems_overdue", "105%", "FORM_PERCENT"),
        ("problems_found", 200_000, "FORM_COUNT_OUT_OF_RANGE"),
        ("problems_rectified", 6, "FORM_RULE_BROKEN"),
        ("problems_found", "=2+3", "FORM_CELL_COMPUTES"),
        ("rectified_by", "明年", "FORM_DATE_AS_TEXT"),
    ],
)
async def test_what_is_wrong_is_named_by_its_cell_and_nothing_is_recorded(
    town: Town, key: str, value: Any, code: str
) -> None:
    directive, path = await asked(town)
    data = await own_sheet(town, directive, town.units.first, fill(**{key: value}))
    heads = await town.heads()
    answer = await send(town.with_role("unit_secretary", town.units.committee), path, data)
    (receipt,) = answer["receipts"]
    assert (receipt["outcome"], answer["recorded"]) == ("refused", 0)
    faults = {fault["code"]: fault for fault in receipt["faults"]}
    assert faults[code]["cell"] == value_cell(key)
    assert faults[code]["detail"] and bool(faults[code]["rule"]) == (code == "FORM_RULE_BROKEN")
    assert await town.heads() == heads


async def test_figures_above_the_groups_size_are_named_by_their_cell(town: Town) -> None:
    directive = await town.directive(form_id="discipline_education")
    form = "discipline_education"
    secretary = town.with_role("unit_secretary", town.units.first)
    path = f"{town.path(directive, town.units.first)}/form"
    blank = (await secretary.get(f"{path}/workbook.xlsx")).content

    def too_many(page: Any) -> None:
        for line in range(9, 60):
            if str(page[f"A{line}"].value or "").isdigit():
                page[f"D{line}"] = 4
        page[value_cell("staff_sign_done", form)], page[value_cell("checked", form)] = 5, "是"

    (receipt,) = (await send(secretary, path, changed(blank, too_many)))["receipts"]
    assert [(fault["cell"], fault["code"]) for fault in receipt["faults"]] == [
        (value_cell("staff_sign_done", form), "FORM_RULE_BROKEN")
    ]


async def test_a_table_of_the_units_below_takes_marked_lines_only(town: Town) -> None:
    _, path = await asked(town)
    superior = town.with_role("unit_secretary", town.units.committee)
    blank = await superior.get(f"{path}/table.xlsx", headers={"accept-language": "zh"})
    assert (blank.status_code, blank.headers["content-type"]) == (200, XLSX)
    assert blank.headers["cache-control"] == "no-store"

    def one_of_two(page: Any) -> None:
        assert [page[f"B{line}"].value for line in (9, 10)] == ["第一党支部", "第二党支部"]
        for line, mark in ((9, "是"), (10, None)):
            for column, value in zip("FGH", (5, 3, 0), strict=True):
                page[f"{column}{line}"] = value
            page[f"I{line}"] = date(2026, 9, 30)
            page[f"M{line}"] = mark

    taken = await send(superior, path, changed(blank.content, one_of_two))
    assert [(one["line"], one["outcome"]) for one in taken["receipts"]] == [(9, "recorded"), (10, "unmarked")]
    filled = await superior.get(f"{path}/table.xlsx")
    page = openpyxl.load_workbook(io.BytesIO(filled.content)).worksheets[0]
    assert [page[f"{column}9"].value for column in "DFGH"] == [2, 5, 3, 0]


async def test_a_set_goes_out_to_who_issued_the_directive_and_comes_back(town: Town) -> None:
    directive, _ = await asked(town)
    path = f"{town.path(directive, town.units.root)}/form"
    superior = town.with_role("operator", town.units.root)
    answer = await superior.get(f"{path}/workbooks.zip")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        sheets = {name: bundle.read(name) for name in bundle.namelist()}
    assert [name.rpartition("/")[2] for name in sheets] == ["370211.1.1 第一党支部.xlsx", "370211.1.2 第二党支部.xlsx"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, data in sheets.items():
            bundle.writestr(name, changed(data, fill()))
        bundle.writestr("__MACOSX/x", b"x")
        bundle.writestr("说明.docx", b"x")
    taken = await send(superior, path, buffer.getvalue(), "set.zip")
    assert (taken["recorded"], [fault["code"] for fault in taken["file_faults"]]) == (2, ["FORM_FILE_NOT_BOOK"])
    assert "说明.docx" in taken["file_faults"][0]["detail"]


async def test_a_foreign_unit_one_that_is_not_below_and_one_that_comes_twice_are_named(town: Town) -> None:
    directive, _ = await asked(town)
    sheets = {
        name: await own_sheet(town, directive, unit_id, fill())
        for name, unit_id in (("a", town.units.first), ("b", town.units.second))
    }

    def foreign(page: Any) -> None:
        page["B4"] = "999999"

    data = packed(a=sheets["a"], b=sheets["b"], c=changed(sheets["a"], foreign), d=sheets["a"])
    unit = town.with_role("unit_secretary", town.units.first)
    receipts = (await send(unit, f"{town.path(directive, town.units.first)}/form", data, "set.zip"))["receipts"]
    assert [one["outcome"] for one in receipts] == ["recorded", "refused", "refused", "refused"]
    assert [one["faults"][0]["code"] for one in receipts[1:]] == [
        "FORM_UNIT_NOT_YOURS", "FORM_UNIT_UNKNOWN", "FORM_UNIT_TWICE"
    ]  # fmt: skip
    assert all(one["faults"][0]["cell"] == "B4" and "B4" in one["faults"][0]["detail"] for one in receipts[1:])


async def test_an_old_sheet_does_not_overwrite_what_the_unit_reported_since(town: Town) -> None:
    directive, path = await asked(town)
    data = await own_sheet(town, directive, town.units.first, fill())
    unit = town.with_role("unit_secretary", town.units.first)
    for found in ("8", "9"):
        body = {"figures": GOOD | {"problems_found": found}}
        done = await unit.post(f"{town.path(directive, town.units.first)}/figures", json=body)
        assert done.status_code == 200, done.text
    (receipt,) = (await send(town.with_role("unit_secretary", town.units.committee), path, data))["receipts"]
    assert [fault["code"] for fault in receipt["faults"]] == ["REPORTED_SINCE"]


async def test_where_evidence_is_asked_the_page_is_pointed_to(town: Town) -> None:
    directive = await town.directive(form_id="rectification", evidence_reason="需附整改前后对比照片")
    data = await own_sheet(town, directive, town.units.first, fill())
    unit = town.with_role("unit_secretary", town.units.first)
    heads = await town.heads()
    (receipt,) = (await send(unit, f"{town.path(directive, town.units.first)}/form", data))["receipts"]
    (fault,) = receipt["faults"]
    assert (receipt["outcome"], fault["code"], fault["cell"]) == ("refused", "EVIDENCE_REQUIRED", "B4")
    assert fault["detail"] and await town.heads() == heads


async def test_one_spoiled_workbook_of_a_set_stops_no_other(town: Town) -> None:
    directive, path = await asked(town)
    good = await own_sheet(town, directive, town.units.first, fill())
    other = await own_sheet(town, directive, town.units.second, fill())
    spoiled = changed(other, lambda page: page.merge_cells("A1:B1"))
    data = packed(a=good, b=spoiled, c=b"PK\x03\x04 broken")
    taken = await send(town.with_role("unit_secretary", town.units.committee), path, data, "set.zip")
    assert taken["recorded"] == 1
    assert [(one["file"], one["sheet"], one["cell"], one["code"]) for one in taken["file_faults"]] == [
        ("b.xlsx", "填报", "A1:B1", "FORM_CELLS_MERGED"), ("c.xlsx", "", "", "SHEET_BROKEN")
    ]  # fmt: skip


async def test_a_broken_or_huge_set_is_refused_before_it_is_unpacked(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = await asked(town)
    superior = town.with_role("unit_secretary", town.units.committee)
    for data, code, status in ((b"no zip", "SET_BROKEN", 400), (packed(a=b"x", b=b"x"), "SET_TOO_LARGE", 413)):
        monkeypatch.setattr(form_files, "SET_FILES_MAX", 1)
        answer = await superior.post(f"{path}/workbooks", files={"file": ("set.zip", data)})
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    monkeypatch.undo()
    bomb = bytearray(packed(a=b"x"))
    # The directory's entry says that the file unpacks to 3 GB.
    at = bomb.rindex(b"PK\x01\x02") + 24
    bomb[at : at + 4] = struct.pack("<I", 3_000_000_000)
    answer = await superior.post(f"{path}/workbooks", files={"file": ("set.zip", bytes(bomb))})
    assert answer.json()["code"] == "SET_TOO_LARGE"


async def test_names_packed_in_gb18030_are_read(town: Town) -> None:
    _, path = await asked(town)
    name = "第一党支部.xls".encode("gb18030")
    data = packed(**{"x" * (len(name) - 5): b"x"}).replace(b"x" * (len(name) - 5) + b".xlsx", name)
    taken = await send(town.with_role("unit_secretary", town.units.committee), path, data, "set.zip")
    assert [fault["file"] for fault in taken["file_faults"]] == ["第一党支部.xls"]


async def test_slices_that_could_not_be_taken_wait_and_are_taken_when_the_file_comes_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_returns, "SLICE_ROWS", 1)
    directive, path = await asked(town)
    sheets = {
        name: await own_sheet(town, directive, unit_id, fill())
        for name, unit_id in (("a", town.units.first), ("b", town.units.second))
    }
    superior = town.with_role("unit_secretary", town.units.committee)
    # The second slice's id is taken by other content first: resuming must show exactly that.
    key = {"idempotency-key": f"forms-{directive}"}
    for files, outcomes in (
        ({"a": sheets["a"], "b": changed(sheets["b"], fill(problems_found=""))}, ["recorded", "refused"]),
        (sheets, ["recorded", "waiting"]),
    ):
        files_sent = {"file": ("set.zip", packed(**files))}
        answer = await superior.post(f"{path}/workbooks", files=files_sent, headers=key)
        assert [one["outcome"] for one in answer.json()["receipts"]] == outcomes, answer.text
    assert (answer.json()["complete"], answer.json()["waiting"]) == (False, 1)
    again = await send(superior, path, packed(**sheets), "set.zip")
    assert [one["outcome"] for one in again["receipts"]] == ["unchanged", "recorded"]


async def test_more_units_than_a_file_may_have_are_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    _, path = await asked(town)
    monkeypatch.setattr(form_books, "SET_UNITS_MAX", 1)
    superior = town.with_role("unit_secretary", town.units.committee)
    answer = await superior.get(f"{path}/workbooks.zip")
    assert (answer.status_code, answer.json()["code"]) == (413, "FORM_UNITS_TOO_MANY")


async def test_a_directive_without_a_form_has_no_workbook(town: Town) -> None:
    directive = await town.directive()
    superior = town.with_role("unit_secretary", town.units.committee)
    path = f"{town.path(directive, town.units.committee)}/form"
    for file in ("workbook.xlsx", "table.xlsx", "workbooks.zip"):
        assert (await superior.get(f"{path}/{file}")).json()["code"] == "FORM_NOT_ASKED"


async def test_an_upload_without_its_file_is_refused(town: Town) -> None:
    _, path = await asked(town)
    superior = town.with_role("unit_secretary", town.units.committee)
    bare = await superior.post(f"{path}/workbooks", files={"other": ("a.xlsx", b"x")})
    assert bare.json()["params"] == {"field": "file", "problem": "required"}
    other = await superior.post(f"{path}/workbooks", json={})
    assert other.json()["code"] == "MEDIA_TYPE_UNSUPPORTED"
