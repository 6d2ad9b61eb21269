"""Wording catalogues: what a refusal says to a person, in Chinese and English.

Each part keeps `wording/*.zh.json` and `wording/*.en.json`, flat maps of key to text. A refusal's key is
its code, and its text names the parameters in braces. A key such as `kind:unit` is a term: it replaces the
value "unit" of a parameter `kind`. Both languages have the same keys; a key stands in one file only.

An id stands in parentheses of its own, beside the words that say what it names: who may not know the name, or is
shown no ids, is told the same sentence without it.
"""

import json
import re
from collections.abc import Collection, Mapping
from importlib.resources import files
from string import Formatter
from typing import Final, Literal

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


class WordingError(Exception):
    """The base of this module's errors.

    WordingError
    ├── WordingBroken    a catalogue that cannot be used
    └── WordingMissing   no text for a key, or no value for one of its parameters
    """


class WordingBroken(WordingError):
    """A file is no flat map of texts, a key stands twice, or the languages differ."""


class WordingMissing(WordingError):
    """No text for a key, or no value for one of its parameters."""


class Catalogue:
    """The texts of any number of parts."""

    def __init__(self, texts: Mapping[Language, Mapping[str, str]]) -> None:
        """Raises WordingBroken."""
        if len({frozenset(texts[language]) for language in LANGUAGES}) != 1:
            odd = sorted(set(texts["zh"]) ^ set(texts["en"]))
            raise WordingBroken(f"not in both languages: {', '.join(odd)}")
        self._texts = texts
        for language in LANGUAGES:
            for key in texts[language]:
                self.placeholders(key, language)

    @classmethod
    def load(cls, *packages: str) -> "Catalogue":
        """The catalogues of packages such as "services.chassis". Raises WordingBroken."""
        return cls({language: _read(packages, language) for language in LANGUAGES})

    def __contains__(self, key: object) -> bool:
        """Whether there is a text for a code or term."""
        return key in self._texts["zh"]

    def placeholders(self, key: str, language: Language) -> frozenset[str]:
        """The parameters that a text names. Raises WordingMissing, WordingBroken."""
        try:
            parsed = list(Formatter().parse(self._text(key, language)))
        except ValueError as error:
            raise WordingBroken(f"{key} ({language}): {error}") from error
        names = [(name, spec, conversion) for _, name, spec, conversion in parsed if name is not None]
        if not all(name.isidentifier() and not spec and not conversion for name, spec, conversion in names):
            raise WordingBroken(f"{key} ({language}): a placeholder is a parameter's name and nothing else")
        return frozenset(name for name, _, _ in names)

    def render(
        self, key: str, params: Mapping[str, str | int], language: Language, unsaid: Collection[str] = ()
    ) -> str:
        """The text with its parameters in place; those `unsaid` are left out with their parentheses.

        Raises WordingMissing.
        """
        terms = self._texts[language]
        shown = {name: terms.get(f"{name}:{value}", value) for name, value in params.items()}
        try:
            return _without(self._text(key, language), unsaid).format_map(shown)
        except KeyError as error:
            raise WordingMissing(f"{key} ({language}) needs the parameter {error}") from error

    def _text(self, key: str, language: Language) -> str:
        text = self._texts[language].get(key)
        if text is None:
            raise WordingMissing(f"no {language} wording for {key}")
        return text


def _without(text: str, unsaid: Collection[str]) -> str:
    for name in unsaid:
        text = re.sub(rf" \(\{{{name}\}}\)|（\{{{name}\}}）", "", text)
    return text


def _read(packages: tuple[str, ...], language: Language) -> dict[str, str]:
    texts: dict[str, str] = {}
    for package in packages:
        for file in (files(package) / "wording").iterdir():
            if file.name.endswith(f".{language}.json"):
                _add(texts, f"{package}/{file.name}", file.read_bytes())
    return texts


def _add(texts: dict[str, str], name: str, content: bytes) -> None:
    try:
        found = json.loads(content, object_pairs_hook=_unique)
    except ValueError as error:
        raise WordingBroken(f"{name}: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(text, str) and text for text in found.values()):
        raise WordingBroken(f"{name} is not a flat map of texts")
    if twice := sorted(texts.keys() & found.keys()):
        raise WordingBroken(f"{name} repeats {', '.join(twice)}")
    texts.update(found)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
