"""A reporting service on one table, and short ways to fill its tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.principals import Principal
from services.chassis.refusals import Refusal
from services.reporting.app import APP
from tests.chassis.desk import ADMINISTRATOR, Desk

KINDS = ("district_committee", "working_committee", "primary_committee", "general_branch", "branch")


class Office:
    """Units by short letters of the tests' own choosing, on a real store."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(APP, folder)

    def close(self) -> None:
        self.desk.close()

    def do(self, request: Message, caller: Principal = ADMINISTRATOR) -> Any:
        """Runs the command that the request's type names; raises its refusal."""
        return self.desk.do(type(request).__name__.removesuffix("Request"), request, caller)

    def ask(self, request: Message, caller: Principal = ADMINISTRATOR) -> Any:
        """Asks the question that the request's type names."""
        return self.desk.ask(type(request).__name__.removesuffix("Request"), request, caller)

    def refusal(self, request: Message, caller: Principal = ADMINISTRATOR) -> Refusal:
        """The refusal of a command, which must leave every table as it was."""
        before = self.desk.state()
        with pytest.raises(Refusal) as caught:
            self.do(request, caller)
        assert self.desk.state() == before
        return caught.value

    def establish(self, parent_id: str, name: str, kind: str = "branch", code: str = "", members: int = 0) -> str:
        """A new unit; returns its id."""
        request = pb.EstablishUnitRequest(parent_id=parent_id, code=code, name=name, kind=kind, members=members)
        return str(self.do(request).unit_id)

    def unit(self, unit_id: str) -> pb.Unit:
        """The unit as the administrator sees it."""
        found: pb.Unit = self.ask(pb.GetUnitRequest(unit_id=unit_id))
        return found

    def history(self, unit_id: str) -> list[str]:
        """Short names of the events that the unit's history shows."""
        items = self.ask(pb.GetUnitHistoryRequest(unit_id=unit_id)).items
        return [item.type.rpartition(".")[2] for item in items]

    def units(self) -> list[pb.Unit]:
        """Every active unit, by code and id."""
        found: list[pb.Unit] = []
        cursor = ""
        while True:
            page = self.ask(pb.ListUnitsRequest(page=pb.Page(cursor=cursor, rows_max=500)))
            found += page.units
            if not (cursor := page.next_cursor):
                return found
