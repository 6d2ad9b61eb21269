"""What the page is made of, without a browser: its words, and what must not be in its files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway.api.context import STATIC
from huanjie.reporting.v1 import directives_pb2, units_pb2
from services.chassis.permissions import ROLES
from services.reporting.domain.assignment_machine import State
from services.reporting.domain.directives import Urgency
from services.reporting.domain.lights import Light
from services.reporting.domain.matters import MatterState
from services.reporting.domain.orders import OrderState
from services.reporting.domain.practices import PracticeState
from services.reporting.domain.public_questions import QuestionState
from services.reporting.domain.roster import UnitKind
from services.reporting.domain.topics import Channel, MatterKind, Topic
from services.reporting.queries.assignment_messages import METHODS

LINES_MAX = 300
SCRIPTS = sorted(STATIC.rglob("*.js"))
TEXT_FILES = [path for path in sorted(STATIC.rglob("*")) if path.suffix in {".js", ".css", ".html", ".json", ".svg"}]
KEY = re.compile(r'\bt\(\s*(?:[^"`()]*\?\s*)?"([^"]+)"(?:\s*:\s*"([^"]+)")?')
NAMED_KEY = re.compile(r'"((?:status|desk|login|issue|unit)\.[a-z_.]+)"')
NAMED_ACT = re.compile(r'"(act\.[a-z_]+)"')
PREFIX = re.compile(r"(?:\bt\(|\btOr\(|\?\? )`([a-z_.]+\.)\$\{")


def words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((STATIC / "i18n" / f"{language}.json").read_text())
    return found


def sources() -> str:
    return "\n".join(path.read_text() for path in SCRIPTS)


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(words("zh")) == list(words("en"))


def test_no_text_is_empty_and_both_languages_fill_the_same_places() -> None:
    chinese, english = words("zh"), words("en")
    for key in chinese:
        assert chinese[key].strip() and english[key].strip(), key
        assert set(re.findall(r"\{\w+\}", chinese[key])) == set(re.findall(r"\{\w+\}", english[key])), key


def test_every_key_that_is_used_exists_and_every_key_is_used() -> None:
    source, known = sources(), words("zh")
    used = {key for pair in KEY.findall(source) for key in pair if key} | set(NAMED_KEY.findall(source))
    used |= set(NAMED_ACT.findall(source))
    prefixes = set(PREFIX.findall(source))
    assert used <= set(known), used - set(known)
    assert all(any(key.startswith(prefix) for key in known) for prefix in prefixes)
    idle = {key for key in known if key not in used and not any(key.startswith(prefix) for prefix in prefixes)}
    assert not idle


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("state", [state.value for state in State]),
        ("kind", [kind.value for kind in UnitKind]),
        ("urgency", [urgency.value for urgency in Urgency]),
        ("role", list(ROLES)),
        ("act", [method for method, _ in METHODS]),
        ("stage", [str(stage) for stage in range(1, 7)]),
        ("topic", [topic.value for topic in Topic]),
        ("channel", [channel.value for channel in Channel]),
        ("light", [light.value for light in Light]),
        ("matter.state", [state.value for state in MatterState]),
        ("matter.kind", [kind.value for kind in MatterKind]),
        ("public.state", [state.value for state in QuestionState]),
        ("practice.state", [state.value for state in PracticeState]),
        ("order.state", [state.value for state in OrderState]),
    ],
)
def test_whatever_the_services_name_has_a_word(prefix: str, names: list[str]) -> None:
    assert [name for name in names if f"{prefix}.{name}" not in words("zh")] == []


def test_every_event_of_reporting_has_a_word() -> None:
    events = {
        name
        for module in (units_pb2, directives_pb2)
        for name in module.DESCRIPTOR.message_types_by_name
        if re.search(r"(ed|Over)$", name)
    }
    assert events
    assert [name for name in sorted(events) if f"event.{name}" not in words("zh")] == []


def test_chinese_is_chinese_and_english_is_english() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    without = {key for key, text in words("zh").items() if not han.search(text)}
    assert without <= {"language.en", "list.separator", "list.colon", "unit.holder"}
    assert {key for key, text in words("en").items() if han.search(text)} <= {"language.zh", "issue.number_hint"}


@pytest.mark.parametrize("path", TEXT_FILES, ids=lambda path: str(path.relative_to(STATIC)))
def test_no_file_makes_markup_of_data_or_fetches_from_elsewhere(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert forbidden not in text
    assert not re.search(r"https?://", text)
    if path.suffix == ".html":
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(STATIC)))
def test_scripts_are_short_and_say_no_chinese_of_their_own(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= LINES_MAX
    spoken = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
    assert not re.search(r"[\u4e00-\u9fff]", spoken), "words belong into i18n"
