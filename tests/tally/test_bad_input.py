"""What cannot be is refused by its code, worded in both languages, and changes nothing."""

from __future__ import annotations

import pytest

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.permissions import TELLER
from services.chassis.wording import LANGUAGES, Catalogue
from services.kernel.refusal import Refusal
from services.kernel.strokes import name_order
from tests.chassis.desk import principal
from tests.tally.hall import CHIEF, FIRST, PIN, SECOND, TELLERS, TURNOVER, UNIT, WATCHER, Hall, sample_names

WORDS = Catalogue.load("services.tally", "services.chassis", "gateway.identity")


def worded(refusal: Refusal) -> str:
    """The code of a refusal that both languages have words for."""
    for language in LANGUAGES:
        assert WORDS.render(refusal.code, refusal.params(), language)
    return refusal.code


@pytest.fixture
def counting(hall: Hall) -> tuple[Hall, str, str]:
    """A hall, a vote whose ballots are back, and its one sheet."""
    vote = hall.election(sample_names(4), 3)
    sitting = hall.sitting([vote])
    hall.vote(sitting, vote, 30)
    return hall, vote, hall.groups(vote)[0]


def changed(cells: list[pb.TypedCell], **texts: str) -> list[pb.TypedCell]:
    """The cells with some fields typed otherwise; `__` stands for a dot."""
    wanted = {field.replace("__", "."): text for field, text in texts.items()}
    return [pb.TypedCell(field=each.field, text=wanted.get(each.field, each.text)) for each in cells]


def test_the_impossible_results_are_refused_each_with_its_finding(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    first = hall.candidate_ids(vote)[0]
    right = hall.cells(vote, [28, 25, 15, 16], 30)
    finalise = pb.FinaliseEntryRequest(sheet_id=sheet)
    impossible = {
        "F.102": changed(right, **{f"candidates__{first}__disapprove": "5"}),
        "F.101": changed(right, votes="999999"),
    }
    impossible["F.106"] = [
        pb.TypedCell(field=each.field, text="500" if each.field.endswith("approve") else each.text) for each in right
    ]
    for finding, cells in impossible.items():
        hall.do(pb.SaveEntryRequest(sheet_id=sheet, cells=cells), TELLERS[0])
        refusal = hall.refused(finalise, TELLERS[0])
        assert worded(refusal) == "TALLY_SHEET_IMPOSSIBLE"
        assert refusal.params()["finding"] == finding
    negative = pb.SaveEntryRequest(sheet_id=sheet, cells=changed(right, valid="-5"))
    assert worded(hall.refused(negative, TELLERS[0])) == "TALLY_FIGURE_NOT_NUMBER"


@pytest.mark.parametrize("field", ["votes", "valid", "invalid", "approve", "disapprove", "abstain", "unreadable"])
@pytest.mark.parametrize("by", [-1, 1])
def test_every_identity_broken_by_one_is_refused(counting: tuple[Hall, str, str], field: str, by: int) -> None:
    hall, vote, sheet = counting
    cells = hall.cells(vote, [26, 20, 14, 15], 29, 1, [1, 1, 1, 1])
    first = hall.candidate_ids(vote)[0]
    path = field if field in ("votes", "valid", "invalid") else f"candidates.{first}.{field}"
    was = next(int(each.text) for each in cells if each.field == path)
    if was + by < 0:
        return
    broken = [pb.TypedCell(field=each.field, text=str(was + by) if each.field == path else each.text) for each in cells]
    hall.do(pb.SaveEntryRequest(sheet_id=sheet, cells=broken), TELLERS[0])
    assert hall.refused(pb.FinaliseEntryRequest(sheet_id=sheet), TELLERS[0]).code == "TALLY_SHEET_IMPOSSIBLE"


def test_groups_that_do_not_sum_to_what_was_returned_are_refused(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    hall.read_twice(sheet, hall.cells(vote, [20, 18, 12, 12], 29))
    hall.sign(sheet)
    refusal = hall.refused(pb.CloseCountRequest(election_id=vote), CHIEF)
    assert (worded(refusal), refusal.params()["finding"]) == ("TALLY_SHEET_IMPOSSIBLE", "F.201")


def test_one_teller_reads_once(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    hall.read(sheet, hall.cells(vote, [28, 25, 15, 16], 30))
    again = pb.SaveEntryRequest(sheet_id=sheet, cells=[pb.TypedCell(field="votes", text="30")])
    assert worded(hall.refused(again, TELLERS[0])) == "TALLY_TELLER_TWICE"


def test_a_stranger_and_another_tellers_hand_are_refused(counting: tuple[Hall, str, str]) -> None:
    hall, _, sheet = counting
    save = pb.SaveEntryRequest(sheet_id=sheet, cells=[pb.TypedCell(field="votes", text="30")])
    assert worded(hall.refused(save, principal(TELLER, UNIT, "account_other"))) == "TALLY_NOT_OFFICER"
    hall.do(save, TELLERS[0])
    assert worded(hall.refused(save, TELLERS[1])) == "TALLY_NOT_YOUR_READING"


def test_full_width_digits_are_digits(counting: tuple[Hall, str, str]) -> None:
    hall, _, sheet = counting
    typed = [pb.TypedCell(field="votes", text="３０"), pb.TypedCell(field="valid", text=" 2 9 ")]
    hall.do(pb.SaveEntryRequest(sheet_id=sheet, cells=typed), TELLERS[0])
    shown = {each.field: each.text for each in hall.sheet(sheet, TELLERS[0]).cells}
    assert (shown["votes"], shown["valid"]) == ("30", "29")


@pytest.mark.parametrize("text", ["", "三十", "3.5", "1,000", "+3", "1e3", "999999999"])
def test_what_is_no_number_is_refused(counting: tuple[Hall, str, str], text: str) -> None:
    hall, _, sheet = counting
    save = pb.SaveEntryRequest(sheet_id=sheet, cells=[pb.TypedCell(field="votes", text=text)])
    assert worded(hall.refused(save, TELLERS[0])) == "TALLY_FIGURE_NOT_NUMBER"


def test_a_field_of_another_vote_is_unknown(counting: tuple[Hall, str, str]) -> None:
    hall, _, sheet = counting
    other = hall.election(sample_names(2), 1, post="cdi_member")
    field = f"candidates.{hall.candidate_ids(other)[0]}.approve"
    save = pb.SaveEntryRequest(sheet_id=sheet, cells=[pb.TypedCell(field=field, text="3")])
    assert worded(hall.refused(save, TELLERS[0])) == "TALLY_FIELD_UNKNOWN"


def test_a_printed_name_is_no_write_in(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    printed = sample_names(4)[1]
    cells = hall.cells(vote, [20, 18, 12, 12], 30, 0, [5, 5, 5, 5], {f" {printed} ": 2})
    hall.do(pb.SaveEntryRequest(sheet_id=sheet, cells=cells), TELLERS[0])
    refusal = hall.refused(pb.FinaliseEntryRequest(sheet_id=sheet), TELLERS[0])
    assert refusal.params()["finding"] == "F.109"


def test_a_warning_needs_its_reason(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    hall.do(pb.SaveEntryRequest(sheet_id=sheet, cells=hall.cells(vote, [20, 18, 8, 9], 27, 3)), TELLERS[0])
    bare = hall.refused(pb.FinaliseEntryRequest(sheet_id=sheet), TELLERS[0])
    assert (worded(bare), bare.params()["finding"]) == ("TALLY_WARNING_UNEXPLAINED", "W.302")
    said = [pb.WarningExplained(code="W.302", text="示例：三张选票未按规定符号填写")]
    done = hall.do(pb.FinaliseEntryRequest(sheet_id=sheet, explanations=said), TELLERS[0])
    assert done.state == "first_finalised"


def test_an_officer_who_is_a_candidate_is_refused(hall: Hall) -> None:
    names = sorted([*sample_names(2), "示例选举人1"], key=name_order)
    vote = hall.election(names, 2, body="primary_congress")
    roll = hall.roll(30)
    sitting = hall.do(pb.OpenSittingRequest(unit_id=UNIT, roll_id=roll, election_ids=[vote])).sitting_id
    hall.figure(sitting, "present", 30)
    hall.do(pb.AdoptMethodRequest(sitting_id=sitting, agree=30))
    for role, rule in (("scrutineer", "P5"), ("teller", "P7")):
        officers = hall.officers()
        officers[2].role = role
        refusal = hall.refused(pb.PassOfficersRequest(sitting_id=sitting, officers=officers, agree=30))
        assert (worded(refusal), refusal.rule) == ("TALLY_OFFICER_IS_CANDIDATE", rule)


def test_officers_are_electors_passed_by_vote_and_different_people(hall: Hall) -> None:
    vote = hall.election(sample_names(4), 3)
    roll = hall.roll(30)
    sitting = hall.do(pb.OpenSittingRequest(unit_id=UNIT, roll_id=roll, election_ids=[vote])).sitting_id
    hall.figure(sitting, "present", 30)
    hall.do(pb.AdoptMethodRequest(sitting_id=sitting, agree=30))

    def code(agree: int = 30, **wrong: str) -> str:
        officers = hall.officers()
        for field, value in wrong.items():
            setattr(officers[2], field, value)
        return worded(hall.refused(pb.PassOfficersRequest(sitting_id=sitting, officers=officers, agree=agree)))

    assert code(agree=15) == "TALLY_OFFICERS_NOT_PASSED"
    assert code(name="示例外人") == "TALLY_OFFICER_NOT_ELECTOR"
    assert code(name="示例选举人2") == "TALLY_OFFICER_TWICE"
    assert code(account_id="account_t1") == "TALLY_OFFICER_TWICE"
    assert code(account_id="") == "TALLY_OFFICERS_MISSING"
    assert code(role="chair") == "TALLY_OFFICERS_MISSING"


def test_a_name_that_the_second_person_writes_otherwise_is_refused(hall: Hall) -> None:
    names = sample_names(4)
    vote = hall.election(names, 3, confirm=False)
    lines = [pb.CandidateLine(name=name) for name in names]
    same = pb.ConfirmCandidatesRequest(election_id=vote, candidates=lines)
    assert worded(hall.refused(same, FIRST)) == "TALLY_SAME_PERSON"
    for wrong in (names[:3], [*names[:3], names[3] + "儿"], [names[1], names[0], *names[2:]]):
        lines = [pb.CandidateLine(name=name) for name in wrong]
        other = pb.ConfirmCandidatesRequest(election_id=vote, candidates=lines)
        assert worded(hall.refused(other, SECOND)) == "TALLY_NOT_THE_SAME"


def test_a_list_in_another_order_or_too_short_is_refused(hall: Hall) -> None:
    names = sample_names(4)
    opened = hall.do(pb.OpenElectionRequest(
        unit_id=UNIT, turnover=TURNOVER, body="district_congress", post="member", seats=3, title="示例选举",
    )).election_id  # fmt: skip

    def code(listed: list[str]) -> str:
        lines = [pb.CandidateLine(name=name) for name in listed]
        return worded(hall.refused(pb.EnterCandidatesRequest(election_id=opened, candidates=lines)))

    assert code([names[1], names[0], *names[2:]]) == "TALLY_BALLOT_ORDER"
    assert code(names[:3]) == "TALLY_CANDIDATE_NUMBER"
    assert code([*names[:3], names[2]]) == "TALLY_CANDIDATE_REPEATED"


def test_one_roll_serves_one_sitting_and_is_frozen_by_another(hall: Hall) -> None:
    vote = hall.election(sample_names(4), 3)
    other = hall.election(sample_names(2), 1, post="cdi_member")
    loose = hall.roll(30, freeze=False)
    opening = pb.OpenSittingRequest(unit_id=UNIT, roll_id=loose, election_ids=[vote])
    assert worded(hall.refused(opening)) == "TALLY_ROLL_NOT_FROZEN"
    assert worded(hall.refused(pb.FreezeRollRequest(roll_id=loose, entitled="30"), FIRST)) == "TALLY_SAME_PERSON"
    wrong = pb.FreezeRollRequest(roll_id=loose, entitled="29")
    assert worded(hall.refused(wrong, SECOND)) == "TALLY_FIGURE_NOT_THE_SAME"
    hall.do(pb.FreezeRollRequest(roll_id=loose, entitled="３０"), SECOND)
    hall.do(opening)
    again = pb.OpenSittingRequest(unit_id=UNIT, roll_id=loose, election_ids=[other])
    assert worded(hall.refused(again)) == "TALLY_ROLL_TAKEN"


def test_who_is_left_out_of_a_roll_needs_ground_consent_and_vote(hall: Hall) -> None:
    def line(**said: str) -> pb.ElectorLine:
        return pb.ElectorLine(name="示例甲", **said)

    def refused(each: pb.ElectorLine) -> tuple[str, str]:
        refusal = hall.refused(pb.EnterRollRequest(unit_id=UNIT, turnover=TURNOVER, electors=[each]))
        return worded(refusal), refusal.rule

    whole = {"ground": "abroad_half_year", "consent": "示例批复1号", "vote": "示例会议同意"}
    for missing in whole:
        assert refused(line(standing="left_out", **(whole | {missing: ""}))) == ("TALLY_ELECTOR_GROUND", "E0")
    assert refused(line(standing="suspended", ground="示例")) == ("TALLY_ELECTOR_GROUND", "N7")
    entered = pb.EnterRollRequest(
        unit_id=UNIT, turnover=TURNOVER,
        electors=[line(standing="left_out", **whole), pb.ElectorLine(name="示例乙")],
    )  # fmt: skip
    roll = hall.do(entered)
    assert roll.entitled == 1
    hall.do(pb.FreezeRollRequest(roll_id=roll.roll_id, entitled="1"), SECOND)
    local = hall.election(sample_names(4), 3)
    opening = pb.OpenSittingRequest(unit_id=UNIT, roll_id=roll.roll_id, election_ids=[local])
    assert worded(hall.refused(opening)) == "TALLY_NOBODY_LEFT_OUT"


def test_numbers_are_counted_by_two_people_who_do_not_see_each_other(hall: Hall) -> None:
    vote = hall.election(sample_names(4), 3)
    sitting = hall.do(pb.OpenSittingRequest(unit_id=UNIT, roll_id=hall.roll(30), election_ids=[vote])).sitting_id
    number = {"sitting_id": sitting, "field": "present", "value": "28"}
    confirm = pb.ConfirmFigureRequest(**number)
    assert worded(hall.refused(confirm, SECOND)) == "TALLY_FIGURE_NOT_ENTERED"
    hall.do(pb.EnterFigureRequest(**number), FIRST)
    assert worded(hall.refused(confirm, FIRST)) == "TALLY_SAME_PERSON"
    shown = hall.ask(pb.GetSittingRequest(sitting_id=sitting), SECOND).figures[0]
    assert (shown.value, shown.shown) == (0, False)
    other = pb.ConfirmFigureRequest(**(number | {"value": "27"}))
    assert worded(hall.refused(other, SECOND)) == "TALLY_FIGURE_NOT_THE_SAME"
    hall.do(confirm, SECOND)
    assert hall.ask(pb.GetSittingRequest(sitting_id=sitting), SECOND).figures[0].value == 28


@pytest.mark.parametrize(("present", "code"), [(15, "TALLY_QUORUM_MISSING"), (31, "TALLY_SHEET_IMPOSSIBLE"), (16, "")])
def test_a_sitting_without_quorum_is_refused(hall: Hall, present: int, code: str) -> None:
    vote = hall.election(sample_names(4), 3)
    sitting = hall.do(pb.OpenSittingRequest(unit_id=UNIT, roll_id=hall.roll(30), election_ids=[vote])).sitting_id
    number = {"sitting_id": sitting, "field": "present", "value": str(present)}
    hall.do(pb.EnterFigureRequest(**number), FIRST)
    confirm = pb.ConfirmFigureRequest(**number)
    if code:
        assert worded(hall.refused(confirm, SECOND)) == code
    else:
        assert hall.do(confirm, SECOND).state == "quorate"


def test_a_method_needs_half_of_those_entitled(hall: Hall) -> None:
    vote = hall.election(sample_names(4), 3)
    sitting = hall.do(pb.OpenSittingRequest(unit_id=UNIT, roll_id=hall.roll(30), election_ids=[vote])).sitting_id
    hall.figure(sitting, "present", 20)
    for agree in (14, 21):
        refusal = hall.refused(pb.AdoptMethodRequest(sitting_id=sitting, agree=agree))
        assert (worded(refusal), refusal.rule) == ("TALLY_METHOD_NOT_AGREED", "O7")
    assert hall.do(pb.AdoptMethodRequest(sitting_id=sitting, agree=15)).state == "method_adopted"


def test_revotes_are_never_opened_by_hand(hall: Hall) -> None:
    for round_name in ("tie_revote", "shortfall"):
        opening = pb.OpenElectionRequest(
            unit_id=UNIT, turnover=TURNOVER, body="district_congress", post="member", seats=3, title="示例",
            round=round_name,
        )  # fmt: skip
        assert worded(hall.refused(opening)) == "TALLY_ROUND_BY_OUTCOME"


def test_signatures_are_by_who_may_over_what_was_seen(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    hall.read_twice(sheet, hall.cells(vote, [28, 25, 15, 16], 30))
    digest = hall.sheet(sheet).sheet_hash
    sign = {"sheet_id": sheet, "role": "scrutineer", "pin": PIN, "sheet_hash": digest}
    assert worded(hall.refused(pb.SignSheetRequest(**(sign | {"pin": "402918"})), WATCHER)) == "TALLY_PIN_WRONG"
    assert worded(hall.refused(pb.SignSheetRequest(**(sign | {"sheet_hash": "0" * 64})), WATCHER)) == "TALLY_HASH_MOVED"
    assert worded(hall.refused(pb.SignSheetRequest(**sign), TELLERS[0])) == "TALLY_NOT_OFFICER"
    hall.do(pb.SignSheetRequest(**sign), WATCHER)
    assert worded(hall.refused(pb.SignSheetRequest(**sign), CHIEF)) == "TALLY_SIGNED"
    assert worded(hall.refused(pb.CloseCountRequest(election_id=vote), CHIEF)) == "TALLY_SHEETS_OPEN"


@pytest.mark.parametrize("pin", ["", "12345", "123456", "987654", "777777", "1234567890123", "４０２９１７", "abcdef"])
def test_a_weak_pin_is_refused(hall: Hall, pin: str) -> None:
    assert worded(hall.refused(pb.MakeSigningKeyRequest(pin=pin), WATCHER)) == "TALLY_PIN_WEAK"
