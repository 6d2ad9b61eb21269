"""Routes over HTTP: drawn, changed and ended; a directive that takes one goes, is verified and is seen by its tree."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.api.schools import Schools, district
from tests.api.town import REPORT
from tests.evidence_files import photograph

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHINESE = {"accept-language": "zh"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def schools(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Schools]:
    async with district(tmp_path_factory.mktemp("schools")) as schools:
        yield schools


async def test_a_route_is_drawn_by_codes_listed_and_read_with_its_links(schools: Schools) -> None:
    route_id = await schools.draw("教育条线")
    reader = schools.town.with_role("inspector", schools.town.units.root)
    listed = (await reader.get("/api/v1/routes")).json()
    row = next(each for each in listed["items"] if each["route_id"] == route_id)
    assert (row["kind"], row["state"], row["links"], row["open_directives"]) == ("line_of_work", "open", 1, 0)
    shown = await reader.get(f"/api/v1/routes/{route_id}")
    (link,) = shown.json()["links"]
    assert (link["unit_id"], link["superior_unit_id"]) == (schools.school, schools.education)
    assert (link["parent_name"], link["superior_name"]) == ("示例街道党工委", "教育工委")
    again = await reader.get(f"/api/v1/routes/{route_id}", headers={"if-none-match": shown.headers["etag"]})
    assert again.status_code == 304


async def test_links_are_read_page_by_page(schools: Schools) -> None:
    links = [
        {"unit": "270.2.1", "superior": "270.1"},
        {"unit": schools.town.units.second, "superior": schools.education},
    ]
    route_id = await schools.draw("分页", links=links)
    path, seen, cursor = f"/api/v1/routes/{route_id}", [], ""
    while True:
        page = (await schools.operator().get(path, params={"limit": 1, "cursor": cursor})).json()
        seen += [link["unit_id"] for link in page["links"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted([schools.school, schools.town.units.second])


async def test_a_circle_and_a_root_with_a_superior_are_refused_in_words_and_change_nothing(schools: Schools) -> None:
    operator = schools.operator()
    operator.headers.update(CHINESE)
    before = await schools.town.heads()
    bad = [
        ([{"unit": "270.2", "superior": "270.2.1"}], "ROUTE_CIRCLE", 422, "自己的下级"),
        ([{"unit": "370211", "superior": "270.1"}], "ROUTE_ROOT_LINKED", 422, "最上级"),
        ([{"unit": "270.2.1", "superior": "270.2"}], "ROUTE_LINK_SAME", 422, "本来就是如此"),
        ([{"unit": "270.2.1", "superior": "270.1"}] * 2, "ROUTE_LINK_REPEATED", 400, "出现了两次"),
        ([{"unit": "270.9", "superior": "270.1"}], "NOT_FOUND", 404, ""),
        ([], "BAD_REQUEST", 400, ""),
    ]
    for links, code, status, words in bad:
        refused = await operator.post("/api/v1/routes", json={"name": "错误", "kind": "line_of_work", "links": links})
        problem = refused.json()
        assert (problem["code"], refused.status_code) == (code, status), refused.text
        assert words in problem["detail"] and problem["detail"]
    assert await schools.town.heads() == before


async def test_whoever_saw_an_older_version_changes_nothing(schools: Schools) -> None:
    route_id = await schools.draw("两人同改")
    path = f"/api/v1/routes/{route_id}"
    operator = schools.operator()
    change = {"reason": "管理体制调整", "links": [{"unit": schools.town.units.first, "superior": schools.education}]}
    changed = await operator.post(f"{path}/changes", json=change, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"'), changed.text
    before = await schools.town.heads()
    back = {"reason": "收回", "links": [{"unit": schools.school}]}
    for step, body in (("changes", back), ("end", {"reason": "停用"})):
        stale = await operator.post(f"{path}/{step}", json=body, headers={"if-match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "STALE_VERSION"), stale.text
    assert await schools.town.heads() == before
    taken_back = await operator.post(f"{path}/changes", json=back, headers={"if-match": '"2"'})
    assert taken_back.status_code == 200, taken_back.text
    (left,) = (await operator.get(path)).json()["links"]
    assert left["unit_id"] == schools.town.units.first
    ended = await operator.post(f"{path}/end", json={"reason": "停用"}, headers={"if-match": '"3"'})
    assert ended.status_code == 200, ended.text
    gone = await operator.post("/api/v1/directives", json=_directive(schools, route_id))
    assert (gone.status_code, gone.json()["code"]) == (422, "ROUTE_ENDED")


async def test_only_operators_of_both_ends_draw(schools: Schools) -> None:
    body = {"name": "越权", "kind": "line_of_work", "links": [{"unit": "270.2.1", "superior": "270.1"}]}
    before = await schools.town.heads()
    for role, unit_id in (("unit_secretary", schools.education), ("operator", schools.street)):
        refused = await schools.town.with_role(role, unit_id).post("/api/v1/routes", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED"), refused.text
    assert await schools.town.heads() == before


async def test_who_is_above_on_the_route_passes_on_and_verifies_and_who_is_above_in_the_tree_does_not(
    schools: Schools,
) -> None:
    route_id = await schools.draw("教育系统")
    directive_id = await schools.issue(route_id, "报送师德师风教育情况")
    await schools.act(directive_id, schools.education, "receive", "dispatch")
    await schools.act(directive_id, schools.school, "receive", "start")
    path = schools.town.path(directive_id, schools.school)
    reported = await schools.secretary(schools.school).post(f"{path}/report", json=REPORT)
    assert reported.status_code == 200, reported.text

    own = (await schools.secretary(schools.school).get(path)).json()
    assert (own["route_id"], own["route_name"]) == (route_id, "教育系统")
    assert (own["superior_unit_id"], own["superior_name"]) == (schools.education, "教育工委")
    directive = (await schools.operator().get(f"/api/v1/directives/{directive_id}")).json()
    assert (directive["route_id"], directive["route_name"]) == (route_id, "教育系统")

    before = await schools.town.heads()
    refused = await schools.secretary(schools.street).post(f"{path}/verify", json={"report_number": 1})
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED"), refused.text
    assert await schools.town.heads() == before

    mine, streets = [await _below(schools, unit_id) for unit_id in (schools.education, schools.street)]
    assert (schools.school, directive_id) in mine
    assert directive_id not in {each for _, each in streets}
    verified = await schools.secretary(schools.education).post(f"{path}/verify", json={"report_number": 1})
    assert verified.status_code == 200, verified.text


async def test_figures_are_read_along_the_route_and_by_nobody_beside_it(schools: Schools) -> None:
    route_id = await schools.draw("教育看进度")
    directive_id = await schools.issue(route_id, "报送进度")
    await schools.act(directive_id, schools.education, "receive", "dispatch")
    path = f"{schools.town.path(directive_id, schools.school)}/receive"
    received = await schools.secretary(schools.school).post(path)
    seen = {"hj-not-before": received.headers["hj-position"]}
    figures = f"/api/v1/dashboard/directives/{directive_id}"
    education, street = schools.secretary(schools.education), schools.secretary(schools.street)

    below = await education.get(f"{figures}/children", params={"unit": schools.education}, headers=seen)
    assert [row["unit"]["unit_id"] for row in below.json()["items"]] == [schools.school]
    streets = await street.get(f"{figures}/children", params={"unit": schools.street}, headers=seen)
    assert (streets.status_code, streets.json()["code"]) == (404, "NOT_FOUND"), streets.text

    own = await education.get(figures, params={"unit": schools.school}, headers=seen)
    assert own.status_code == 200, own.text
    directive = own.json()["directive"]
    assert (directive["route_id"], directive["route_name"]) == (route_id, "教育看进度")
    explained = await education.get(f"{figures}/explain", params={"unit": schools.school}, headers=seen)
    owners = {line["owner"]["unit_id"] for line in explained.json()["lines"]}
    assert explained.status_code == 200 and owners <= {schools.school, schools.education}

    beside = schools.secretary(schools.town.units.committee)
    refused = await beside.get(figures, params={"unit": schools.school}, headers=seen)
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED"), refused.text
    # The route shows the school under its own directives, and nothing else of it.
    other = await education.get("/api/v1/dashboard/overview", params={"unit": schools.school}, headers=seen)
    assert (other.status_code, other.json()["code"]) == (403, "PERMISSION_DENIED"), other.text
    assert (await education.get(f"/api/v1/units/{schools.school}")).status_code == 404


async def test_a_superior_on_the_route_sends_evidence_for_a_unit_and_the_directive_says_why(schools: Schools) -> None:
    route_id = await schools.draw("教育佐证")
    directive_id = await schools.issue(route_id, "报送签到表", evidence_reason="示例文件第三条要求留存签到表")
    await schools.act(directive_id, schools.education, "receive", "dispatch")
    await schools.act(directive_id, schools.school, "receive", "start")
    place = f"/api/v1/units/{schools.school}/evidence"
    education = schools.secretary(schools.education)
    files = {"file": ("a.jpg", photograph(), "image/jpeg")}
    before = await schools.town.heads()
    for unnamed in (await education.get(place), await education.post(place, files=files)):
        assert (unnamed.status_code, unnamed.json()["code"]) == (403, "PERMISSION_DENIED"), unnamed.text
    street = schools.secretary(schools.street)
    beside = await street.post(place, files=files, params={"directive_id": directive_id})
    assert (beside.status_code, beside.json()["code"]) == (403, "PERMISSION_DENIED"), beside.text
    assert await schools.town.heads() == before
    terms = await education.get(place, params={"directive_id": directive_id})
    assert terms.status_code == 200, terms.text
    kept = await education.post(place, files=files, params={"directive_id": directive_id})
    assert kept.status_code == 201, kept.text
    report = REPORT | {"evidence": [kept.json()["file_sha256"]]}
    path = schools.town.path(directive_id, schools.school)
    done = await education.post(f"{path}/report-on-behalf", json=report)
    assert done.status_code == 200, done.text
    fetched = await education.get(f"{place}/{kept.json()['file_sha256']}")
    assert fetched.status_code == 200 and fetched.headers["content-type"] == "image/jpeg"


def _directive(schools: Schools, route_id: str) -> dict[str, object]:
    return {
        "turnover": "370211/district/2026", "title": "x", "issuer_unit_id": schools.town.units.root,
        "scope": {"subtree_unit_id": schools.town.units.root}, "lead_unit_id": schools.town.units.root,
        "route_id": route_id,
    }  # fmt: skip


async def _below(schools: Schools, unit_id: str) -> set[tuple[str, str]]:
    """(unit, directive) of what the units below have to do, as the unit's secretary sees it."""
    page = await schools.secretary(unit_id).get(f"/api/v1/units/{unit_id}/children/assignments")
    assert page.status_code == 200, page.text
    return {(row["unit_id"], row["directive_id"]) for row in page.json()["items"]}
