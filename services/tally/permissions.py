"""Who may call what of tally. At the count itself, being passed for it in the sitting decides: the command checks."""

from __future__ import annotations

from services.chassis.permissions import (
    CHIEF_SCRUTINEER,
    MACHINE,
    OPERATOR,
    ROLES,
    SCRUTINEER,
    TELLER,
    UNIT_REPORTER,
    UNIT_SECRETARY,
    Allow,
    Where,
    allow,
)

_ORGANISERS = (OPERATOR, UNIT_SECRETARY, UNIT_REPORTER)
_OFFICERS = (TELLER, SCRUTINEER, CHIEF_SCRUTINEER)
# Whoever organises a unit's votes. The commands check it for the unit of the election or sitting.
RUN = (allow(*_ORGANISERS, where=Where.WITHIN),)
_RUN_BY_ID = (allow(*_ORGANISERS, where=Where.HELD),)
_AT_SITTING = (allow(*_ORGANISERS, *_OFFICERS, where=Where.HELD),)
# The command checks that the account was passed for it in this sitting.
_TELL = (allow(TELLER, where=Where.HELD),)
_WATCH = (allow(SCRUTINEER, CHIEF_SCRUTINEER, where=Where.HELD),)
_SIGN = (allow(*_OFFICERS, where=Where.HELD),)
_READ = (allow(*ROLES, MACHINE, where=Where.HELD),)

PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    "OpenElection": RUN,
    "EnterCandidates": _RUN_BY_ID,
    "ConfirmCandidates": _RUN_BY_ID,
    "EnterRoll": RUN,
    "FreezeRoll": _RUN_BY_ID,
    "OpenSitting": RUN,
    "EnterFigure": _AT_SITTING,
    "ConfirmFigure": _AT_SITTING,
    "AdoptMethod": _RUN_BY_ID,
    "PassOfficers": _RUN_BY_ID,
    "AnnounceCandidates": _AT_SITTING,
    "CloseVoting": _AT_SITTING,
    "DecideRepeat": _RUN_BY_ID,
    "CloseSitting": _RUN_BY_ID,
    "FormGroups": _AT_SITTING,
    "SaveEntry": _TELL,
    "AddBallot": _TELL,
    "DecideDoubtful": _WATCH,
    "ImportMachineFile": _TELL,
    "DiscardEntry": _TELL,
    "FinaliseEntry": _TELL,
    "RereadFields": _TELL,
    "DisputeSheet": _TELL,
    "SendBackSheet": _WATCH,
    "RecountSheet": _WATCH,
    "SignSheet": _SIGN,
    "UnsignSheet": _SIGN,
    "MergeWriteIns": _WATCH,
    "CloseCount": _WATCH,
    "ReportResult": _WATCH,
    # The executive chair may hold any of these roles.
    "DeclareResult": _AT_SITTING,
    "ReduceSeats": _RUN_BY_ID,
    "MakeSigningKey": _SIGN,
    "RecordSmallSitting": RUN,
    "GetElection": _READ,
    "ListElections": _READ,
    "GetSitting": _READ,
    "ListSheets": _READ,
    "GetSheet": _SIGN,
    "GetWall": _READ,
    "GetResult": _READ,
    "GetRecord": _READ,
}
