"""Every service that follows reporting has reporting's tree, with its history."""

from __future__ import annotations

from pathlib import Path

from gateway.identity.app import APP as IDENTITY
from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from huanjie.reporting.v1 import routes_pb2
from services.chassis.doctor import TREE_TABLES, fingerprint
from services.chassis.ledger import fact_of
from tests.chassis.desk import Desk
from tests.reporting.office import Office


def replicated(office: Office, folder: Path) -> Desk:
    """Identity, having read the whole ledger of reporting."""
    desk = Desk(IDENTITY, folder)
    for stored in office.desk.events():
        entry = ledger_pb2.Entry.FromString(stored.entry)
        desk.hear("reporting", fact_of(entry, "reporting"), entry.type, entry.data)
    return desk


def test_the_replica_is_the_tree_of_reporting_with_its_history(tmp_path: Path) -> None:
    office = Office(tmp_path / "reporting")
    root = office.establish("", "示例区委", "district_committee", "1")
    first = office.establish(root, "东街党工委", "working_committee", "11", 5)
    second = office.establish(root, "西街党工委", "working_committee", "12", 6)
    branch = office.establish(first, "一村党支部", "branch", "111", 9)
    gone = office.establish(second, "二村党支部", "branch", "121", 3)
    office.do(pb.RenameUnitRequest(unit_id=branch, name="一村第一党支部", reason="更名"))
    third = office.establish(root, "教育工委", "working_committee", "13", 2)
    link = [routes_pb2.RouteLinkAsked(unit=branch, superior=third)]
    route = office.do(routes_pb2.DrawRouteRequest(name="教育条线", kind="line_of_work", links=link)).route_id
    office.do(pb.TransferUnitRequest(unit_id=branch, to_parent_id=second, reason="调整"))
    back = [routes_pb2.RouteLinkAsked(unit=branch), routes_pb2.RouteLinkAsked(unit=gone, superior=third)]
    office.do(routes_pb2.ChangeRouteRequest(route_id=route, reason="调整", links=back))
    office.do(pb.AbolishUnitRequest(unit_id=gone, reason="撤销"))
    office.do(pb.MergeUnitRequest(unit_id=second, into_unit_id=first, reason="合并"))
    identity = replicated(office, tmp_path / "identity")
    ours, theirs = office.desk.state(), identity.state()
    assert {name: theirs[name] for name in TREE_TABLES} == {name: ours[name] for name in TREE_TABLES}
    with identity.store.snapshot() as reader:
        filled = fingerprint(reader, TREE_TABLES)
        assert not any(filled[name].startswith("0:") for name in ("tree_change", "route", "route_unit"))
    identity.close()
    office.close()
