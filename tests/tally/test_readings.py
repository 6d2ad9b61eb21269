"""Two readings, blind to each other: from paper, ballot by ballot, from a machine; signed, unsigned, counted again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from huanjie.ledger.v1 import ledger_pb2
from huanjie.tally.v1 import sheets_pb2
from huanjie.tally.v1 import tally_pb2 as pb
from services.tally.domain.pins import sheet_statement
from services.tally.domain.suppression import GROUP_BALLOTS_MIN, hidden_groups
from tests.tally.hall import CHIEF, OTHER_WATCHER, PIN, TELLERS, WATCHER, Hall, sample_names
from tests.tally.test_bad_input import worded

MARKS = ("approve", "disapprove", "abstain", "unreadable")


@pytest.fixture
def counting(hall: Hall) -> tuple[Hall, str, str]:
    """A hall, a vote whose ballots are back, and its one sheet."""
    vote = hall.election(sample_names(4), 3)
    sitting = hall.sitting([vote])
    hall.vote(sitting, vote, 30)
    return hall, vote, hall.groups(vote)[0]


def texts(sheet: pb.Sheet) -> dict[str, str]:
    return {each.field: each.text for each in sheet.cells}


def test_only_differing_fields_are_read_again_without_the_other_value(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    first = hall.candidate_ids(vote)[0]
    right = hall.cells(vote, [28, 20, 15, 16], 30)
    wrong = hall.cells(vote, [27, 20, 15, 16], 30)
    hall.read(sheet, right, TELLERS[0])
    answer = hall.read(sheet, wrong, TELLERS[1])
    differing = [f"candidates.{first}.approve", f"candidates.{first}.abstain"]
    assert (answer.state, list(answer.fields)) == ("differences", differing)
    for teller in TELLERS:
        shown = hall.sheet(sheet, teller)
        assert list(shown.fields) == differing
        assert not set(differing) & set(texts(shown))
        assert texts(shown)["votes"] == "30"
    other = pb.RereadFieldsRequest(sheet_id=sheet, cells=[pb.TypedCell(field="votes", text="29")])
    assert worded(hall.refused(other, TELLERS[0])) == "TALLY_FIELD_UNKNOWN"
    again = [each for each in right if each.field in differing]
    half = pb.RereadFieldsRequest(sheet_id=sheet, cells=again[:1])
    assert worded(hall.refused(half, TELLERS[1])) == "TALLY_FIELD_MISSING"
    for teller, state in zip(TELLERS, ("differences", "settled"), strict=True):
        assert hall.do(pb.RereadFieldsRequest(sheet_id=sheet, cells=again), teller).state == state


def test_a_sheet_is_saved_in_parts_resumed_and_put_down(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    cells = hall.cells(vote, [28, 25, 15, 16], 30)
    hall.do(pb.SaveEntryRequest(sheet_id=sheet, cells=cells[:3]), TELLERS[0])
    unfinished = hall.refused(pb.FinaliseEntryRequest(sheet_id=sheet), TELLERS[0])
    assert worded(unfinished) == "TALLY_FIELD_MISSING"
    assert len(hall.sheet(sheet, TELLERS[0]).cells) == 3
    assert not hall.sheet(sheet, TELLERS[1]).cells
    assert hall.do(pb.DiscardEntryRequest(sheet_id=sheet), TELLERS[0]).state == "empty"
    hall.read_twice(sheet, cells)


def test_a_reading_whose_teller_cannot_go_on_is_sent_back_and_counted_by_others(
    counting: tuple[Hall, str, str],
) -> None:
    """A lost tablet, an illness: nobody but the scrutineer could free the sheet, and what was typed is gone."""
    hall, vote, sheet = counting
    cells = hall.cells(vote, [28, 25, 15, 16], 30)
    hall.read(sheet, cells, TELLERS[0])
    hall.do(pb.SaveEntryRequest(sheet_id=sheet, cells=cells[:3]), TELLERS[1])
    other = pb.DiscardEntryRequest(sheet_id=sheet)
    assert worded(hall.refused(other, TELLERS[0])) == "TALLY_NOT_YOUR_READING"
    sent = hall.do(pb.SendBackSheetRequest(sheet_id=sheet, reason="示例：计票人平板遗失"), WATCHER)
    assert sent.state == "sent_back"
    assert not hall.sheet(sheet, TELLERS[1]).cells
    hall.read_twice(sheet, cells)


def test_what_is_unusual_is_explained_before_the_outcome_and_stands_in_the_record(hall: Hall) -> None:
    vote = hall.election(sample_names(4), 3)
    sitting = hall.sitting([vote])
    hall.vote(sitting, vote, 29, 28)
    (sheet,) = hall.groups(vote)
    hall.read_twice(sheet, hall.cells(vote, [20, 20, 20, 0], 28))
    hall.sign(sheet)
    said: list[pb.WarningExplained] = []
    for code in ("W.401", "W.402"):
        refused = hall.refused(pb.CloseCountRequest(election_id=vote, explanations=said), CHIEF)
        assert (worded(refused), refused.params()["finding"]) == ("TALLY_WARNING_UNEXPLAINED", code)
        said.append(pb.WarningExplained(code=code, text=f"示例原因 {code}"))
    blank = [*said[:1], pb.WarningExplained(code="W.402", text="　 ")]
    assert worded(hall.refused(pb.CloseCountRequest(election_id=vote, explanations=blank), CHIEF)) == (
        "TALLY_WARNING_UNEXPLAINED"
    )
    hall.do(pb.CloseCountRequest(election_id=vote, explanations=said), CHIEF)
    record = json.loads(hall.ask(pb.GetRecordRequest(election_id=vote), CHIEF).record_json)
    assert [(each["finding"], each["test"], each["text"]) for each in record["explained"]] == [
        ("W.401", "28 < 29", "示例原因 W.401"), ("W.402", "29 < 30", "示例原因 W.402"),
    ]  # fmt: skip


def test_a_warning_that_comes_only_of_reading_again_is_explained_at_the_close(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    first = f"candidates.{hall.candidate_ids(vote)[0]}"

    def typed(approve: int, unreadable: int) -> list[pb.TypedCell]:
        marks = {f"{first}.approve": str(approve), f"{first}.unreadable": str(unreadable)}
        cells = hall.cells(vote, [20, 20, 15, 16], 30)
        return [pb.TypedCell(field=each.field, text=marks.get(each.field, each.text)) for each in cells]

    for teller, cells in zip(TELLERS, (typed(20, 0), typed(19, 1)), strict=True):
        hall.read(sheet, cells, teller)
    again = [each for each in typed(18, 2) if each.field in (f"{first}.approve", f"{first}.unreadable")]
    for teller in TELLERS:
        hall.do(pb.RereadFieldsRequest(sheet_id=sheet, cells=again), teller)
    (shown,) = hall.sheet(sheet).explanations
    assert (shown.code, shown.test, shown.text) == ("W.303", "100 × 2 > 5 × 30", "")
    hall.sign(sheet)
    refused = hall.refused(pb.CloseCountRequest(election_id=vote), CHIEF)
    assert (worded(refused), refused.params()["finding"]) == ("TALLY_WARNING_UNEXPLAINED", "W.303")
    said = [pb.WarningExplained(code="W.303", text="示例：两张选票字迹不清")]
    hall.do(pb.CloseCountRequest(election_id=vote, explanations=said), CHIEF)
    record = json.loads(hall.ask(pb.GetRecordRequest(election_id=vote), CHIEF).record_json)
    assert [each["text"] for each in record["explained"]] == ["示例：两张选票字迹不清"]


def test_paper_that_contradicts_itself_goes_to_the_scrutineers_and_is_counted_anew(
    counting: tuple[Hall, str, str],
) -> None:
    hall, vote, sheet = counting
    hall.do(pb.SaveEntryRequest(sheet_id=sheet, cells=hall.cells(vote, [28, 25, 15, 16], 30)), TELLERS[0])
    reason = "示例：合计与有效票不符"
    assert hall.do(pb.DisputeSheetRequest(sheet_id=sheet, reason=reason), TELLERS[0]).state == "disputed"
    assert hall.sheet(sheet).reason == reason
    assert hall.do(pb.SendBackSheetRequest(sheet_id=sheet, reason="示例：复点"), WATCHER).state == "sent_back"
    hall.read_twice(sheet, hall.cells(vote, [28, 25, 15, 16], 30))
    assert hall.sheet(sheet).generation == 2


def test_spellings_are_one_person_when_two_officers_say_so(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    cells = hall.cells(vote, [20, 18, 9, 9], 30, 0, [5, 5, 9, 9], {"示例丁": 9, "示例丁（教师）": 8})
    hall.read_twice(sheet, cells)
    hall.sign(sheet)
    merge = {"election_id": vote, "into_name": "示例丁", "from_name": "示例丁（教师）", "second_pin": PIN}
    alone = pb.MergeWriteInsRequest(**merge, second_account_id=CHIEF.account_id)
    assert worded(hall.refused(alone, CHIEF)) == "TALLY_SAME_PERSON"
    unknown = pb.MergeWriteInsRequest(**(merge | {"from_name": "示例戊"}), second_account_id=WATCHER.account_id)
    assert worded(hall.refused(unknown, CHIEF)) == "TALLY_WRITE_IN_UNKNOWN"
    printed = pb.MergeWriteInsRequest(**(merge | {"into_name": sample_names(4)[0]}), second_account_id="account_s1")
    assert worded(hall.refused(printed, CHIEF)) == "TALLY_WRITE_IN_PRINTED"
    hall.do(pb.MergeWriteInsRequest(**merge, second_account_id=WATCHER.account_id), CHIEF)
    hall.finish(vote)
    result = hall.ask(pb.GetResultRequest(election_id=vote))
    written = [(each.name, each.approve, each.elected) for each in result.persons if each.write_in]
    assert written == [("示例丁", 17, True)]


# ---- ballot by ballot ---------------------------------------------------------------------------------------------


def ballot(hall: Hall, sheet: str, before: int, marks: str, **more: object) -> pb.AddBallotRequest:
    by_letter = dict(zip("+-0?", MARKS, strict=True))
    said = [by_letter[letter] for letter in marks]
    return pb.AddBallotRequest(sheet_id=sheet, ballots_before=before, marks=said, **more)  # type: ignore[arg-type]


def test_a_desk_counts_ballots_and_the_scrutineers_decide_on_the_doubtful(counting: tuple[Hall, str, str]) -> None:
    hall, _, sheet = counting
    teller = TELLERS[0]
    assert hall.do(ballot(hall, sheet, 0, "+++-"), teller).validity == "valid"
    twice = hall.refused(ballot(hall, sheet, 0, "+++-"), teller)
    assert (worded(twice), twice.params()) == ("TALLY_DESK_MOVED_ON", {"expected": 0, "actual": 1})
    over = hall.do(ballot(hall, sheet, 1, "++++"), teller)
    assert (over.validity, list(over.rules)) == ("invalid", ["B2"])
    aside = hall.do(ballot(hall, sheet, 2, "-+0?", write_ins=[sample_names(4)[1]]), teller)
    assert (aside.validity, aside.doubtful) == ("doubtful", 1)
    hall.do(ballot(hall, sheet, 3, "0000", doubtful=True), teller)
    assert worded(hall.refused(pb.FinaliseEntryRequest(sheet_id=sheet), teller)) == "TALLY_DOUBTFUL_OPEN"
    assert hall.sheet(sheet).doubtful == 2
    decide: dict[str, Any] = {"sheet_id": sheet, "reading": 1}
    hall.do(pb.DecideDoubtfulRequest(**decide, doubtful_before=2, invalid=True), WATCHER)
    stale = pb.DecideDoubtfulRequest(**decide, doubtful_before=2, invalid=True)
    assert worded(hall.refused(stale, WATCHER)) == "TALLY_DESK_MOVED_ON"
    marks = ["disapprove", "approve", "abstain", "unreadable"]
    hall.do(pb.DecideDoubtfulRequest(**decide, doubtful_before=1, marks=marks, write_ins=["示例丁"]), WATCHER)
    shown = texts(hall.sheet(sheet, teller))
    assert (shown["votes"], shown["valid"], shown["invalid"]) == ("4", "2", "2")
    assert shown["write_ins.示例丁.approve"] == "1"
    hall.do(ballot(hall, sheet, 4, "+++-", take_back=True), teller)
    assert texts(hall.sheet(sheet, teller))["valid"] == "1"
    none = hall.refused(ballot(hall, sheet, 3, "+++-", take_back=True), teller)
    assert worded(none) == "TALLY_NOTHING_DOUBTFUL"
    typed = pb.SaveEntryRequest(sheet_id=sheet, cells=[pb.TypedCell(field="votes", text="4")])
    assert worded(hall.refused(typed, teller)) == "TALLY_WAY_MIXED"


# ---- a machine ----------------------------------------------------------------------------------------------------


def machine_csv(approvals: list[int], valid: int, rejected: int) -> str:
    rows = [("votes", valid), ("valid", valid), ("invalid", 0), ("rejected", rejected)]
    for place, approve in enumerate(approvals, start=1):
        counts = (approve, 0, valid - approve, 0)
        rows += [(f"{place}.{mark}", value) for mark, value in zip(MARKS, counts, strict=True)]
    return "batch,field,value\n" + "".join(f"1,{field},{value}\n" for field, value in rows)


def test_a_machines_file_goes_in_once_and_its_rejects_are_decided_by_hand(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    content = machine_csv([28, 25, 15, 16], 29, 1)
    asked = pb.ImportMachineFileRequest(sheet_id=sheet, format="csv", content=content)
    answer = hall.do(asked, TELLERS[0])
    assert (answer.ballots, answer.doubtful) == (30, 1)
    assert worded(hall.refused(asked, TELLERS[0])) == "TALLY_MACHINE_FILE_KNOWN"
    marks = ["abstain"] * 4
    hall.do(pb.DecideDoubtfulRequest(sheet_id=sheet, reading=1, doubtful_before=1, marks=marks), WATCHER)
    hall.do(pb.FinaliseEntryRequest(sheet_id=sheet), TELLERS[0])
    # The second reading is typed from the machine's printed tape.
    assert hall.read(sheet, hall.cells(vote, [28, 25, 15, 16], 30), TELLERS[1]).state == "settled"


@pytest.mark.parametrize(
    ("format_name", "content", "code"),
    [
        ("csv", "field,value\nvotes,3\n", "TALLY_MACHINE_FILE"),
        ("csv", "batch,field,value\n1,votes,-3\n", "TALLY_MACHINE_FILE"),
        ("csv", "batch,field,value\n1,votes,3\n1,votes,3\n", "TALLY_MACHINE_FILE"),
        ("csv", "batch,field,value\n1,9.approve,3\n", "TALLY_MACHINE_FILE"),
        ("csv", "batch,field,value,elec_other\n1,votes,3\n", "TALLY_OTHER_ELECTION"),
        ("csv", "batch,field,value\n", "TALLY_MACHINE_FILE"),
        ("json", "{", "TALLY_MACHINE_FILE"),
        ("json", json.dumps({"election": "elec_other", "batches": []}), "TALLY_OTHER_ELECTION"),
        ("json", json.dumps({"batches": [{"batch": "1", "votes": 1.5, "candidates": []}]}), "TALLY_MACHINE_FILE"),
        ("xml", "<a/>", "BAD_REQUEST"),
    ],
)
def test_a_file_that_is_no_machines_is_refused(
    counting: tuple[Hall, str, str], format_name: str, content: str, code: str
) -> None:
    hall, _, sheet = counting
    asked = pb.ImportMachineFileRequest(sheet_id=sheet, format=format_name, content=content)
    assert worded(hall.refused(asked, TELLERS[0])) == code


# ---- signatures ---------------------------------------------------------------------------------------------------


def events_of(hall: Hall, name: str) -> list[bytes]:
    found = [each for each in hall.desk.events() if each.type == f"huanjie.tally.v1.{name}"]
    return [ledger_pb2.Entry.FromString(each.entry).data for each in found]


def test_a_signature_is_good_by_the_ledger_alone(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    hall.read_twice(sheet, hall.cells(vote, [28, 25, 15, 16], 30))
    hall.sign(sheet)
    keys = {each.key_id: each for each in map(sheets_pb2.SigningKeyMade.FromString, events_of(hall, "SigningKeyMade"))}
    signed = [sheets_pb2.SheetSigned.FromString(each) for each in events_of(hall, "SheetSigned")]
    assert [each.role for each in signed] == ["teller", "scrutineer"]
    for each in signed:
        assert keys[each.key_id].account_id == each.account_id
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys[each.key_id].public_key))
        statement = sheet_statement(each.sheet_id, each.generation, each.role, each.sheet_hash)
        public.verify(bytes.fromhex(each.signature), statement)


def test_two_officers_sign_in_the_place_of_one_and_say_why(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    hall.read_twice(sheet, hall.cells(vote, [28, 25, 15, 16], 30))
    sign = {
        "sheet_id": sheet, "role": "teller", "pin": PIN, "sheet_hash": hall.sheet(sheet).sheet_hash,
        "for_account_id": TELLERS[0].account_id,
    }  # fmt: skip
    assert worded(hall.refused(pb.SignSheetRequest(**sign), CHIEF)) == "TALLY_SUBSTITUTE"
    both = sign | {"second_account_id": OTHER_WATCHER.account_id, "second_pin": PIN}
    assert hall.refused(pb.SignSheetRequest(**both), CHIEF).code == "BAD_REQUEST"
    hall.do(pb.SignSheetRequest(**both, reason="示例：平板损坏"), CHIEF)
    (signed,) = map(sheets_pb2.SheetSigned.FromString, events_of(hall, "SheetSigned"))
    assert (signed.for_account_id, signed.second_account_id) == ("account_t1", "account_s2")
    assert signed.second_signature and signed.reason == "示例：平板损坏"


def test_a_signature_taken_back_stays_on_record(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    hall.read_twice(sheet, hall.cells(vote, [28, 25, 15, 16], 30))
    hall.sign(sheet)
    back = pb.UnsignSheetRequest(sheet_id=sheet, role="teller", reason="示例：签错")
    assert hall.do(back, TELLERS[0]).state == "settled"
    assert worded(hall.refused(back, TELLERS[0])) == "TALLY_NOT_SIGNED"
    assert len(events_of(hall, "SheetUnsigned")) == 1


def test_a_new_pin_makes_a_new_key_and_wrong_ones_are_limited(counting: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = counting
    hall.read_twice(sheet, hall.cells(vote, [28, 25, 15, 16], 30))
    hall.do(pb.MakeSigningKeyRequest(pin="860213"), OTHER_WATCHER)
    sign = {"sheet_id": sheet, "role": "scrutineer", "sheet_hash": hall.sheet(sheet).sheet_hash}
    for _ in range(5):
        assert hall.refused(pb.SignSheetRequest(**sign, pin=PIN), OTHER_WATCHER).code == "TALLY_PIN_WRONG"
    spent = hall.refused(pb.SignSheetRequest(**sign, pin="860213"), OTHER_WATCHER)
    assert worded(spent) == "TALLY_PIN_TRIES"
    assert len(events_of(hall, "SigningKeyEnded")) == 1


# ---- small groups -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ballots", "hidden"),
    [
        ([30, 40], set()),
        ([GROUP_BALLOTS_MIN, 12], set()),
        ([3, 40, 20], {0, 2}),
        ([3, 40], {0, 1}),
        ([4, 4, 40, 20], {0, 1, 3}),
        ([6, 6, 40], {0, 1}),
        ([3], {0}),
    ],
)
def test_a_small_group_is_not_shown_nor_found_by_subtraction(ballots: list[int], hidden: set[int]) -> None:
    assert hidden_groups(ballots) == hidden


def test_small_groups_are_shown_in_no_answer_and_no_record_but_the_totals_are(hall: Hall) -> None:
    vote = hall.election(sample_names(4), 3)
    sitting = hall.sitting([vote])
    hall.vote(sitting, vote, 30)
    for sheet, (approvals, valid) in zip(
        hall.groups(vote, 3), [([2, 2, 2, 1], 3), ([10, 8, 5, 6], 12), ([14, 12, 8, 9], 15)], strict=True
    ):
        hall.read_twice(sheet, hall.cells(vote, approvals, valid))
        hall.sign(sheet)
    hall.finish(vote)
    result = hall.ask(pb.GetResultRequest(election_id=vote))
    assert [each.approve for each in result.persons] == [26, 22, 15, 16]
    assert [(each.votes, each.suppressed, len(each.persons)) for each in result.groups] == [
        (3, True, 0), (12, True, 0), (15, False, 4),
    ]  # fmt: skip
    record = json.loads(hall.ask(pb.GetRecordRequest(election_id=vote)).record_json)
    assert sorted(each["votes"] for each in record["groups"]) == [15, 15]
