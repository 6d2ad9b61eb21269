"""Texts without persons: what obviously leads to one is found, and ordinary office prose is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.plain_text import found_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请联系 13800000000 确认", "phone"),
        ("电话１３８００００００００", "phone"),
        ("138 0000 0000", "phone"),
        ("+86-138-0000-0000", "phone"),
        ("办公室0532-88888888转", "phone"),
        ("身份证110101199001011234", "id_number"),
        ("证号11010119900101123X。", "id_number"),
        ("卡号 6222 0000 0000 0000 000", "card"),
        ("发到 someone@example.cn", "mail"),
        ("见 https://example.org/1", "link"),
        ("网址 example.gov.cn", "link"),
        ("微信号: sample_1234", "account"),
        ("在群里 @sample 说的", "account"),
    ],
)
def test_what_leads_to_a_person_is_found(text: str, found: str) -> None:
    assert found_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "选举办法草案是否须先报上级审阅？", "应到 1280 人，实到 1130 人。", "2026-03-16 至 2026-04-02",
        "督〔2026〕12号第3.2条",
        "党员 20260316 名", "差额不少于20%，应选9名、候选11名", "编号 370211.12.3", "会议定于3月16日9:00—11:30召开",
    ],
)  # fmt: skip
def test_office_prose_is_left_alone(text: str) -> None:
    assert found_in(text) == ""


@given(st.text(alphabet="人数会议程序，。 ", max_size=40), st.integers(0, 99_999_999), st.sampled_from("3456789"))
def test_a_mobile_number_is_found_wherever_it_stands(around: str, rest: int, second: str) -> None:
    assert found_in(f"{around}1{second}8{rest:08d}{around}") == "phone"
