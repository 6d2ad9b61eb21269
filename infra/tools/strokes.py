"""Write the kernel's table of stroke order (a tool: run by hand when characters are added).

    python -m infra.tools.strokes cnchar.order.min.js all_word.json

The strokes come from the npm package cnchar-order 3.2.6, the order among characters of equal strokes from the PyPI
package cn-sort 0.14.0 (both MIT); neither is needed afterwards. A character that the first lacks is put together from
parts. The second knows nothing of strokes but orders by them, so it checks every string: one that would break its order
is refused.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parents[2] / "services" / "kernel" / "strokes_cn.json"
NOTICE: Final = (
    "Strokes: cnchar-order 3.2.6, Copyright (c) 2017 theajack. Order of equals: cn-sort 0.14.0, Copyright (c) bmxbmx3. "
    "Both MIT License: permission is granted, free of charge, to deal in this data without restriction, provided that "
    "this notice is kept; it is provided as is, without warranty of any kind."
)
# 横(提) 1, 竖(竖钩) 2, 撇 3, 点(捺) 4, all that bends 5: GB 13000.1 字符集汉字字序（笔画序）规范.
CLASSES: Final = {"j": "1", "i": "1", "f": "2", "g": "2", "s": "3", "k": "4", "d": "4", "l": "4"}
BENT: Final = "5"
# Of 百家姓 and of common use.
COMPOUND_SURNAMES: Final = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛",
    "尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容",
    "仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马",
    "公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐",
    "段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲",
    "公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙",
    "南荣 东里 东宫 仲长 子书 子桑 即墨 达奚 褚师 纳兰 完颜 叶赫",
    "那拉",
)
# Slips of the source put right, and characters of names that it lacks.
PARTS: Final = {
    # Slips of the source, put right part by part; a digit is a stroke.
    "皙": "析白",
    "炽": "火只",
    "锺": "钅重",
    "膝": "月木人24134",
    "撅": "121厥",
    "黏": "黍占",
    "德": "332122522114544",
    "冓": "1122125211",
    "媾": "女1122125211",
    "琤": "王争",
    "玘": "王己",
    "晢": "折日",
    "炆": "火文",
    "骕": "马肃",
    "翯": "羽高",
    "翙": "岁羽",
    "媞": "女是",
    "嫄": "女原",
    "婳": "女画",
    "勍": "京力",
    "峣": "山尧",
    "崟": "山金",
    "昪": "日弁",
    "橦": "木童",
    "俽": "亻欣",
    "倞": "亻京",
    "伣": "亻见",
    "伋": "亻及",
    "赪": "赤贞",
    "鹓": "宛鸟",
    "鹔": "肃鸟",
    "淏": "441日一大",
    "浛": "441含",
    "沄": "441云",
    "禔": "4524是",
    "禛": "4524真",
    "亶": "41回日一",
    "䶮": "龙天",
    "彣": "文333",
    "彧": "1251153334",
}
# Where the order has it wrong and the strokes are right.
VOUCHED: Final = frozenset("达虽钚")


def source_strokes(script: str) -> dict[str, str]:
    """Character to its classes, from the minified script's own JSON."""
    tables = [json.loads(each) for each in re.findall(r"JSON\.parse\('(.*?)'\)", script)]
    letters = next(each for each in tables if "一" in each)
    return {
        char: "".join(CLASSES.get(letter, BENT) for letter in shapes)
        for char, shapes in letters.items()
        if len(char) == 1
    }


def put_together(known: Mapping[str, str]) -> dict[str, str]:
    """The characters of PARTS. Raises KeyError for a part that is not known."""
    return {char: "".join(part if part.isdigit() else known[part] for part in parts) for char, parts in PARTS.items()}


def out_of_order(strokes: Mapping[str, str], levels: Mapping[str, int]) -> Iterator[str]:
    """Characters whose strokes contradict their neighbours in the order."""
    ordered = sorted((c for c in strokes if c in levels and c not in VOUCHED), key=levels.__getitem__)
    keys = [(len(strokes[char]), strokes[char]) for char in ordered]
    for index in range(1, len(keys) - 1):
        before, here, after = keys[index - 1 : index + 2]
        if before <= after and not before <= here <= after:
            yield ordered[index]


def table(strokes: Mapping[str, str], levels: Mapping[str, int]) -> dict[str, str]:
    """Classes to the characters written so, in their order."""
    groups: dict[str, list[str]] = {}
    for char, classes in strokes.items():
        groups.setdefault(classes, []).append(char)
    last = max(levels.values()) + 1
    ordered = sorted(groups, key=lambda classes: (len(classes), classes))
    return {each: "".join(sorted(groups[each], key=lambda c: (levels.get(c, last), c))) for each in ordered}


def main() -> None:
    """Write the table."""
    script, words = map(Path, sys.argv[1:3])
    levels = {row["chinese"]: row["stroke_increment_level"] for row in json.loads(words.read_text("utf-8"))["all_word"]}
    strokes = source_strokes(script.read_text("utf-8"))
    made = put_together(strokes)
    corrected = {char: classes for char, classes in made.items() if strokes.get(char) != classes}
    strokes |= made
    bad = sorted(out_of_order(strokes, levels))
    rows = table({char: each for char, each in strokes.items() if char not in bad}, levels)
    surnames = {str(number): line for number, line in enumerate(COMPOUND_SURNAMES)}
    content = {"notice": {"licence": NOTICE}, "compound_surnames": surnames, "strokes": rows}
    TABLE.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", "utf-8")
    print(
        f"{TABLE.name}: {len(strokes) - len(bad)} characters, {len(corrected)} put together, left out: {''.join(bad)}"
    )


if __name__ == "__main__":
    main()
