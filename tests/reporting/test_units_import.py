"""A roster becomes units whole or not at all: in one command, or staged in slices and activated at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.ids import Ids
from services.chassis.permissions import OPERATOR
from services.reporting.domain import imports
from services.reporting.domain.imports import SLICE_UNITS_MAX
from services.reporting.store.units import tree_position
from tests.chassis.desk import principal
from tests.reporting.office import Office

SAMPLE = Path(__file__).parents[2] / "infra" / "local" / "sample"
SHA256 = "0" * 64
HEADER = "code,name,kind,parent_code,members\n"
SMALL = HEADER + "1,示例区委,district_committee,,\n11,东街党工委,working_committee,1,5\n111,一村党支部,branch,11,10\n"


def put(office: Office, content: bytes | str) -> str:
    data = content.encode() if isinstance(content, str) else content
    return office.desk.blobs.put([data], len(data))


def sample(office: Office, ending: str, *, dry_run: bool = False) -> pb.ImportRosterResponse:
    content = (SAMPLE / f"roster-370211.{ending}").read_bytes()
    request = pb.ImportRosterRequest(file_sha256=put(office, content), file_name=f"名册.{ending}", dry_run=dry_run)
    answer: pb.ImportRosterResponse = office.do(request)
    return answer


def text_import(office: Office, content: str, *, dry_run: bool = False) -> pb.ImportRosterRequest:
    return pb.ImportRosterRequest(file_sha256=put(office, content), file_name="a.csv", dry_run=dry_run)


def position(office: Office) -> int:
    with office.desk.store.snapshot() as reader:
        return tree_position(reader)


def placed(office: Office) -> set[tuple[str, str, str, int]]:
    """Every unit by what a person sees of it."""
    return {(u.name, u.parent_name, u.kind, u.members) for u in office.units()}


# ---- in one command ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_sample_roster_becomes_558_units(office: Office, ending: str) -> None:
    before = office.desk.state()
    looked = sample(office, ending, dry_run=True)
    assert (looked.to_establish, looked.activated, looked.refused) == (558, False, False)
    assert office.desk.state() | {"request": ""} == before | {"request": ""}
    done = sample(office, ending)
    assert (done.rows_read, done.to_establish, done.to_change, done.activated) == (558, 558, 0, True)
    units = office.units()
    assert (len(units), len(office.desk.events())) == (558, 4)
    assert sum(unit.depth == 1 for unit in units) == office.unit(next(u.unit_id for u in units if not u.depth)).children


def test_the_xlsx_and_the_csv_sample_make_the_same_tree(office: Office, tmp_path: Path) -> None:
    other = Office(tmp_path / "other")
    sample(office, "csv")
    sample(other, "xlsx")
    assert placed(office) == placed(other)
    other.close()


def test_the_sum_row_of_the_xlsx_is_left_out_with_a_note(office: Office) -> None:
    findings = sample(office, "xlsx").findings
    assert ("note", "ROSTER_SUM_ROWS_NOT_READ") in [(f.severity, f.code) for f in findings]


def test_the_same_roster_again_changes_nothing(office: Office) -> None:
    sample(office, "csv")
    events = len(office.desk.events())
    again = sample(office, "csv")
    assert (again.to_establish, again.to_change, again.activated, again.import_id) == (0, 0, False, "")
    assert len(office.desk.events()) == events


def test_a_later_roster_changes_what_it_says_otherwise(office: Office) -> None:
    office.do(text_import(office, SMALL))
    later = (
        HEADER + "1,示例区委,district_committee,,\n"
        "11,东大街党工委,working_committee,1,5\n12,西街党工委,working_committee,1,\n"
        "111,一村党总支,general_branch,12,30\n1111,一村第一党支部,branch,111,9\n"
    )
    done = office.do(text_import(office, later))
    assert (done.to_establish, done.to_change, done.activated) == (2, 2, True)
    assert placed(office) == {
        ("示例区委", "", "district_committee", 0),
        ("东大街党工委", "示例区委", "working_committee", 5),
        ("西街党工委", "示例区委", "working_committee", 0),
        ("一村党总支", "西街党工委", "general_branch", 30),
        ("一村第一党支部", "一村党总支", "branch", 9),
    }
    village = next(unit for unit in office.units() if unit.code == "111")
    assert office.history(village.unit_id) == [
        "RosterActivated", "UnitRenamed", "UnitReclassified", "UnitTransferred", "UnitMembersCounted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("1,示例区委,district_committee,,\n11,甲党支部,branch,99,\n", "ROSTER_PARENT_MISSING"),
        ("1,示例区委,district_committee,,\n2,另一区委,district_committee,,\n", "ROSTER_ROOTS_SEVERAL"),
        (
            "1,区委,district_committee,,\n11,甲党委,primary_committee,12,\n12,乙党委,primary_committee,11,\n",
            "ROSTER_CYCLE",
        ),
        ("1,示例区委,district_committee,,\n1,甲党支部,branch,1,\n", "ROSTER_CODE_REPEATED"),
        ("1,示例区委,district_committee,,\n11,甲党支部,branch,1,-3\n", "ROSTER_MEMBERS_NOT_COUNT"),
        ("1,示例区委,district_committee,,\n11,=A1,branch,1,\n", "ROSTER_FORMULA"),
    ],
)
def test_a_roster_with_a_bad_row_imports_nothing(office: Office, rows: str, code: str) -> None:
    answer = office.do(text_import(office, HEADER + rows))
    assert answer.refused and not answer.activated
    assert code in [f.code for f in answer.findings if f.severity == "error" and f.line]
    assert len(office.desk.events()) == 1 and not office.units()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "SHEET_EMPTY"),
        (b"PK\x03\x04broken", "a.xlsx", "SHEET_BROKEN"),
        (b"%PDF-1.7", "a.pdf", "SHEET_FORMAT_UNSUPPORTED"),
        (b"x" * (20 * 1024 * 1024 + 1), "a.csv", "SHEET_TOO_LARGE"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(office: Office, content: bytes, name: str, code: str) -> None:
    request = pb.ImportRosterRequest(file_sha256=put(office, content), file_name=name)
    assert office.refusal(request).code == code


def test_a_file_that_is_not_there_is_refused(office: Office) -> None:
    assert office.refusal(pb.ImportRosterRequest(file_sha256=SHA256, file_name="a.csv")).code == "NOT_FOUND"
    assert office.refusal(pb.ImportRosterRequest(file_sha256="../x", file_name="a.csv")).code == "BAD_REQUEST"


def test_a_roster_past_the_limit_of_one_command_needs_slices(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "ACTIVATION_ROWS_MAX", 2)
    refusal = office.refusal(text_import(office, SMALL))
    assert (refusal.code, refusal.params()) == ("ROSTER_NEEDS_SLICES", {"rows": 3, "limit": 2})
    assert not office.do(text_import(office, SMALL, dry_run=True)).refused


def test_only_the_operator_of_the_root_imports(office: Office) -> None:
    operator = principal(OPERATOR, "unit_0000000000000000")
    assert office.refusal(text_import(office, SMALL), operator).code == "PERMISSION_DENIED"
    office.do(text_import(office, SMALL))
    units = {unit.code: unit.unit_id for unit in office.units()}
    for request in (
        text_import(office, SMALL, dry_run=True),
        pb.StageRosterSliceRequest(import_id="import_0000000000000000"),
        pb.ActivateRosterRequest(import_id="import_0000000000000000"),
        pb.DiscardRosterRequest(import_id="import_0000000000000000"),
    ):
        assert office.refusal(request, principal(OPERATOR, units["11"])).code == "PERMISSION_DENIED"
    office.do(text_import(office, SMALL), principal(OPERATOR, units["1"]))


# ---- in slices --------------------------------------------------------------------------------------------


class Slices:
    """An import that a client stages slice by slice."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._ids = Ids()
        self.import_id = self._ids.new("import")

    def row(self, parent_id: str, name: str, kind: str = "branch", code: str = "") -> pb.RosterUnit:
        return pb.RosterUnit(unit_id=self._ids.new("unit"), parent_id=parent_id, code=code, name=name, kind=kind)

    def slice(self, *rows: pb.RosterUnit) -> pb.StageRosterSliceRequest:
        return pb.StageRosterSliceRequest(import_id=self.import_id, units=rows)

    def activation(self, *changes: pb.RosterChange, planned_at: int | None = None) -> pb.ActivateRosterRequest:
        at = position(self._office) if planned_at is None else planned_at
        return pb.ActivateRosterRequest(
            import_id=self.import_id, file_sha256=SHA256, changes=changes, planned_at_position=at
        )

    def discard(self) -> pb.DiscardRosterRequest:
        return pb.DiscardRosterRequest(import_id=self.import_id)


def test_staged_units_count_for_nothing_before_they_are_activated(office: Office) -> None:
    slices = Slices(office)
    root = slices.row("", "示例区委", "district_committee", "1")
    rows = [slices.row(root.unit_id, f"第{n}党支部", code=f"1{n:03}") for n in range(SLICE_UNITS_MAX + 3)]
    office.do(slices.slice(root))
    office.do(slices.slice(*rows[:SLICE_UNITS_MAX]))
    office.do(slices.slice(*rows[SLICE_UNITS_MAX:]))
    assert not office.units()
    answer = office.do(slices.activation())
    assert (answer.established, len(office.units())) == (SLICE_UNITS_MAX + 4, SLICE_UNITS_MAX + 4)
    assert office.history(rows[-1].unit_id) == ["RosterActivated"]


def test_a_discarded_import_leaves_nothing_and_is_not_used_again(office: Office) -> None:
    slices = Slices(office)
    root = slices.row("", "示例区委", "district_committee")
    office.do(slices.slice(root))
    office.do(slices.discard())
    for request in (slices.slice(root), slices.activation(), slices.discard()):
        refusal = office.refusal(request)
        assert (refusal.code, refusal.params()["state"]) == ("ROSTER_IMPORT_ENDED", "discarded")
    assert office.refusal(Slices(office).discard()).code == "NOT_FOUND"


def test_an_activated_import_takes_nothing_more(office: Office) -> None:
    slices = Slices(office)
    root = slices.row("", "示例区委", "district_committee")
    office.do(slices.slice(root))
    office.do(slices.activation())
    for request in (slices.slice(slices.row(root.unit_id, "甲党支部")), slices.activation(), slices.discard()):
        refusal = office.refusal(request)
        assert (refusal.code, refusal.params()["state"]) == ("ROSTER_IMPORT_ENDED", "activated")


def test_the_same_request_again_is_answered_as_before(office: Office) -> None:
    slices = Slices(office)
    office.do(slices.slice(slices.row("", "示例区委", "district_committee")))
    activation = slices.activation()
    first = office.desk.do("ActivateRoster", activation, request_id="r1")
    after = office.desk.state()
    assert office.desk.do("ActivateRoster", activation, request_id="r1") == first
    assert office.desk.state() == after


def test_a_tree_that_has_moved_on_refuses_the_activation(office: Office) -> None:
    office.do(text_import(office, SMALL))
    units = {unit.code: unit.unit_id for unit in office.units()}
    slices = Slices(office)
    planned_at = position(office)
    office.do(slices.slice(slices.row(units["11"], "二村党支部")))
    office.do(pb.RenameUnitRequest(unit_id=units["111"], name="二村党支部"))
    refusal = office.refusal(slices.activation(planned_at=planned_at))
    assert (refusal.code, refusal.params()["planned_at"]) == ("TREE_MOVED_ON", planned_at)
    # Planned anew it is seen that the name is taken now.
    assert office.refusal(slices.activation()).code == "UNIT_NAME_TAKEN"


def test_a_row_that_cannot_stand_is_refused_when_it_is_staged(office: Office) -> None:
    office.do(text_import(office, SMALL))
    units = {unit.code: unit.unit_id for unit in office.units()}
    slices, other = Slices(office), Slices(office)
    waiting = other.row(units["11"], "别批党委", "primary_committee")
    office.do(other.slice(waiting))
    twice = slices.row(units["11"], "甲党支部")
    taken = slices.row(units["11"], "甲党支部")
    taken.unit_id = units["111"]
    child, parent = slices.row("", "子党支部"), slices.row(units["11"], "父党委", "primary_committee")
    child.parent_id = parent.unit_id
    for rows, code in (
        ((slices.row("unit_0000000000000000", "甲党支部"),), "UNIT_PARENT_MISSING"),
        ((slices.row(waiting.unit_id, "甲党支部"),), "UNIT_PARENT_MISSING"),
        ((child, parent), "UNIT_PARENT_MISSING"),
        ((slices.row("", "另一区委", "district_committee"),), "UNIT_ROOT_TAKEN"),
        ((slices.row(units["111"], "甲党委", "primary_committee"),), "UNIT_KIND_NOT_UNDER"),
        ((twice, twice), "UNIT_ID_TAKEN"),
        ((taken,), "UNIT_ID_TAKEN"),
        ((pb.RosterUnit(unit_id="x", parent_id=units["11"], name="甲", kind="branch"),), "BAD_REQUEST"),
        ((slices.row(units["11"], ""),), "BAD_REQUEST"),
        ((), "BAD_REQUEST"),
        (tuple(slices.row(units["11"], f"第{n}党支部") for n in range(SLICE_UNITS_MAX + 1)), "BAD_REQUEST"),
    ):
        assert office.refusal(slices.slice(*rows)).code == code
    office.do(slices.slice(parent, child))


def test_a_tree_of_the_wrong_shape_is_never_activated(office: Office) -> None:
    office.do(text_import(office, SMALL))
    units = {unit.code: unit.unit_id for unit in office.units()}
    inner = office.establish(units["11"], "内党委", "primary_committee", code="119")
    lower = office.establish(inner, "下党委", "primary_committee", code="1191")
    for changes, code in (
        ((pb.RosterChange(unit_id=inner, parent_id=lower),), "UNIT_TREE_HAS_CYCLE"),
        ((pb.RosterChange(unit_id=inner, parent_id=inner),), "UNIT_TREE_HAS_CYCLE"),
        ((pb.RosterChange(unit_id=inner, code="1"),), "UNIT_CODE_TAKEN"),
        ((pb.RosterChange(unit_id=inner, name="一村党支部"),), "UNIT_NAME_TAKEN"),
        ((pb.RosterChange(unit_id=inner, kind="branch"),), "UNIT_KIND_NOT_UNDER"),
        ((pb.RosterChange(unit_id=inner, parent_id="unit_0000000000000000"),), "UNIT_PARENT_MISSING"),
        ((pb.RosterChange(unit_id=inner, parent_id=""),), "BAD_REQUEST"),
        ((pb.RosterChange(unit_id=inner, name="甲"), pb.RosterChange(unit_id=inner, name="乙")), "BAD_REQUEST"),
        ((pb.RosterChange(unit_id="unit_0000000000000000", name="甲"),), "NOT_FOUND"),
        ((), "ROSTER_NOTHING_TO_ACTIVATE"),
    ):
        assert office.refusal(Slices(office).activation(*changes)).code == code
    slices = Slices(office)
    office.do(slices.slice(slices.row(inner, "甲党支部", code="7"), slices.row(inner, "乙党支部", code="7")))
    assert office.refusal(slices.activation()).code == "UNIT_CODE_TAKEN"
    roots = Slices(office)
    bad_file = roots.activation(pb.RosterChange(unit_id=inner, name="甲"))
    bad_file.file_sha256 = "x"
    assert office.refusal(bad_file).code == "BAD_REQUEST"


def test_two_staged_roots_are_never_activated(office: Office) -> None:
    slices = Slices(office)
    office.do(slices.slice(slices.row("", "甲区委", "district_committee")))
    office.do(slices.slice(slices.row("", "乙区委", "district_committee")))
    assert office.refusal(slices.activation()).code == "UNIT_ROOT_TAKEN"


def test_an_activation_changes_known_units_in_an_order_that_works(office: Office) -> None:
    office.do(text_import(office, SMALL))
    units = {unit.code: unit.unit_id for unit in office.units()}
    upper = office.establish(units["11"], "甲党委", "primary_committee", code="118")
    lower = office.establish(upper, "乙党委", "primary_committee", code="119")
    # They change places, and codes.
    answer = office.do(
        Slices(office).activation(
            pb.RosterChange(unit_id=upper, parent_id=lower, code="119"),
            pb.RosterChange(unit_id=lower, parent_id=units["11"], code="118", members=4),
        )
    )
    assert (answer.established, answer.changed) == (0, 2)
    assert list(office.unit(upper).ancestor_ids) == [units["1"], units["11"], lower]
    assert (office.unit(lower).code, office.unit(lower).members, office.unit(upper).code) == ("118", 4, "119")


def test_an_import_that_waits_is_seen_by_whoever_imports_next(office: Office) -> None:
    slices = Slices(office)
    office.do(slices.slice(slices.row("", "示例区委", "district_committee")))
    looked = office.do(text_import(office, SMALL, dry_run=True))
    (waiting,) = [f for f in looked.findings if f.code == "ROSTER_IMPORT_WAITING"]
    assert dict(waiting.parameters) == {"import_id": slices.import_id, "count": "1"}
    office.do(slices.discard())
    looked = office.do(text_import(office, SMALL, dry_run=True))
    assert "ROSTER_IMPORT_WAITING" not in [f.code for f in looked.findings]
