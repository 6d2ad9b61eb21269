"""Every figure explains itself: the rule, the figures put into its test, the article, and how sure the citation is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.kernel.rules import Rule, Source, rule
from services.tally.domain.kinds import ElectionKind


@dataclass(frozen=True, slots=True)
class Check:
    """One test of one rule. `inputs`: letter → figure, as the rule table uses them; `shown`: the test in figures, empty
    where there is nothing to compare.
    """

    rule: str
    inputs: tuple[tuple[str, int], ...]
    shown: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A check as people read it, in one language."""

    rule: str
    text: str
    test: str
    shown: str
    holds: bool
    article: str
    confidence: str
    to_confirm: bool


_MEANS: Final = {
    "zh": {
        "E": "应到会有选举权人数",
        "P": "实到会有选举权人数",
        "I": "发出选票",
        "R": "收回选票",
        "B": "投票人数",
        "S": "应选名额",
        "C": "候选人数",
        "v": "赞成票",
        "W": "过半数人数",
        "F": "正式党员人数",
        "M": "委员名额",
        "A": "候补委员名额",
        "T": "票数相等人数",
        "L": "剩余名额",
    },
    "en": {
        "E": "entitled",
        "P": "present",
        "I": "issued",
        "R": "returned",
        "B": "voters",
        "S": "seats",
        "C": "candidates",
        "v": "approvals",
        "W": "passed",
        "F": "full members",
        "M": "members",
        "A": "alternates",
        "T": "tied",
        "L": "seats left",
    },
}


def more_than_half(rule_id: str, letter: str, whole: int, votes: int) -> Check:
    """`2*v > whole` with its figures; exactly half does not hold (E2)."""
    shown = f"2 × {votes} = {2 * votes} {'>' if 2 * votes > whole else '≤'} {whole}"
    return Check(rule_id, (("v", votes), (letter, whole)), shown, 2 * votes > whole)


def at_most(rule_id: str, name: str, value: int, bound_name: str, bound: int) -> Check:
    """`value <= bound` with its figures."""
    shown = f"{value} {'≤' if value <= bound else '>'} {bound}"
    return Check(rule_id, ((name, value), (bound_name, bound)), shown, value <= bound)


def explain(check: Check, language: str, kind: ElectionKind | None = None) -> Explanation:
    """The check in "zh" or "en", with the article for a kind of election. Raises services.kernel.rules.UnknownRule."""
    found = rule(check.rule)
    source = source_for(found, kind)
    return Explanation(
        rule=check.rule,
        text=found.zh if language == "zh" else found.en,
        test=found.test,
        shown=check.shown,
        holds=check.holds,
        article=cite(source, language),
        confidence=source.confidence.value,
        to_confirm=not source.confidence.fixes,
    )


def source_for(found: Rule, kind: ElectionKind | None) -> Source:
    """The strongest source that speaks of this kind: never the primary bodies' regulation for a district's, or back."""
    if kind is None:
        return found.sources[0]
    other = "primary" if kind.is_local else "local"
    return next((each for each in found.sources if not each.document.id.startswith(other)), found.sources[0])


def cite(source: Source, language: str) -> str:
    """A source as it is cited."""
    return source.zh if language == "zh" else source.en


def sentence(check: Check, language: str) -> str:
    """One line: the figures by their names, the test in figures, and whether it holds."""
    means = _MEANS[language]
    if language == "zh":
        figures = "，".join(f"{means[letter]} {value}" for letter, value in check.inputs)
        return f"{figures}；{check.shown}，{'成立' if check.holds else '不成立'}。" if check.shown else f"{figures}。"
    figures = ", ".join(f"{means[letter]} {value}" for letter, value in check.inputs)
    return f"{figures}; {check.shown}: {'holds' if check.holds else 'does not hold'}." if check.shown else f"{figures}."
