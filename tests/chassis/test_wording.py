"""Wording: every refusal of every part says in both languages what happened, with its own parameters."""

import ast
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.refusals import StaleVersion
from services.chassis.wording import LANGUAGES, Catalogue, Language, WordingBroken, WordingMissing
from services.kernel.refusal import Refusal, param_types, registered

ROOT = Path(__file__).parents[2]
DECLARES = re.compile(r"^class \w+\((?:\w+\.)?Refusal\):|\bcode: ClassVar\[str\] =", re.MULTILINE)
TERMS = frozenset({"kind", "limit", "peer", "problem", "reason", "service"})
PARTS = sorted(folder.parent for base in ("services", "gateway") for folder in (ROOT / base).glob("*/wording"))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def product_modules() -> list[Path]:
    return [module for base in ("services", "gateway") for module in (ROOT / base).rglob("*.py")]


def terms_given(module: Path, names: set[str]) -> Iterator[str]:
    """The literal strings that a module passes to refusals where wording needs a term, as keys of terms."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            for keyword in node.keywords:
                value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                if isinstance(value, str) and keyword.arg in TERMS:
                    yield f"{keyword.arg}:{value}"


def every_refusal() -> list[type[Refusal]]:
    """All refusals of the product, found by importing each module that declares one."""
    for module in product_modules():
        if DECLARES.search(module.read_text("utf-8")):
            importlib.import_module(dotted(module))
    return [cls for cls in registered().values() if cls.__module__.split(".")[0] in ("services", "gateway")]


def all_wording() -> Catalogue:
    return Catalogue.load(*map(dotted, PARTS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_wording_with_exactly_its_parameters(language: Language) -> None:
    catalogue = all_wording()
    wrong = {
        refusal.code: sorted(param_types(refusal))
        for refusal in every_refusal()
        if refusal.code not in catalogue
        or catalogue.placeholders(refusal.code, language) != param_types(refusal).keys()
    }
    assert wrong == {}


def test_no_wording_of_refusals_is_left_without_its_refusal() -> None:
    files = [file for part in PARTS for file in (part / "wording").glob("refusals.*.json")]
    codes = {key for file in files for key in json.loads(file.read_bytes()) if key.isupper()}
    assert codes - {refusal.code for refusal in every_refusal()} == set()


def test_every_term_that_the_code_gives_to_a_refusal_has_its_wording() -> None:
    catalogue = all_wording()
    names = {refusal.__name__ for refusal in every_refusal()}
    given = {term for module in product_modules() for term in terms_given(module, names)}
    assert "kind:unit" in given, "the search finds what is there"
    assert {term for term in given if term not in catalogue} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_id_stands_in_parentheses_of_its_own_so_that_it_can_be_left_out(language: Language) -> None:
    catalogue = all_wording()
    ids = {
        (refusal.code, name)
        for refusal in every_refusal()
        for name in param_types(refusal)
        if name == "id" or name.endswith("_id")
    }
    assert ("NOT_ON_ROUTE", "unit_id") in ids, "the search finds what is there"
    shown = "unit_0v3k9d1m7q2x8b4c"
    for code, name in sorted(ids):
        params = dict.fromkeys(catalogue.placeholders(code, language), "x") | {name: shown}
        whole, without = (catalogue.render(code, params, language, unsaid) for unsaid in ((), [name]))
        assert shown in whole and shown not in without, code
        assert not re.search(r"\s[\s.,;。，]|[（(][）)]", without), f"{code}: {without}"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "未找到单位（unit_1）。请核对编号；如确有其事，可能不在您的权限范围内。"),
        (
            "en",
            "No such unit (unit_1) was found. Please check the number; "
            "it may also lie outside what you are permitted to see.",
        ),
    ],
)
def test_parameters_and_terms_are_put_in_place(language: Language, text: str) -> None:
    catalogue = Catalogue.load("services.chassis")
    assert catalogue.render("NOT_FOUND", {"kind": "unit", "id": "unit_1"}, language) == text


def test_a_value_without_a_term_is_shown_as_it_is() -> None:
    catalogue = Catalogue.load("services.chassis")
    shown = catalogue.render("NOT_FOUND", {"kind": "{kind}", "id": "x"}, "en")
    assert shown.startswith("No such {kind} (x) was found.")


def test_a_refusal_is_rendered_from_its_own_parameters() -> None:
    refusal = StaleVersion(expected=1, actual=2)
    assert "第 1 版，现为第 2 版" in all_wording().render(refusal.code, refusal.params(), "zh")


def test_missing_wording_is_an_error() -> None:
    with pytest.raises(WordingMissing):
        all_wording().render("NEVER_WORDED", {}, "zh")
    with pytest.raises(WordingMissing, match="actual"):
        all_wording().render("STALE_VERSION", {"expected": 1}, "zh")


def test_the_languages_must_have_the_same_keys() -> None:
    with pytest.raises(WordingBroken, match="ONLY_ZH"):
        Catalogue({"zh": {"A": "甲", "ONLY_ZH": "乙"}, "en": {"A": "a"}})


@pytest.mark.parametrize("text", ["{", "{0}", "{}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}"])
def test_a_placeholder_is_a_plain_name(text: str) -> None:
    with pytest.raises(WordingBroken):
        Catalogue({"zh": {"A": text}, "en": {"A": text}})


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        ('{"A": "x"}', '{"A": "y"}', "repeats A"),
        ('{"A": "x", "A": "y"}', "{}", "stands twice"),
        ('["A"]', "{}", "flat map"),
        ('{"A": 1}', "{}", "flat map"),
        ('{"A": ""}', "{}", "flat map"),
        ("{", "{}", "Expecting"),
    ],
)
def test_a_broken_catalogue_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, second: str, problem: str
) -> None:
    package = tmp_path / "worded"
    (package / "wording").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for language in LANGUAGES:
        (package / "wording" / f"one.{language}.json").write_text(first)
        (package / "wording" / f"two.{language}.json").write_text(second)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    monkeypatch.delitem(sys.modules, "worded", raising=False)
    with pytest.raises(WordingBroken, match=problem):
        Catalogue.load("worded")
