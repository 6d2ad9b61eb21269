"""Refusals as problem+json (RFC 9457), worded in the reader's language."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Final

import orjson

from gateway.api.answers import Answered, Header
from gateway.api.errors import MediaTypeUnsupported, MethodNotAllowed, TooManyRequests
from gateway.api.parts import REFUSING, WORDED
from services.chassis.ids import is_id
from services.chassis.refusals import BadRequest, StaleVersion, status_of, to_wire
from services.chassis.wording import Catalogue, Language, WordingMissing
from services.kernel.refusal import Category, Refusal

PROBLEM_JSON: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:huanjie:refusal:"
RETRY_SECONDS: Final = 1
INSTANCE_CHARS_MAX: Final = 256
# HTTP knows these cases more exactly than by their category.
_STATUSES: Final[Mapping[type[Refusal], int]] = {
    StaleVersion: 412,
    MethodNotAllowed: 405,
    MediaTypeUnsupported: 415,
}
# Between a field and the one that holds it.
PLACES: Final = " · "
NO_NAMES: Final[Mapping[str, str]] = {}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_TRY_AGAIN: Final = frozenset({Category.BUSY, Category.UNAVAILABLE})


class Problems:
    """Puts refusals into words and onto the wire."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @classmethod
    def load(cls) -> Problems:
        """With the wording and the refusals of every part."""
        for module in REFUSING:
            importlib.import_module(module)
        return cls(Catalogue.load(*WORDED))

    def detail(
        self, code: str, params: Mapping[str, str | int], language: Language, names: Mapping[str, str] = NO_NAMES
    ) -> str:
        """What the refusal says to a person; the bare code where nobody has worded it.

        An id is said by its name where `names` has one, and else not at all.
        """
        said = {name: names.get(value, value) if isinstance(value, str) else value for name, value in params.items()}
        if code == BadRequest.code and "field" in said:
            said["field"] = self._place(str(said["field"]), language)
        try:
            return self._catalogue.render(code, said, language, [name for name in said if nameless(said[name])])
        except WordingMissing:
            return code

    def _place(self, field: str, language: Language) -> str:
        """A field inside others by the words of all of them, entries of lists counted from 1, such as "rows 3 · unit".

        As it is written where one of them has no word.
        """
        words: list[str] = []
        for part in field.split("."):
            if part.isdecimal() and words:
                words[-1] += f" {int(part) + 1}"
            elif (term := f"field:{part}") in self._catalogue:
                words.append(self._catalogue.render(term, {}, language))
            else:
                return field
        return PLACES.join(words)

    def answer(
        self, refusal: Refusal, language: Language, instance: str, names: Mapping[str, str] = NO_NAMES
    ) -> Answered:
        """The whole HTTP answer; ids stay as they are in `params`, for machines."""
        status = http_status(refusal)
        code, params, rule = to_wire(refusal)
        problem = {
            "type": TYPE_PREFIX + code,
            "title": self._catalogue.render(f"title:{refusal.category.value}", {}, language),
            "status": status,
            "code": code,
            "detail": self.detail(refusal.code, refusal.params(), language, names),
            "params": params,
            "rule": rule,
            "instance": instance[:INSTANCE_CHARS_MAX],
        }
        headers = [(b"content-language", language.encode()), *_extra_headers(refusal)]
        return Answered(orjson.dumps(problem), status, headers, PROBLEM_JSON)


def nameless(value: str | int) -> bool:
    """An id, or a file's digest: it names something to machines, and nothing to people."""
    return isinstance(value, str) and (is_id(value) or _DIGEST.fullmatch(value) is not None)


def http_status(refusal: Refusal) -> int:
    """The HTTP status of a refusal; a code that is unknown here says nothing of the cause but its own name."""
    return _STATUSES.get(type(refusal)) or status_of(refusal).http


def _extra_headers(refusal: Refusal) -> list[Header]:
    if isinstance(refusal, TooManyRequests):
        return [(b"retry-after", str(refusal.retry_after_seconds).encode())]
    if refusal.category in _TRY_AGAIN:
        return [(b"retry-after", str(RETRY_SECONDS).encode())]
    if refusal.category is Category.UNAUTHENTICATED:
        return [(b"www-authenticate", b'Bearer realm="huanjie"')]
    if isinstance(refusal, MethodNotAllowed):
        return [(b"allow", refusal.allowed.encode())]
    return []
