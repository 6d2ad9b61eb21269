"""The rules of a turnover election, as data with citations: one table for code, help, printed reports and tests.

A rule's `test` is its integer test as people read it; the code that decides names the rule by its id. Letters in tests:
E entitled, P present, I ballots issued, R returned, S seats, C candidates, v approvals, M members, A alternates.
Confidence says how sure the wording of the source is: V1 the regulation's own text was read, V2 a secondary source, V3
one place's practice, M unconfirmed: shown as "to be confirmed".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("rules.json")


class Confidence(Enum):
    """How well a citation is known."""

    TEXT = "V1"
    SECONDARY = "V2"
    PRACTICE = "V3"
    UNCONFIRMED = "M"

    @property
    def fixes(self) -> bool:
        """A regulation says so: it cannot be weakened, only what is custom or unconfirmed can."""
        return self in (Confidence.TEXT, Confidence.SECONDARY)


class Severity(Enum):
    """What a breach does."""

    BLOCK = "block"
    # Two people recount; then whoever may decides, on record.
    BLOCK_RESULT = "block_result"
    BLOCK_ANNOUNCEMENT = "block_announcement"
    BLOCK_PRINT = "block_print"
    # Worked out by the program.
    AUTO = "auto"
    # Put before the people who may decide.
    DECIDE = "decide"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Document:
    """A regulation, by its short Chinese name and in full."""

    id: str
    short: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands. `article` is empty where it was not seen."""

    document: Document
    article: str
    confidence: Confidence

    @property
    def zh(self) -> str:
        """As it is cited in Chinese."""
        article = f"第{self.article}条" if self.article else ""
        return f"《{self.document.zh}》{article}" if self.document.id != "practice" else self.document.zh

    @property
    def en(self) -> str:
        """As it is cited in English."""
        return f"{self.document.en}, art. {self.article}" if self.article else self.document.en


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `kinds`: the kinds of election that it holds for; `sources`: the strongest first."""

    id: str
    kinds: tuple[str, ...]
    severity: Severity
    test: str
    zh: str
    en: str
    sources: tuple[Source, ...]

    @property
    def confidence(self) -> Confidence:
        """Of its strongest source."""
        return self.sources[0].confidence

    @property
    def fixed(self) -> bool:
        """Nobody may weaken it."""
        return self.confidence.fixes


class UnknownRule(KeyError):
    """No rule has this id: a slip in the code, never a person's doing."""


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the table."""
    table = json.loads(_TABLE.read_text("utf-8"))
    documents = {each["id"]: Document(**each) for each in table["documents"]}
    return {each["id"]: _rule(each, documents) for each in table["rules"]}


def rule(rule_id: str) -> Rule:
    """The rule of an id. Raises UnknownRule."""
    try:
        return rules()[rule_id]
    except KeyError:
        raise UnknownRule(rule_id) from None


def _rule(row: Mapping[str, object], documents: Mapping[str, Document]) -> Rule:
    sources = row["sources"]
    kinds = row["kinds"]
    if not isinstance(sources, list) or not isinstance(kinds, list):
        raise TypeError(f"rule {row['id']}: sources and kinds are lists")
    return Rule(
        id=str(row["id"]),
        kinds=tuple(kinds),
        severity=Severity(row["severity"]),
        test=str(row["test"]),
        zh=str(row["zh"]),
        en=str(row["en"]),
        sources=tuple(Source(documents[s["document"]], s["article"], Confidence(s["confidence"])) for s in sources),
    )
