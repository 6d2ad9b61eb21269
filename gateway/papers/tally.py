"""The papers of a vote: ballot, tally sheet, attendance, ballots issued, votes per person, result, list of elected.

Everything is drawn from the vote's record (docs/tally-record.md) as plain data. The papers are Chinese: they are the
originals that people sign. Each page carries the record's hash and a QR code of it; a ballot carries the hash of the
contest, the same on every copy, so that no ballot can be told from another.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import segno

from gateway.papers.typst import Head, set_paper

WRITE_IN_CELLS_MAX: Final = 12
BALLOT_COLUMNS: Final = 5
# So that fifty names, places for others and the instructions stand on one page.
LONG_BALLOT_CANDIDATES: Final = 30
LONG_BALLOT_COLUMNS: Final = 6
LIST_COLUMNS: Final = 3
# Where most names are longer than this, fewer of them stand beside each other.
SHORT_NAME_CHARS_MAX: Final = 6
WIDE_COLUMNS: Final = 2
SHEET_WRITE_IN_LINES: Final = 8

_POSTS: Final[Mapping[str, str]] = {
    "delegate": "代表",
    "member": "委员",
    "alternate": "候补委员",
    "cdi_member": "纪律检查委员会委员",
    "standing_member": "常务委员会委员",
    "cdi_standing_member": "纪律检查委员会常务委员会委员",
    "secretary": "书记",
    "deputy_secretary": "副书记",
    "cdi_secretary": "纪律检查委员会书记",
    "cdi_deputy_secretary": "纪律检查委员会副书记",
}
_IN_APPROVED_ORDER: Final = frozenset(_POSTS) - {"delegate", "member", "alternate", "cdi_member"}
_SECRETARIES: Final = frozenset({"secretary", "deputy_secretary", "cdi_secretary", "cdi_deputy_secretary"})
ROUNDS: Final = {"primary": "预选", "formal": "正式选举", "tie_revote": "重新投票", "shortfall": "另行选举"}
_STANDINGS: Final = {
    "chosen": "当选",
    "tied": "末位票数相等",
    "passed_not_chosen": "过半数未当选",
    "not_passed": "未过半数",
}
# What may be done about a shortfall beside voting again.
_EXITS: Final = {
    "fewer_by_consent": "当选人数接近应选名额的，经半数以上选举人同意，也可以减少名额、不再选举。",
    "fewer_by_presidium": "当选人数接近应选名额的，由大会主席团决定，也可以减少名额、不再选举。",
    "fewer_confirmed": "减少名额、不再选举的，须注明经何机关确认（待确认）。",
}
_MARKS: Final = (("approve", "赞成"), ("disapprove", "不赞成"), ("abstain", "弃权"), ("unreadable", "无法辨认"))

Record = Mapping[str, Any]
Contest = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """A warning and the written explanation of it."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """What stands on every paper of a vote. `title`: the election's full name; `date`: as it is written by hand."""

    title: str
    org: str
    date: str
    made_at_us: int
    rehearsal: bool = False


def contest_hash(contest: Mapping[str, Any]) -> str:
    """SHA-256 of what is voted on, in hexadecimal: known before the vote, and the same in its record."""
    told = {name: contest[name] for name in ("body", "post", "round", "seats", "candidates")}
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def ballot(occasion: Occasion, contest: Mapping[str, Any]) -> bytes:
    """The ballot. Nobody is written in where only the tied are voted on."""
    seats = contest["seats"]
    revote = contest["round"] == "tie_revote"
    long = len(contest["candidates"]) > LONG_BALLOT_CANDIDATES
    ordered = "按上级批准的顺序排列" if contest["post"] in _SECRETARIES else "以姓氏笔画为序"
    data = {
        "candidates": contest["candidates"],
        "seats": seats,
        "order_note": f"（{ordered}）",
        "round_note": "" if contest["round"] == "formal" else f"（{ROUNDS[contest['round']]}）",
        "columns": _columns(contest["candidates"], LONG_BALLOT_COLUMNS if long else BALLOT_COLUMNS),
        "write_ins": 0 if revote else min(seats, WRITE_IN_CELLS_MAX),
        "notes": _notes(seats, revote),
    }
    return set_vote_paper("ballot", occasion, "选票", contest_hash(contest), data)


def tally_sheet(
    occasion: Occasion,
    contest: Mapping[str, Any],
    group: str,
    sheet: Mapping[str, Any] | None = None,
    sheet_hash: str = "",
    explained: Sequence[Explained] = (),
    remarks: Sequence[str] = (),
) -> bytes:
    """A counting group's sheet: empty, to be filled in by hand, or with the figures of `sheet`.

    `remarks`: how it came in and was signed, where that was not the ordinary way.
    """
    cells = {line["candidate_id"]: line for line in sheet["candidates"]} if sheet else {}
    lines = [{**each, **_marks_of(cells.get(each["id"]))} for each in contest["candidates"]]
    written = list(sheet["write_ins"]) if sheet else empty_write_ins(contest)
    data = {
        "group": group,
        "seats": contest["seats"],
        "round": ROUNDS[contest["round"]],
        "sheet": {name: sheet[name] if sheet else None for name in ("votes", "valid", "invalid")},
        "lines": lines,
        "write_ins": written,
        "explained": _explained(explained),
        "remarks": list(remarks),
    }
    hash_of, digest = ("计票单", sheet_hash) if sheet_hash else ("选举事项", contest_hash(contest))
    return set_vote_paper("sheet", occasion, "计票单", digest, data, hash_of)


def empty_write_ins(contest: Contest) -> list[dict[str, Any]]:
    """Lines to be filled in by hand; none where only the tied are voted on."""
    if contest["round"] == "tie_revote":
        return []
    return [{"name": "", "approve": None}] * min(contest["seats"], SHEET_WRITE_IN_LINES)


def attendance_report(occasion: Occasion, record: Record, digest: str) -> bytes:
    """How many came, and whether they are enough."""
    sitting, rule = record["sitting"], record["rules"]["quorum"]
    check = next(each for each in record["outcome"]["checks"] if each["rule"] == rule["id"])
    data = {
        "entitled": sitting["entitled"],
        "present": sitting["present"],
        "absent": sitting["entitled"] - sitting["present"],
        "quorum": {**check, "wording": rule["zh"]},
    }
    return set_vote_paper("attendance", occasion, "清点到会人数报告单", digest, data)


def issue_report(occasion: Occasion, record: Record, digest: str, explained: Sequence[Explained] = ()) -> bytes:
    """Ballots printed, issued, returned and destroyed unused."""
    sitting = record["sitting"]
    issued, returned = sitting["issued"], sitting["returned"]
    total = issued + sitting["unused"]
    checks = [
        _at_most("发出选票不多于实到人数", issued, sitting["present"]),
        _at_most("收回选票不多于发出选票", returned, issued),
        {
            "what": "印制选票＝发出＋未发出",
            "shown": f"{issued} + {sitting['unused']} = {total}，印制 {sitting['printed']}",
            "holds": total == sitting["printed"],
        },
    ]
    if sitting["voters"] is not None:
        checks.append(_at_most("收回选票不多于投票人数", returned, sitting["voters"]))
    data = {**sitting, "checks": checks, "valid": all(each["holds"] for each in checks)}
    return set_vote_paper(
        "issue", occasion, "分发、收回选票情况报告单", digest, data | {"explained": _explained(explained)}
    )


def votes_report(occasion: Occasion, record: Record, digest: str, by_votes: bool = False) -> bytes:
    """Every person's votes, in ballot order and then those written in, or by votes."""
    people = people_of(record, by_votes)
    data = {
        **_counts(record),
        "ordering": "按得票多少排列" if by_votes else "按选票上的顺序排列",
        "least": record["outcome"]["least_votes"],
        "people": people,
    }
    return set_vote_paper("votes", occasion, "计票结果报告单", digest, data)


def result_report(occasion: Occasion, record: Record, digest: str, explained: Sequence[Explained] = ()) -> bytes:
    """What was decided and why, for the presidium or the meeting."""
    outcome = record["outcome"]
    spare = record.get("paper_first", ())
    people = people_of(record, by_votes=True)
    parts = [
        {
            "title": _standing(standing, record["contest"]["round"]),
            "people": [each for each in people if each["key"] == standing],
        }
        for standing in _STANDINGS
    ]
    data = {
        **_counts(record),
        "candidates": len(record["contest"]["candidates"]),
        "verdict": _verdict(record),
        "parts": parts,
        "next_round": _next_round(outcome),
        "checks": [{**each, "source": _source(each)} for each in outcome["checks"]],
        "explained": _explained(explained),
        "remarks": [paper_first_said(len(spare), [each for each in spare if each])] if spare else [],
    }
    return set_vote_paper("result", occasion, "选举结果报告单", digest, data)


def elected_list(occasion: Occasion, record: Record, digest: str) -> bytes:
    """Those elected as they are announced: by strokes, alternates by votes, posts in the order approved above."""
    contest = record["contest"]
    notes = {each["name"]: each["note"] for each in contest["candidates"]}
    people = [{"name": name, "note": notes.get(name, "")} for name in record["outcome"]["list"]]
    primary = contest["round"] == "primary" or contest["in_primary"]
    data = {
        "list_name": f"{_POSTS[contest['post']]}{'正式候选人' if primary else '当选人'}名单",
        "ordering": _ordering(contest["post"]),
        "columns": _columns(people, LIST_COLUMNS),
        "people": people,
    }
    return set_vote_paper("elected", occasion, "当选名单", digest, data)


def paper_first_said(sheets: int, serials: Sequence[str]) -> str:
    """That sheets were filled in on spare papers before they were entered."""
    numbered = f"（编号 {'、'.join(serials)}）" if serials else ""
    return f"有 {sheets} 张计票单先填写在备用纸质单{numbered}上，后录入系统；纸质单为原件。"


def people_of(record: Record, by_votes: bool) -> list[dict[str, Any]]:
    """Everybody with their marks: printed ones in ballot order, then written ones; or all by votes as the record has
    them.
    """
    contest, outcome = record["contest"], record["outcome"]
    printed = {each["id"]: each for each in contest["candidates"]}
    sums = {candidate_id: dict.fromkeys((name for name, _ in _MARKS), 0) for candidate_id in printed}
    for group in record["groups"]:
        for line in group["candidates"]:
            for name, _ in _MARKS:
                sums[line["candidate_id"]][name] += line[name]
    people = []
    for result in outcome["results"]:
        marks = sums.get(result["id"], {name: 0 for name, _ in _MARKS} | {"approve": result["votes"]})
        note = printed[result["id"]]["note"] if result["id"] else ""
        standing = _standing(result["standing"], contest["round"])
        people.append(
            {
                **marks,
                "name": result["name"],
                "note": note,
                "votes": result["votes"],
                "written_in": not result["id"],
                "standing": standing,
                "key": result["standing"],
            }
        )
    if by_votes:
        return people
    places = {name["name"]: place for place, name in enumerate(contest["candidates"])}
    return sorted(people, key=lambda each: places.get(each["name"], len(places)))


def set_vote_paper(
    template: str, occasion: Occasion, name: str, digest: str, data: Mapping[str, Any], hash_of: str = "记录"
) -> bytes:
    """Sets a template of `tally/` with what stands on every paper of a vote; `hash_of`: what `digest` is of."""
    head = Head(f"{occasion.title}{name}", occasion.org, "zh", occasion.made_at_us, occasion.rehearsal)
    if template == "ballot":
        hash_of = "选举事项"
    shared = {
        "title": occasion.title,
        "org": occasion.org,
        "date": occasion.date,
        "hash": digest,
        "hash_of": hash_of,
        "qr": qr(digest),
    }
    return set_paper(f"tally/{template}", head, {**data, **shared})


def qr(digest: str) -> str:
    """The hash as a QR code, an SVG without anything else in it."""
    out = io.BytesIO()
    segno.make(digest.upper(), error="m", micro=False).save(out, kind="svg", xmldecl=False, border=1)
    return out.getvalue().decode()


def _notes(seats: int, revote: bool) -> list[str]:
    """How a ballot is filled in (C2, C3, B2, B3)."""
    notes = [
        "赞成的，在候选人姓名上方的空格内画“○”；不赞成的，画“×”；弃权的，不作任何符号。",
        f"每张选票所选的人数，等于或者少于应选名额 {seats} 名的为有效票，多于应选名额的为无效票。",
        "使用规定以外的符号或者编号的为废票；书写模糊、无法辨认的部分无效。",
    ]
    if revote:
        return [*notes, "本次只在票数相等的人中选举，不另选他人。"]
    return [
        *notes,
        "投不赞成票的，可以另选他人：在“另选他人”栏的下格写明姓名，并在其上方画“○”；弃权的，不得另选他人。",
        "另选他人栏不得填写本票已列的候选人。",
    ]


def _marks_of(line: Mapping[str, Any] | None) -> dict[str, int | None]:
    return {name: line[name] if line else None for name, _ in _MARKS}


def _columns(people: Sequence[Mapping[str, Any]], columns: int) -> int:
    """Fewer beside each other where many names are long."""
    long = sum(len(each["name"]) > SHORT_NAME_CHARS_MAX for each in people)
    return WIDE_COLUMNS if 2 * long > len(people) else columns


def _counts(record: Record) -> dict[str, Any]:
    sitting, groups = record["sitting"], record["groups"]
    totals = {name: sum(each[name] for each in groups) for name in ("valid", "invalid")}
    return {**sitting, **totals, "seats": record["contest"]["seats"]}


def _at_most(what: str, value: int, bound: int) -> dict[str, Any]:
    holds = value <= bound
    return {"what": what, "shown": f"{value} {'≤' if holds else '>'} {bound}", "holds": holds}


def _standing(standing: str, which: str) -> str:
    """In a primary round nobody is elected yet; among the tied nobody needs a majority."""
    if which == "tie_revote" and standing == "passed_not_chosen":
        return "未当选"
    text = _STANDINGS[standing]
    return text.replace("未当选", "未列入").replace("当选", "列为正式候选人") if which == "primary" else text


def _verdict(record: Record) -> str:
    outcome, seats = record["outcome"], record["contest"]["seats"]
    chosen = len(outcome["list"])
    done = "列为正式候选人" if record["contest"]["round"] == "primary" else "当选"
    if outcome["verdict"] == "complete":
        return f"{done} {chosen} 名，名额已经选足。"
    if outcome["verdict"] == "tie":
        return f"{done} {chosen} 名；末位得票相等，尚有 {seats - chosen} 名不能确定，须重新投票。"
    return f"{done} {chosen} 名，比应选名额少 {outcome['missing']} 名，须按规定处理。"


def _next_round(outcome: Mapping[str, Any]) -> str | None:
    following = outcome["next_round"]
    if following is None:
        return None
    names = "、".join(following["names"])
    if following["round"] == "tie_revote":
        count, seats = len(following["names"]), following["seats"]
        return f"在得票相等的 {count} 人中重新投票，选出 {seats} 名：{names}。得赞成票多的当选。"
    exits = "".join(_EXITS.get(each, "") for each in outcome["exits"])
    return f"就不足的 {following['seats']} 名另行选举，未当选者中得票多的依次为：{names}。{exits}"


def _source(check: Mapping[str, Any]) -> str:
    article: str = check["article"]
    return f"{article}（待确认）" if check["confidence"] in ("V3", "M") else article


def _ordering(post: str) -> str:
    if post == "alternate":
        return "以得票多少为序，得票相等的以姓氏笔画为序"
    return "按上级批准的顺序排列" if post in _IN_APPROVED_ORDER else "以姓氏笔画为序"


def _explained(explained: Sequence[Explained]) -> list[dict[str, str]]:
    return [{"what": each.what, "why": each.why} for each in explained]
