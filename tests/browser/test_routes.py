"""Routes on pages: drawn from a pasted list, taken by a task, worked along by those who stand on it, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from gateway.api.context import STATIC
from tests.api.schools import Schools, district
from tests.api.town import Town
from tests.browser.people import PHONE, People, open_view

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def schools(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Schools]:
    async with district(tmp_path_factory.mktemp("school-pages"), static=STATIC) as schools:
        yield schools


@pytest.fixture
def town(schools: Schools) -> Town:
    """Whoever opens a page here is of the district with schools."""
    return schools.town


async def new_route(page: Page, name: str) -> None:
    """The form of a new route, with its superior chosen."""
    await open_view(page, "#/routes")
    await page.get_by_role("button", name="新设渠道").click()
    await page.locator("[name=name]").fill(name)
    await page.get_by_label("渠道上的上级").fill("教育")
    await page.get_by_role("option").get_by_role("button", name="教育工委").click()


async def draw(page: Page) -> None:
    await page.get_by_role("button", name="设立渠道").click()


async def test_an_operator_draws_a_route_from_codes_and_names_and_is_told_which_line_is_not_found(
    people: People, schools: Schools
) -> None:
    page = await people.operator()
    before = await schools.town.heads()
    await new_route(page, "页面上的教育条线")
    units = page.get_by_label("所属单位")
    await units.fill("示例中学党总支\n没有这个单位")
    await draw(page)
    wrong = page.locator("[data-field='units.1'] .wrong")
    await expect(wrong).to_have_text("第 2 行：没有找到“没有这个单位”。")
    await expect(units).to_be_focused()
    assert await schools.town.heads() == before
    await units.fill("270.2.1\t示例中学党总支")
    await expect(page.locator("[data-field='units.1'] .hint[role=status]")).to_have_text(
        "已认出 1 个单位，连同其下级另有 1 个。"
    )
    await draw(page)
    line = page.locator(f"li[data-unit='{schools.school}']")
    await expect(line).to_contain_text("组织隶属：示例街道党工委")
    await expect(page.locator(".route-superior h2")).to_have_text("教育工委")
    await open_view(page, "#/routes")
    await expect(page.locator("tbody tr", has_text="页面上的教育条线")).to_contain_text("条线")


async def test_several_superiors_are_given_at_once_and_a_name_that_two_units_have_asks_for_a_code(
    people: People, schools: Schools
) -> None:
    for parent_id, code in ((schools.school, "270.2.1.8"), (schools.street, "270.2.8")):
        twin = {"parent_id": parent_id, "code": code, "name": "同名党支部", "kind": "branch"}
        assert (await schools.town.machine.post("/api/v1/units", json=twin)).status_code == 201
    page = await people.operator()
    await new_route(page, "两个上级")
    await page.get_by_label("所属单位").fill("示例中学党总支")
    await page.get_by_role("button", name="再加一个上级").click()
    second = page.locator(".link-block").nth(1)
    await expect(second.get_by_label("渠道上的上级")).to_be_focused()
    await second.get_by_label("渠道上的上级").fill("第一机关")
    await second.get_by_role("option").get_by_role("button", name="第一机关党委").click()
    await second.get_by_label("所属单位").fill("同名党支部")
    await draw(page)
    await expect(second.locator("[data-field='units.2'] .wrong")).to_have_text(
        "第 1 行：有 2 个单位叫“同名党支部”，请改填代码（270.2.1.8、270.2.8）。"
    )
    await second.get_by_label("所属单位").fill("270.2.8")
    await draw(page)
    await expect(page.locator(".route-superior h2")).to_have_text(["教育工委", "第一机关党委"])


async def test_a_name_that_is_taken_is_said_at_the_name(people: People, schools: Schools) -> None:
    people.expected.append("/api/v1/routes")
    await schools.draw("已有的渠道")
    page = await people.operator()
    await new_route(page, "已有的渠道")
    await page.get_by_label("所属单位").fill("270.2.1")
    await draw(page)
    await expect(page.locator("[data-field=name] .wrong")).to_contain_text("已有名为“已有的渠道”的下达渠道")


async def test_a_circle_is_refused_at_its_line(people: People, schools: Schools) -> None:
    people.expected.append("/api/v1/routes")
    page = await people.operator()
    await open_view(page, "#/routes")
    await page.get_by_role("button", name="新设渠道").click()
    await page.locator("[name=name]").fill("绕圈")
    await page.get_by_label("渠道上的上级").fill("示例中学党")
    await page.get_by_role("option").get_by_role("button", name="示例中学党总支").click()
    await page.get_by_label("所属单位").fill("\n270.2")
    before = await schools.town.heads()
    await draw(page)
    wrong = page.locator("[data-field='units.1'] .wrong")
    await expect(wrong).to_contain_text("第 2 行：")
    await expect(wrong).to_contain_text("自己的下级")
    assert await schools.town.heads() == before


async def test_a_task_takes_a_route_is_received_by_the_school_and_verified_by_the_education_committee(
    people: People, schools: Schools
) -> None:
    await schools.draw("教育条线")
    operator = await people.operator()
    await open_view(operator, "#/issue")
    await operator.locator("[name=title]").fill("报送师德师风教育情况")
    await operator.locator("[name=text]").fill("请报送。")
    await operator.get_by_label("党总支").check()
    await operator.get_by_label("党支部").uncheck()
    await operator.get_by_label("范围").fill("教育")
    await operator.get_by_role("option").get_by_role("button", name="教育工委").click()
    await operator.locator("[name=route_id]").select_option(label="教育条线 · 条线")
    await expect(operator.locator("[data-field=route_id] .hint")).to_contain_text("由教育工委下达和核验")
    await expect(operator.locator(".preview .sum strong")).to_have_text("1")
    await operator.get_by_role("button", name="下发", exact=True).click()
    await expect(operator.locator(".card.done")).to_contain_text("须落实单位 1 个。 经“教育条线”下达")

    # Nobody stands below it in the unit tree; on the route somebody does.
    education = await people.secretary(schools.education)
    await expect(education.locator("#top nav")).to_contain_text("核验")
    await open_view(education, "#/desk")
    await expect(education.locator(".view.desk .tabs")).to_contain_text("下级任务")
    task = education.locator("article", has_text="报送师德师风教育情况")
    await task.get_by_role("button", name="签收并责任到人").click()
    await task.get_by_role("button", name="向下级下发").click()
    await expect(task.get_by_role("button", name="向下级下发")).to_have_count(0)

    school = await people.secretary(schools.school, PHONE)
    await open_view(school, "#/today")
    await expect(school.locator("li.todo")).to_contain_text("经“教育条线”下达，由教育工委下达和核验")
    await open_view(school, "#/desk")
    own = school.locator("article", has_text="报送师德师风教育情况")
    await expect(own.locator(".via")).to_have_text("经“教育条线”下达，由教育工委下达和核验")
    await own.get_by_role("button", name="签收并责任到人").click()
    await own.get_by_role("button", name="开始推进").click()
    await expect(own.locator("header .chip")).to_have_text("推进中")
    await own.get_by_role("button", name="报告落实情况").click()
    await own.locator("[name=due_count]").fill("12")
    await own.locator("[name=done_count]").fill("12")
    await own.locator("form button.main").click()
    await expect(school.locator(".group.waiting article")).to_contain_text("待核验")

    street = await people.secretary(schools.street)
    await open_view(street, "#/verify")
    await expect(street.locator(".empty")).to_be_visible()
    await open_view(education, "#/verify")
    waiting = education.locator(f"li[data-unit='{schools.school}']")
    await expect(waiting).to_contain_text("经“教育条线”下达")
    await waiting.get_by_role("button", name="核验通过").click()
    await expect(education.locator(".view.verify .empty")).to_be_visible()


async def test_a_superior_on_a_route_issues_to_units_that_the_unit_tree_does_not_show_it(
    people: People, schools: Schools
) -> None:
    await schools.draw("教育工委自行下发")
    page = await people.secretary(schools.education)
    await page.locator("#top nav").get_by_role("link", name="下发任务").click()
    await page.locator("[name=title]").fill("报送暑期培训情况")
    await page.locator("[name=text]").fill("请报送。")
    await page.get_by_label("党总支").check()
    await page.get_by_label("党支部").uncheck()
    await page.locator("[name=route_id]").select_option(label="教育工委自行下发 · 条线")
    await expect(page.locator(".preview")).to_contain_text("另有 1 个单位（连同其下级）经这条渠道归口")
    await page.get_by_role("button", name="下发", exact=True).click()
    await expect(page.locator(".card.done")).to_contain_text("须落实单位 1 个。 经“教育工委自行下发”下达")


async def test_figures_are_followed_down_the_route_and_back_up(people: People, schools: Schools) -> None:
    route_id = await schools.draw("教育态势")
    directive_id = await schools.issue(route_id, "沿渠道查看")
    await schools.act(directive_id, schools.education, "receive", "dispatch")
    await schools.act(directive_id, schools.school, "receive")
    page = await people.secretary(schools.education)
    await open_view(page, f"#/status/{schools.education}?d={directive_id}")
    await expect(page.locator(".headline-card > .about")).to_contain_text("经“教育态势”下达 · 应落实单位 1 个")
    await page.locator(".area.children").get_by_role("link", name="示例中学党总支").click()
    await expect(page.locator("h1")).to_have_text("示例中学党总支")
    await expect(page.locator(".crumbs li")).to_have_text(["教育工委", "示例中学党总支"])
    await page.locator(".crumbs a").click()
    await expect(page.locator("h1")).to_have_text("教育工委")


async def test_a_link_is_taken_back_and_a_route_that_nobody_takes_ends(people: People, schools: Schools) -> None:
    route_id = await schools.draw("临时渠道")
    page = await people.operator()
    await open_view(page, f"#/routes/{route_id}")
    line = page.locator(f"li[data-unit='{schools.school}']")
    await line.get_by_role("button", name="恢复组织隶属关系").click()
    await expect(line.locator(".hint")).to_contain_text("由示例街道党工委向示例中学党总支下达和核验")
    await line.get_by_role("button", name="恢复组织隶属关系").last.click()
    await expect(line.locator(".wrong")).to_have_text("此项必须填写。")
    await line.locator("[name=reason]").fill("管理体制调整")
    await line.locator("form button").first.click()
    await expect(page.locator(".view.routes .empty")).to_contain_text("全部按组织隶属关系")
    await page.get_by_role("button", name="停用渠道").click()
    ending = page.locator(".card", has=page.get_by_role("heading", name="停用渠道"))
    await ending.locator("[name=reason]").fill("专项工作结束")
    await ending.locator("form button.danger").click()
    await expect(page.locator("h1 .chip")).to_have_text("已停用")
    await expect(page.get_by_role("button", name="保存")).to_have_count(0)


async def test_units_are_moved_on_a_route_and_whoever_saw_an_older_one_is_told(
    people: People, schools: Schools
) -> None:
    people.expected.append("/changes")
    route_id = await schools.draw("两人同改渠道")
    page = await people.operator()
    await open_view(page, f"#/routes/{route_id}")
    change = {"reason": "先改", "links": [{"unit": schools.town.units.first, "superior": schools.education}]}
    path = f"/api/v1/routes/{route_id}/changes"
    done = await schools.operator().post(path, json=change, headers={"if-match": '"1"'})
    assert done.status_code == 200, done.text
    adding = page.locator(".card", has=page.get_by_role("heading", name="增加或调整单位"))

    async def fill() -> None:
        await adding.get_by_role("button", name="增加或调整单位").click()
        await adding.get_by_label("渠道上的上级").fill("教育")
        await adding.get_by_role("option").get_by_role("button", name="教育工委").click()
        await adding.get_by_label("所属单位").fill("第二党支部")
        await adding.locator("[name=reason]").fill("补充")
        await adding.get_by_role("button", name="保存").click()

    await fill()
    await expect(adding.get_by_role("alert")).to_contain_text("内容已有更新")
    await adding.get_by_role("button", name="载入最新内容").click()
    await expect(page.locator(f"li[data-unit='{schools.town.units.first}']")).to_be_visible()
    await fill()
    await expect(page.locator(f"li[data-unit='{schools.town.units.second}']")).to_be_visible()


async def test_the_pages_of_routes_fit_a_phone_in_both_languages(people: People, schools: Schools) -> None:
    route_id = await schools.draw("手机上看")
    page = await people.operator(PHONE)
    for language in ("zh", "en"):
        await page.goto(f"/?lang={language}")
        for address in ("#/routes", f"#/routes/{route_id}", "#/issue"):
            await open_view(page, address)
            await expect(page.locator("#main h1")).to_be_visible()
            if address == "#/routes":
                await page.locator("button.main").last.click()
            assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
