"""Votes to print papers of, with names of every shape: long, dotted, of two characters, with notes, written in."""

from __future__ import annotations

import json
from typing import Any

from gateway.papers.tally import Occasion
from services.tally.domain.kinds import Body, Candidate, Contest, Post, Round
from services.tally.domain.order import ballot_order
from services.tally.domain.outcome import decide
from services.tally.domain.record import make_record, record_bytes, record_hash
from services.tally.domain.sheets import CandidateTotals, SheetTotals, SittingCounts, WriteInTotals

OCCASION = Occasion(
    title="中国共产党示例区第五次代表大会选举第五届委员会委员",
    org="中国共产党示例区委员会",
    date="2026年11月27日",
    made_at_us=1_795_000_000_000_000,
)
_SURNAMES = "丁于马王尹石冯刘孙李杨吴何张陈林周郑赵胡袁黄曹蒋韩谢蔡戴魏"
_SPECIAL = (
    ("样本古丽·示例买买提", "女，维吾尔族"),
    ("样本才让·示例多杰", "藏族"),
    ("样本江·示例艾合买提江·示例吐尔逊", "维吾尔族"),
    ("欧阳示例", "女"),
    ("示甲", ""),
)


def candidates(size: int) -> tuple[Candidate, ...]:
    """So many sample names by surname strokes."""
    names = list(_SPECIAL[: max(0, min(len(_SPECIAL), size - 1))])
    for number in range(size - len(names)):
        surname = _SURNAMES[number % len(_SURNAMES)]
        note = ("", "", "女", "回族", "女，满族")[number % 5]
        names.append((f"{surname}示例{'甲乙丙丁'[number // len(_SURNAMES)]}", note))
    people = [Candidate(f"cand_{place}", name, note) for place, (name, note) in enumerate(names)]
    return ballot_order(Post.MEMBER, people)


def record(
    seats: int = 45,
    size: int = 50,
    post: Post = Post.MEMBER,
    which: Round = Round.FORMAL,
    tie: bool = False,
    fails: int = 0,
) -> tuple[dict[str, Any], str]:
    """(record, hash) of 300 entitled: the first pass, `fails` of the seats stay empty, or the last two are equal."""
    contest = Contest(Body.DISTRICT_CONGRESS, post, which, seats, candidates(size))
    valid = 288
    lines = []
    for place, candidate_id in enumerate(contest.candidate_ids):
        approve = 250 - 2 * place if place < seats - fails else 60 - place
        if tie and place in (seats - 1, seats):
            approve = 160
        disapprove = (valid - approve) * 3 // 4
        lines.append(CandidateTotals(candidate_id, approve, disapprove, valid - approve - disapprove - 1, 1))
    written = () if which is Round.TIE_REVOTE else (WriteInTotals("样本子", 3), WriteInTotals("样本·阿依·示例", 1))
    totals = SheetTotals(290, valid, 2, tuple(lines), written)
    counts = SittingCounts(300, 292, 300, 292, 290, 8, 291)
    outcome = decide(contest, counts, totals)
    made = make_record({"title": OCCASION.title}, contest, counts, (totals,), {}, outcome)
    return json.loads(record_bytes(made)), record_hash(made)
