"""What a form's workbook says around the form's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.reporting.domain.assignments import SUMMARY_CHARS_MAX
from services.reporting.domain.forms.checking import EXPLANATION_CHARS_MAX
from services.reporting.domain.forms.layout import Asks, Entry
from services.reporting.domain.forms.model import FieldKind, Words

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "sheet": "填报", "form": "表号", "directive": "事项", "unit": "单位", "number": "填报次数",
        "note": "只填白色单元格；核对无误后，在最后一行选“是”，否则不予采用。\n"
        "请勿移动、增删行列，不要合并单元格或加批注。",
        "table_note": "每行一个单位，只填白色单元格；核对无误的行，在最后一列选“是”，未选的行不予采用。"
        "请勿移动、增删行列，不要合并单元格或加批注。",
        "closed": "本单位这一事项已核验或已撤回，不再用表格填报。\n核验之后需要更正的，请在网页上办理。",
        "code": "代码", "label": "指标名称", "measure": "计量单位", "value": "填报内容", "range": "填报要求",
        "unit_code": "单位代码", "unit_name": "单位名称", "parent": "上级党组织", "state": "办理情况",
        "rest": "说明与核对", "wrong": "填写有误",
        "count": "{least} 至 {most} 的整数", "date": "日期，如 2026-03-16",
        "from": "，不早于 {day}", "to": "，不晚于 {day}",
        "choice": "从下拉列表中选择：{choices}", "text": "文字，不超过 {most} 字",
        "explain": "仅在出现所述情况时填写，不超过 {most} 字",
        "summary": "选填，不超过 {most} 字，不写人名", "checked": "核对后选“是”；留空的不予采用",
        "required": "必填；", "optional": "选填；", "between": "、", "help": "。{help}",
    },
    "en": {
        "sheet": "Form", "form": "Form", "directive": "Directive", "unit": "Unit", "number": "Report no.",
        "note": "Fill in white cells only; when all is checked choose “Yes” in the last line, or nothing is taken.\n"
        "Do not move, add or delete lines or columns, merge cells or add comments.",
        "table_note": "A line a unit; fill in white cells only. Choose “Yes” in the last column of lines that are "
        "checked: others are not taken. Do not move, add or delete lines or columns, merge cells or add comments.",
        "closed": "This unit's report is verified or withdrawn: nothing is reported by workbook any more.\n"
        "What was verified is corrected on the page.",
        "code": "Code", "label": "What is asked", "measure": "Measure", "value": "Answer", "range": "What it takes",
        "unit_code": "Unit code", "unit_name": "Unit", "parent": "Superior", "state": "State",
        "rest": "Explanations and check", "wrong": "This does not fit",
        "count": "a whole number, {least} to {most}", "date": "a day, as 2026-03-16", "from": ", not before {day}",
        "to": ", not after {day}",
        "choice": "one of the list: {choices}", "text": "a text of at most {most} characters",
        "explain": "only where this is the case; at most {most} characters",
        "summary": "optional, at most {most} characters, no names of persons",
        "checked": "“Yes” once checked; nothing is taken without it",
        "required": "Required: ", "optional": "Optional: ", "between": ", ", "help": ". {help}",
    },
}  # fmt: skip


def said(words: Words, language: str) -> str:
    """A label in the reader's language."""
    return words.zh if language == "zh" else words.en


def range_words(entry: Entry, language: str) -> str:
    """What a cell takes, in words."""
    words, field = WORDS[language], entry.field
    if field is None:
        most = SUMMARY_CHARS_MAX if entry.asks is Asks.SUMMARY else EXPLANATION_CHARS_MAX
        name = {Asks.EXPLANATION: "explain", Asks.SUMMARY: "summary"}.get(entry.asks, "checked")
        return words[name].format(most=most)
    match field.kind:
        case FieldKind.COUNT:
            text = words["count"].format(least=field.least, most=field.most)
        case FieldKind.DATE:
            text = words["date"]
            text += words["from"].format(day=field.earliest) if field.earliest else ""
            text += words["to"].format(day=field.latest) if field.latest else ""
        case FieldKind.CHOICE:
            text = words["choice"].format(
                choices=words["between"].join(said(label, language) for label in field.choices.values())
            )
        case FieldKind.TEXT:
            text = words["text"].format(most=field.chars_max)
    help_text = said(field.help, language)
    return (
        (words["required"] if field.required else words["optional"])
        + text
        + (words["help"].format(help=help_text) if help_text else "")
    )
