"""Write docs/rules.md from the kernel's table of rules, so that the page cannot say something else than the code.

python -m infra.tools.rules_page
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from services.kernel.rules import Confidence, Rule, Severity, Source, rules

PAGE: Final = Path(__file__).parents[2] / "docs" / "rules.md"

SECTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    ("Q", "到会人数", "Quorum"),
    ("E", "当选和选举人", "Who is elected, and by how many"),
    ("B", "选票", "Ballots"),
    ("C", "投票", "Casting a vote"),
    ("D", "差额和等额", "More candidates than seats, or as many"),
    ("O", "次序和宣布", "Order and announcement"),
    ("P", "主持、监票、计票", "Chair, scrutineers, tellers"),
    ("N", "提名和资格", "Nomination and credentials"),
    ("A", "任期、名额和批准", "Terms, numbers and approvals"),
    ("T", "请示报告和时限", "Requests, reports and lead times"),
    ("V", "考察和公示", "Vetting and notice"),
    ("L", "信访举报时限", "Clocks of complaints"),
    ("S", "报送上级", "Matters of a superior"),
    ("K", "保密", "Confidentiality"),
)

KINDS: Final = {
    "local_congress": "代表大会 district congress",
    "local_plenary": "两委全会 first plenary",
    "primary_meeting": "党员大会 meeting of members",
    "primary_congress": "基层党代会 primary congress",
    "delegate_unit": "选举单位 electoral unit",
    "primary_plenary": "基层委员会全会 primary plenary",
}

SEVERITIES: Final = {
    Severity.BLOCK: "不得进行 blocked",
    Severity.BLOCK_RESULT: "复点后由有权者决定 recount, then whoever may decides",
    Severity.BLOCK_ANNOUNCEMENT: "不得宣布 no announcement",
    Severity.BLOCK_PRINT: "不得印制 no printing",
    Severity.AUTO: "自动计算 worked out",
    Severity.DECIDE: "交有权者认定 put to those who decide",
    Severity.WARN: "提示 warning",
}

CONFIDENCES: Final = {
    Confidence.TEXT: ("V1", "据条文原文", "the regulation's own text was read"),
    Confidence.SECONDARY: ("V2", "据权威二手资料", "a secondary source: dictionary, official answer, agency report"),
    Confidence.PRACTICE: ("V3", "一地做法，供参考", "one place's practice, an example only"),
    Confidence.UNCONFIRMED: ("M", "待确认", "unconfirmed: a setting with this default, until somebody confirms it"),
}

HEAD: Final = """# Rules 规则

Every rule that the platform holds, with its source and how sure the wording of that source is. Code, help, printed
reports and tests read the same table (`services/kernel/rules.json`); this page is written from it by
`python -m infra.tools.rules_page`.

平台执行的全部规则及其依据。程序、帮助、打印件和测试都读同一张表，本页由该表生成。标“待确认”的，请与上级组织部门核实后在设置中确认。
"""


def page() -> str:
    """The whole page."""
    return "\n".join((HEAD, *_confidences(), *_sections(), *_documents()))


def _confidences() -> Iterator[str]:
    yield "| | 依据的可靠程度 | confidence |"
    yield "| --- | --- | --- |"
    for mark, chinese, english in CONFIDENCES.values():
        yield f"| {mark} | {chinese} | {english} |"
    yield ""


def _sections() -> Iterator[str]:
    table = tuple(rules().values())
    letters = [section[0] for section in SECTIONS]
    for letter, chinese, english in SECTIONS:
        found = [rule for rule in table if rule.id[0] == letter]
        if found:
            yield f"## {chinese} {english}"
            yield ""
            yield from _rows(found)
    lost = [rule.id for rule in table if rule.id[0] not in letters]
    if lost:
        raise ValueError(f"rules without a section: {', '.join(lost)}")


def _rows(found: Iterable[Rule]) -> Iterator[str]:
    yield "| id | 规则 rule | test | 适用 for | 违反时 a breach | 依据 source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for rule in found:
        cells = (
            rule.id, f"{rule.zh}<br>{rule.en}", f"`{rule.test}`", _kinds(rule), SEVERITIES[rule.severity],
            "<br>".join(map(_source, rule.sources)),
        )  # fmt: skip
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _kinds(rule: Rule) -> str:
    return (
        "各类选举 all" if set(rule.kinds) >= set(KINDS) else "<br>".join(KINDS.get(kind, kind) for kind in rule.kinds)
    )


def _source(source: Source) -> str:
    article = f"第{source.article}条" if source.article else ""
    mark = source.confidence.value + (" 待确认" if source.confidence is Confidence.UNCONFIRMED else "")
    return f"{source.document.short}{article} {mark}"


def _documents() -> Iterator[str]:
    yield "## 依据文件 Documents"
    yield ""
    yield "| 简称 | 文件 | document |"
    yield "| --- | --- | --- |"
    documents = {source.document.id: source.document for rule in rules().values() for source in rule.sources}
    for document in sorted(documents.values(), key=lambda each: each.id):
        yield f"| {document.short} | {document.zh} | {document.en} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
