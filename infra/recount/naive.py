"""A second, plain implementation of what a vote's record decides. It shares no code with services/tally on purpose.

It knows the record's form (docs/tally-record.md) and the tests that stand in it, puts figures into those tests, and
fills the seats one step at a time. It is slow and short, so that it can be read beside the regulation.
"""

from __future__ import annotations

import ast
import operator
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

FORMAT: Final = "huanjie.tally.record.v1"
COUNT_MAX: Final = 10_000_000
_COMPARE: Final[Mapping[type[ast.cmpop], Callable[[int, int], bool]]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
}
_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[int, int], int]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


class RecordUnreadable(Exception):
    """This is not a record of the form that is known here."""


def recompute(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the record decides: {"problems": […]} where its figures cannot be, else the outcome.

    Raises RecordUnreadable.
    """
    if record.get("format") != FORMAT:
        raise RecordUnreadable(f"format {record.get('format')!r} is not {FORMAT}")
    try:
        people = everybody(record)
        problems = [*sheet_problems(record), *sitting_problems(record)]
        valid = sum(group["valid"] for group in record["groups"])
        problems += [
            f"{each['name']} has more votes than there are valid ballots" for each in people if each["votes"] > valid
        ]
        return {"problems": problems} if problems else outcome(record, people)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise RecordUnreadable(f"{type(error).__name__}: {error}") from error


def holds(test: str, figures: Mapping[str, int]) -> bool:
    """Puts figures into a test such as `2*v > E` or `I <= P and R <= I`. Raises RecordUnreadable."""
    return all(_compare(part.strip(), figures) for part in test.split(" and "))


def _compare(part: str, figures: Mapping[str, int]) -> bool:
    tree = ast.parse(part, mode="eval").body
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or type(tree.ops[0]) not in _COMPARE:
        raise RecordUnreadable(f"not a test: {part}")
    return _COMPARE[type(tree.ops[0])](_value(tree.left, figures), _value(tree.comparators[0], figures))


def _value(tree: ast.expr, figures: Mapping[str, int]) -> int:
    if isinstance(tree, ast.Constant) and isinstance(tree.value, int):
        return tree.value
    if isinstance(tree, ast.Name) and tree.id in figures:
        return figures[tree.id]
    if isinstance(tree, ast.BinOp) and type(tree.op) in _ARITHMETIC:
        return _ARITHMETIC[type(tree.op)](_value(tree.left, figures), _value(tree.right, figures))
    raise RecordUnreadable(f"not a figure: {ast.dump(tree)}")


def same_name(name: str) -> str:
    """A name without what typing adds: width, spaces, case, forms of the dot."""
    out = ""
    for char in unicodedata.normalize("NFKC", name):
        if char in "·•・‧∙⋅●.．。｡":
            out += "·"
        elif not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc"):
            out += char
    return unicodedata.normalize("NFKC", out.casefold())


def everybody(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Printed names in ballot order, then written ones, each with the sum of approvals over the groups."""
    people = [{"id": c["id"], "name": c["name"], "votes": 0} for c in record["contest"]["candidates"]]
    meant = {same_name(each["written"]): each["person"] for each in record["write_ins_mean"]}
    written: dict[str, dict[str, Any]] = {}
    for group in record["groups"]:
        for line in group["candidates"]:
            for person in people:
                if person["id"] == line["candidate_id"]:
                    person["votes"] += line["approve"]
        for line in group["write_ins"]:
            name = meant.get(same_name(line["name"]), line["name"])
            key = same_name(name)
            if key not in written:
                written[key] = {"id": "", "name": name, "votes": 0}
            written[key]["name"] = min(written[key]["name"], name)
            written[key]["votes"] += line["approve"]
    return people + [written[key] for key in sorted(written)]


def sheet_problems(record: Mapping[str, Any]) -> list[str]:
    """What cannot be on the sheets, one by one and together."""
    problems = []
    ids = [each["id"] for each in record["contest"]["candidates"]]
    printed = {same_name(each["name"]) for each in record["contest"]["candidates"]}
    meant = {same_name(each["written"]): each["person"] for each in record["write_ins_mean"]}
    for number, group in enumerate(record["groups"], start=1):
        where = f"group {number}"
        if [line["candidate_id"] for line in group["candidates"]] != ids:
            problems.append(f"{where}: the lines are not the candidates")
            continue
        cells = [group["votes"], group["valid"], group["invalid"], *(line["approve"] for line in group["write_ins"])]
        for line in group["candidates"]:
            cells += [line["approve"], line["disapprove"], line["abstain"], line["unreadable"]]
            marks = line["approve"] + line["disapprove"] + line["abstain"] + line["unreadable"]
            if marks != group["valid"]:
                problems.append(f"{where}: {line['candidate_id']} has {marks} marks on {group['valid']} valid ballots")
        if min(cells) < 0 or max(cells) > COUNT_MAX:
            problems.append(f"{where}: a count is below nothing or beyond all measure")
        if group["votes"] != group["valid"] + group["invalid"]:
            problems.append(f"{where}: ballots are not valid and invalid ones together")
        problems += _chosen_problems(where, group, record["contest"])
        for line in group["write_ins"]:
            if same_name(meant.get(same_name(line["name"]), line["name"])) in printed:
                problems.append(f"{where}: {line['name']} is printed")
            if same_name(line["name"]) == "" or line["approve"] == 0:
                problems.append(f"{where}: a written line says nothing")
        names = [same_name(line["name"]) for line in group["write_ins"]]
        if len(set(names)) != len(names):
            problems.append(f"{where}: a written name stands twice")
    return problems


def _chosen_problems(where: str, group: Mapping[str, Any], contest: Mapping[str, Any]) -> list[str]:
    problems = []
    approvals = sum(line["approve"] for line in group["candidates"])
    written = [line["approve"] for line in group["write_ins"]]
    if approvals + sum(written) > contest["seats"] * group["valid"]:
        problems.append(f"{where}: more is chosen than {contest['seats']} on each valid ballot")
    if sum(written) > sum(line["disapprove"] for line in group["candidates"]):
        problems.append(f"{where}: more names written in than marks of disapproval")
    if written and max(written) > group["valid"]:
        problems.append(f"{where}: a written name has more votes than there are valid ballots")
    if written and contest["round"] == "tie_revote":
        problems.append(f"{where}: names written in where only the tied are voted on")
    return problems


def sitting_problems(record: Mapping[str, Any]) -> list[str]:
    """What cannot be of people and ballots, and whether enough were present."""
    sitting, rules = record["sitting"], record["rules"]
    problems = []
    figures = [value for value in sitting.values() if value is not None]
    if min(figures) < 0 or max(figures) > COUNT_MAX:
        problems.append("a count of the sitting is below nothing or beyond all measure")
    letters = {"E": sitting["entitled"], "P": sitting["present"], "I": sitting["issued"], "R": sitting["returned"]}
    if not holds(rules["ballots"]["test"], letters):
        problems.append("ballots issued or returned are more than they can be")
    if sitting["voters"] is not None and not sitting["returned"] <= sitting["voters"] <= sitting["issued"]:
        problems.append("the number of voters does not stand between ballots returned and issued")
    if letters["P"] > letters["E"]:
        problems.append("more are present than entitled")
    if letters["P"] < 1 or not holds(rules["quorum"]["test"], letters):
        problems.append("too few are present")
    if sitting["printed"] != sitting["issued"] + sitting["unused"]:
        problems.append("ballots printed are not those issued and unused together")
    if record["groups"] and sum(group["votes"] for group in record["groups"]) != sitting["returned"]:
        problems.append("the groups do not have the ballots that were returned")
    return problems


def outcome(record: Mapping[str, Any], people: list[dict[str, Any]]) -> dict[str, Any]:
    """Fills the seats from the most votes down, a set of equals at a time."""
    contest, sitting = record["contest"], record["sitting"]
    revote = contest["round"] == "tie_revote"
    test = record["rules"]["elected"]["test"]
    waiting: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for person in people:
        letters = {"v": person["votes"], "E": sitting["entitled"], "P": sitting["present"]}
        (waiting if revote or holds(test, letters) else failed).append(person)
    left = contest["seats"]
    chosen: list[dict[str, Any]] = []
    tied: list[dict[str, Any]] = []
    while waiting and left and not tied:
        most = max(person["votes"] for person in waiting)
        equals = [person for person in waiting if person["votes"] == most]
        if len(equals) > left:
            tied = equals
        else:
            chosen += equals
            left -= len(equals)
        waiting = [person for person in waiting if person not in equals]
    following = None
    if tied:
        following = {"round": "tie_revote", "seats": left, "names": [each["name"] for each in tied], "fixed": True}
    elif left:
        following = {"round": "shortfall", "seats": left, "names": _again(record, failed, left), "fixed": False}
    return {
        "problems": [],
        "verdict": "tie" if tied else "shortfall" if left else "complete",
        "missing": left,
        "votes": {person["name"]: person["votes"] for person in people},
        "chosen": [each["name"] for each in chosen],
        "tied": [each["name"] for each in tied],
        "passed_not_chosen": sorted(each["name"] for each in waiting),
        "not_passed": sorted(each["name"] for each in failed),
        "next_round": following,
    }


def _again(record: Mapping[str, Any], failed: list[dict[str, Any]], seats: int) -> list[str]:
    """Those with most votes of who failed, as many as so many seats need, and who equals the last of them."""
    need = seats
    while not holds(record["rules"]["candidates"]["test"], {"C": need, "S": seats}):
        need += 1
    ordered = sorted(failed, key=lambda person: -person["votes"])
    while need < len(ordered) and ordered[need]["votes"] == ordered[need - 1]["votes"]:
        need += 1
    return [person["name"] for person in ordered[:need]]


def differences(record: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    """Where the record's outcome is not what was worked out here, in words. Raises RecordUnreadable."""
    try:
        return _differences(record["outcome"], own)
    except (KeyError, TypeError) as error:
        raise RecordUnreadable(f"{type(error).__name__}: {error}") from error


def _differences(said: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    out = [f"figures that cannot be: {each}" for each in own["problems"]]
    if out:
        return out
    for key in ("verdict", "missing", "next_round"):
        if said[key] != own[key]:
            out.append(f"{key}: the record says {said[key]}, counted again it is {own[key]}")
    votes = {each["name"]: each["votes"] for each in said["results"]}
    for name in sorted(votes | own["votes"]):
        if votes.get(name) != own["votes"].get(name):
            out.append(f"votes of {name}: the record says {votes.get(name)}, counted again {own['votes'].get(name)}")
    for standing in ("chosen", "tied", "passed_not_chosen", "not_passed"):
        names = [each["name"] for each in said["results"] if each["standing"] == standing]
        if sorted(names) != sorted(own[standing]):
            out.append(f"{standing}: the record says {names}, counted again {own[standing]}")
    return out
