"""The rule table is whole: every rule is worded twice, cited, and meant for kinds of election that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from services.kernel import rules as table
from services.kernel.rules import Confidence, Rule, UnknownRule, rule, rules

KINDS = {"local_congress", "local_plenary", "primary_meeting", "primary_congress", "delegate_unit", "primary_plenary"}
ORDER = [Confidence.TEXT, Confidence.SECONDARY, Confidence.PRACTICE, Confidence.UNCONFIRMED]


@pytest.mark.parametrize("each", rules().values(), ids=rules().keys())
def test_a_rule_is_worded_cited_and_for_somebody(each: Rule) -> None:
    assert re.search("[一-鿿]", each.zh) and each.zh.endswith("。")
    assert each.en.endswith(".") and not re.search("[一-鿿]", each.en)
    assert each.test
    assert set(each.kinds) and set(each.kinds) <= KINDS
    assert each.sources


@pytest.mark.parametrize("each", rules().values(), ids=rules().keys())
def test_the_strongest_source_stands_first(each: Rule) -> None:
    ranks = [ORDER.index(source.confidence) for source in each.sources]
    assert ranks[0] == min(ranks)


@pytest.mark.parametrize("each", rules().values(), ids=rules().keys())
def test_what_is_not_confirmed_says_so(each: Rule) -> None:
    if each.confidence is Confidence.UNCONFIRMED and each.severity.value != "block":
        assert not each.fixed
    if "待确认" in each.zh:
        assert Confidence.UNCONFIRMED in {source.confidence for source in each.sources}


def test_no_id_stands_twice() -> None:
    rows = json.loads(Path(table.__file__).with_name("rules.json").read_text("utf-8"))["rules"]
    ids = [row["id"] for row in rows]
    assert sorted(set(ids)) == sorted(ids) == sorted(rules())


def test_a_citation_reads_as_people_write_it() -> None:
    assert rule("Q1").sources[0].zh == "《中国共产党地方组织选举工作条例（2020年）》第24条"
    assert rule("Q1").sources[0].en.endswith(", art. 24")
    assert rule("T1").sources[0].zh == "各地做法与公开资料（供参考）"


def test_an_unknown_rule_is_a_slip_of_the_code() -> None:
    with pytest.raises(UnknownRule):
        rule("Z9")


def test_local_and_primary_elections_differ_in_quorum_and_denominator() -> None:
    """RULES 1.1, the strictness trap: the two are never mixed."""
    for kind in sorted(KINDS):
        winning = [each.id for each in rules().values() if kind in each.kinds and each.id in ("E1a", "E1b")]
        quorum = [each.id for each in rules().values() if kind in each.kinds and re.fullmatch("Q[0-9]a?", each.id)]
        assert winning == (["E1a"] if kind.startswith("local") else ["E1b"])
        assert len(quorum) == 1
