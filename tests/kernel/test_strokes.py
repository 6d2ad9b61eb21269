"""Surname strokes against orders that were published, and against the rule itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.tools import strokes as tool
from services.kernel.strokes import (
    name_order,
    split_name,
    stroke_classes,
    stroke_count,
    unknown_characters,
)

TABLE = json.loads((Path(tool.TABLE)).read_text("utf-8"))["strokes"]
CHARS = "".join(TABLE.values())
NAMES = st.text(st.sampled_from(CHARS), min_size=2, max_size=4)
# As news agencies and universities published them, in this order.
PUBLISHED = {
    "Political Bureau of 2022": (
        "丁薛祥 习近平 马兴瑞 王毅 王沪宁 尹力 石泰峰 刘国中 李希 李强 "
        "李干杰 李书磊 李鸿忠 何卫东 何立峰 张又侠 张国清 陈文清 陈吉宁 陈敏尔 "
        "赵乐际 袁家军 黄坤明 蔡奇 "
    ),
    "first delegates of the congress of 2022": (
        "丁宁 丁纯 丁炜 丁铭 丁小强 丁中平 丁仁彧 丁月牙 丁向群 丁兴农 "
        "丁赤飚 丁学东 丁荣浩 丁海燕 丁绣峰 丁雄军 丁薛祥 于波 于洋 于勇 "
        "于川雅 于立军 于吉红 于江涛 于秀明 于绍良 于砚华 于洪涛 才让太 万伟 "
        "万敏 万立骏 万芝利 万相兰 万超岐 么永波 习近平 马龙 马伟 马丽 "
    ),
    "a university's committee": (
        "于海涛 史秉强 付建军 刘英 刘敬泽 闫东利 关守义 苏玉民 杨士彬 张士欢 "
        "陈小雷 陈嘉兴 邵军永 武志英 郑振峰 赵小兰 胡景敏 樊翠英 霍丙泉 戴建兵 "
    ),
    "its discipline commission": ("于华龙 习永凯 王新平 李双进 李庆祥 杨轶 杨士彬 杨彦辉 周春江 赵德勇 魏世亮 "),
}


@pytest.mark.parametrize("names", PUBLISHED.values(), ids=list(PUBLISHED))
def test_a_published_order_is_the_order_of_surname_strokes(names: str) -> None:
    published = names.split()
    published_backwards = published[::-1]
    assert sorted(published_backwards, key=name_order) == published


def test_fewer_strokes_come_first_then_stroke_by_stroke_heng_shu_pie_dian_zhe() -> None:
    assert sorted("张王丁李刘", key=name_order) == list("丁王刘李张")
    # Five strokes each; the first stroke decides: 横 竖 撇 点 折.
    assert sorted(["皮", "冯", "白", "田", "石"], key=name_order) == ["石", "田", "白", "冯", "皮"]


def test_one_character_given_names_come_before_longer_ones_of_the_same_surname() -> None:
    assert sorted(["李干杰", "李强", "李希"], key=name_order) == ["李希", "李强", "李干杰"]
    assert sorted(["欧阳示例", "欧阳例", "欧示"], key=name_order) == ["欧示", "欧阳例", "欧阳示例"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("示例甲", ("示", "例甲")),
        ("欧阳示", ("欧阳", "示")),
        ("欧阳", ("欧", "阳")),
        ("示　例", ("示", "例")),
        ("示例（大）", ("示", "例")),
        ("帕巴拉·格列朗杰", ("帕", "巴拉格列朗杰")),
        ("司马·示例", ("司", "马示例")),
    ],
)
def test_a_name_is_split_where_its_surname_ends(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


def test_characters_outside_the_table_come_last_and_are_named() -> None:
    assert unknown_characters("示𠮷例") == "𠮷"
    assert stroke_count("𠮷") == 0
    assert sorted(["𠮷示", "戴示"], key=name_order) == ["戴示", "𠮷示"]
    assert unknown_characters("阿不都热西提·示例") == ""


def test_every_character_of_gb2312_that_is_written_in_names_is_in_the_table() -> None:
    rows = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    standard = [each.decode("gb2312", errors="ignore") for each in rows]
    radicals = "丨丿丶匚刂亠冫冖讠卩阝廴艹扌彳彡犭夂饣忄丬氵宀辶彐屮纟灬礻疒衤"
    missing = [char for char in standard if char and not stroke_classes(char) and char not in radicals]
    assert missing == ["芈", "辔"]


@pytest.mark.parametrize(
    ("char", "classes"), [("王", "1121"), ("李", "1234521"), ("达", "134454"), ("马", "551"), ("德", "332122522114544")]
)
def test_strokes_are_as_they_are_written(char: str, classes: str) -> None:
    assert stroke_classes(char) == classes


def test_a_character_stands_once_in_the_table() -> None:
    assert len(set(CHARS)) == len(CHARS)
    assert all(set(classes) <= set("12345") for classes in TABLE)


@given(st.lists(NAMES, max_size=8))
def test_the_order_is_total_and_does_not_depend_on_how_names_came(names: list[str]) -> None:
    backwards = names[::-1]
    assert sorted(names, key=name_order) == sorted(backwards, key=name_order)
    assert len({name_order(name) for name in names}) == len(set(names))


def test_the_tool_refuses_strokes_that_the_order_contradicts() -> None:
    levels = {"一": 1, "二": 2, "三": 3, "十": 4}
    assert not list(tool.out_of_order({"一": "1", "二": "11", "三": "111"}, levels))
    assert list(tool.out_of_order({"一": "1", "二": "1111", "三": "111"}, levels)) == ["二"]


def test_the_tool_keeps_the_order_of_characters_written_alike() -> None:
    levels = {"于": 7, "干": 6, "工": 9}
    assert tool.table({"干": "112", "于": "112", "工": "121"}, levels) == {"112": "干于", "121": "工"}
