"""Signing in and out in a browser: cookies, CSRF, codes on paper, and what is remembered of a caller."""

from __future__ import annotations

import re

import pytest

from tests.api.town import PASSWORD, REPORT, Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_session_is_a_cookie_that_scripts_cannot_read_and_other_sites_do_not_send(town: Town) -> None:
    operator = await town.operator("op-cookie")
    opened = await town.client().post("/api/v1/session", json={"login": "op-cookie", "password": PASSWORD})
    cookie = opened.headers["set-cookie"]
    assert re.search(r"^hj_session=[^;]+; Path=/; Max-Age=\d+; HttpOnly; SameSite=Strict$", cookie)
    assert opened.cookies["hj_session"] not in opened.text
    assert opened.headers["cache-control"] == "no-store"
    me = (await operator.get("/api/v1/session")).json()
    assert me["login"] == "op-cookie"
    assert [(role["role"], role["unit_name"]) for role in me["roles"]] == [("operator", "示例区委")]


async def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(town: Town) -> None:
    await town.operator("op-wrong")
    stranger = town.client()
    answers = [
        await stranger.post("/api/v1/session", json={"login": login, "password": "not the password"})
        for login in ("op-wrong", "nobody-of-that-name")
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, "LOGIN_FAILED")] * 2
    assert "set-cookie" not in answers[0].headers


async def test_a_change_by_cookie_needs_the_sessions_own_csrf_token(town: Town) -> None:
    operator, other = await town.operator("op-csrf"), await town.operator("op-csrf-2")
    path = f"/api/v1/units/{town.units.first}/members"
    heads = await town.heads()
    for token in ("", "guess", other.headers["x-csrf-token"]):
        asked = await operator.put(path, json={"members": 13}, headers={"x-csrf-token": token})
        assert (asked.status_code, asked.json()["code"]) == (403, "CSRF_MISMATCH")
    assert await town.heads() == heads
    assert (await operator.put(path, json={"members": 13})).status_code == 204
    without = {name: value for name, value in operator.headers.items() if name != "x-csrf-token"}
    operator.headers = without
    assert (await operator.get(f"/api/v1/units/{town.units.first}")).json()["members"] == 13


async def test_after_signing_out_the_cookie_is_worth_nothing(town: Town) -> None:
    operator = await town.operator("op-out")
    token = operator.cookies["hj_session"]
    out = await operator.delete("/api/v1/session")
    assert out.status_code == 204
    assert out.headers["set-cookie"].startswith("hj_session=; Path=/; Max-Age=0")
    again = await town.client({"cookie": f"hj_session={token}"}).get("/api/v1/session")
    assert (again.status_code, again.json()["code"]) == (401, "UNAUTHENTICATED")


async def test_codes_are_issued_printed_and_used_once(town: Town) -> None:
    operator = await town.operator("op-codes")
    issued = await operator.post(
        "/api/v1/accounts/issue", json={"subtree_unit_id": town.units.committee, "people_per_unit": 1}
    )
    assert issued.status_code == 201, issued.text
    accounts = issued.json()["accounts"]
    mine = next(account for account in accounts if account["unit_id"] == town.units.first)
    sheet = await operator.post("/api/v1/accounts/sheet", json={"accounts": accounts})
    assert sheet.status_code == 200, sheet.text
    assert sheet.headers["content-type"] == "text/html; charset=utf-8"
    assert sheet.headers["cache-control"] == "no-store"
    assert "script-src" not in sheet.headers["content-security-policy"]
    assert "default-src 'none'" in sheet.headers["content-security-policy"]
    assert all(account["one_time_code"] in sheet.text for account in accounts)
    assert "账号启用单" in sheet.text and "第一党支部" in sheet.text
    activate = {"login": mine["login"], "one_time_code": mine["one_time_code"], "new_password": PASSWORD}
    secretary = town.client()
    opened = await secretary.post("/api/v1/activation", json=activate)
    assert opened.status_code == 201, opened.text
    assert (await town.client().post("/api/v1/activation", json=activate)).json()["code"] == "CODE_INVALID"
    directive = await town.directive()
    done = await secretary.post(
        f"{town.path(directive, town.units.first)}/report",
        json=REPORT,
        headers={"x-csrf-token": opened.json()["csrf_token"]},
    )
    assert done.json()["state"] == "reported", done.text
    reset = await operator.post(f"/api/v1/units/{town.units.first}/accounts/{mine['account_id']}/reset")
    assert reset.status_code == 200, reset.text
    # The reset went through this process: the session is not remembered for a moment longer.
    assert (await secretary.get("/api/v1/session")).status_code == 401


async def test_a_sheet_cannot_be_made_to_say_html(town: Town) -> None:
    operator = town.with_role("operator", town.units.root)
    slip = {"login": "<b>", "unit_name": "<script>", "role": "<i>", "one_time_code": "&", "code_until_us": 1}
    sheet = await operator.post("/api/v1/accounts/sheet", json={"accounts": [slip]})
    assert "<script>" not in sheet.text and "<b>" not in sheet.text and "<i>" not in sheet.text
    assert "&lt;script&gt;" in sheet.text


async def test_a_key_works_until_it_is_revoked(town: Town) -> None:
    operator = await town.operator("op-keys")
    unit = town.units.second
    issued = await operator.post(
        f"/api/v1/units/{unit}/keys", json={"label": "办公系统", "role": "unit_reporter", "days": 30}
    )
    assert issued.status_code == 201, issued.text
    system = town.client({"authorization": f"Bearer {issued.json()['secret']}"})
    directive = await town.directive()
    path = town.path(directive, unit)
    # A system sends no CSRF token: no browser sends its key by itself.
    assert (await system.post(f"{path}/report", json=REPORT)).status_code == 200
    revoked = await operator.delete(f"/api/v1/units/{unit}/keys/{issued.json()['key_id']}")
    assert revoked.status_code == 204
    again = await system.post(f"{path}/report", json=REPORT)
    assert (again.status_code, again.json()["code"]) == (401, "UNAUTHENTICATED")


async def test_a_session_token_is_no_key_and_a_key_no_session_token(town: Town) -> None:
    operator = await town.operator("op-mixed")
    token = operator.cookies["hj_session"]
    as_key = await town.client({"authorization": f"Bearer hjk_{token}"}).get("/api/v1/session")
    assert as_key.status_code == 401


async def test_anyone_may_see_whose_platform_it_is(town: Town) -> None:
    site = (await town.client().get("/api/v1/site")).json()
    assert (site["district_code"], site["district_name"], site["kind"], site["speed"]) == (
        "370211", "示例区", "real", 1,
    )  # fmt: skip
