"""A report's way over HTTP: what is answered, what is remembered, what a reader gets back."""

from __future__ import annotations

import pytest

from tests.api.town import REPORT, Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_report_is_taken_and_its_writer_reads_it_at_once(town: Town) -> None:
    directive = await town.directive()
    reporter = town.with_role("unit_reporter", town.units.first)
    path = town.path(directive, town.units.first)
    done = await reporter.post(f"{path}/report", json=REPORT | {"summary": "完成"})
    assert done.status_code == 200, done.text
    assert done.json()["state"] == "reported"
    assert done.headers["etag"] == f'"{done.json()["version"]}"'
    read = await reporter.get(path, headers={"hj-not-before": done.headers["hj-position"]})
    assert (read.json()["done_count"], read.json()["summary"]) == (12, "完成")
