"""Write docs/templates.md from the shipped templates of plans, so that it cannot say something else.

python -m infra.tools.templates_page
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from services.schedule.domain import gates
from services.schedule.domain.milestones import Citation, Gap, Measure, Milestone, Offset, Template, documents
from services.schedule.domain.templates import shipped_templates

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "templates.md"
WORDING: Final = ROOT / "services" / "schedule" / "wording"

HEAD: Final = """# Templates of plans 计划模板

The plans that come with the platform, step by step: who does it, what it waits for and for how long, what must be on
record before it may happen, which papers it needs, and why. Written from `services/schedule/domain/shipped/` by
`python -m infra.tools.templates_page`; rule ids stand in [rules.md](rules.md).

平台自带的计划模板：每一步由谁办、须在哪些步骤之后多久、须有哪些记录才能办理、应备材料及依据。本页由模板数据生成；规则编号见
[rules.md](rules.md)。V1、V2 所定的间隔和条件不得放宽，V3、M 可以说明理由后调整。公示须满若干个完整的工作日，
次日起方可办理下一步。
"""

MEASURES: Final = {Measure.WORKDAYS: "个工作日", Measure.DAYS: "天", Measure.MONTHS: "个月"}
ANCHORS: Final = {"congress": "大会（会议）日", "term_end": "任期届满日"}
FACTS: Final = {
    gates.DONE: "完成", gates.APPROVAL: "批复", gates.DECISION: "决定", gates.NOTICE: "公示", gates.FILED: "材料",
    gates.RESULT: "选举结果", gates.LIST: "名单", gates.HOLD: "异议",
}  # fmt: skip


def page() -> str:
    """The whole page."""
    owners = {
        key.partition(":")[2]: text
        for file in sorted(WORDING.glob("*.zh.json"))
        for key, text in json.loads(file.read_text("utf-8")).items()
        if key.startswith("owner:")
    }
    parts = [line for template in shipped_templates().values() for line in _template(template, owners)]
    return "\n".join((HEAD, *parts))


def _template(template: Template, owners: Mapping[str, str]) -> Iterator[str]:
    yield f"## {template.title.zh} {template.title.en}"
    yield ""
    yield f"`{template.key}`, version {template.version}, level `{template.level}`, {len(template.milestones)} steps."
    yield ""
    yield "| | 事项 step | 责任主体 | 在何之后 after | 期限 day | 条件 gate | 材料 papers | 依据 source |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for number, each in enumerate(template.milestones, start=1):
        cells = (
            str(number), f"{each.title.zh}<br>{each.title.en}<br>`{each.id}`", owners[each.owner],
            "<br>".join(_after(template, each)), "<br>".join(_days(each)), _gate(template, each.gate),
            "<br>".join(words.zh for words in each.documents), _cited(each.citation),
        )  # fmt: skip
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _after(template: Template, milestone: Milestone) -> Iterator[str]:
    for link in milestone.after:
        gap = f"满 {_length(link.gap)} {_cited(link.citation)}" if link.gap.count else ""
        yield f"{template.by_id[link.predecessor].title.zh} {gap}".strip()


def _days(milestone: Milestone) -> Iterator[str]:
    if milestone.at:
        yield f"{_offset(milestone.at.offset)}举行"
    if milestone.by:
        yield f"不迟于{_offset(milestone.by.offset)} {_cited(milestone.by.citation)}"


def _offset(offset: Offset) -> str:
    anchor = ANCHORS[offset.anchor]
    if not offset.count:
        return anchor
    return f"{anchor}{'前' if offset.count < 0 else '后'} {_length(Gap(abs(offset.count), offset.measure))}"


def _length(gap: Gap) -> str:
    return f"{gap.count} {MEASURES[gap.measure]}"


def _gate(template: Template, condition: gates.Condition | None) -> str:
    match condition:
        case None:
            return ""
        case gates.AllOf(parts=parts):
            return "<br>".join(_gate(template, part) for part in parts)
        case gates.AnyOf(parts=parts):
            return "（" + " 或者 ".join(_gate(template, part) for part in parts) + "）"
        case gates.NoticeElapsed(fact=fact, workdays=workdays):
            text = f"公示满 {workdays} 个工作日 `{fact}`"
        case gates.UnitsDone(milestone=milestone, share=share):
            title = template.by_id[milestone].title.zh
            text = f"“{title}”办结的单位不少于 {share.numerator}/{share.denominator}"
        case gates.Absent(fact=fact):
            text = f"无{FACTS[gates.kind_of(fact)]} `{fact}`"
        case gates.Present(fact=fact):
            text = f"{FACTS[gates.kind_of(fact)]} `{fact}`"
    return text + (f"（{condition.rule_id}）" if condition.rule_id else "")


def _cited(citation: Citation) -> str:
    if citation.rule_id:
        return f"{citation.rule_id} {citation.confidence.value}"
    article = f"第{citation.article}条" if citation.article else ""
    return f"{documents()[citation.document_id].short}{article} {citation.confidence.value}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
