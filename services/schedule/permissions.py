"""Who may call what of schedule: a turnover's office acts for its unit; every role reads, narrowed by what it sees."""

from __future__ import annotations

from services.chassis.permissions import OPERATOR, ROLES, UNIT_SECRETARY, Allow, Where, allow

# The operator for everything below the own unit, a secretary for the own unit's turnover.
_OFFICE = (allow(OPERATOR, where=Where.WITHIN), allow(UNIT_SECRETARY, where=Where.OWN))
# A superior's reply is recorded by whoever has it: the asking unit, or the superior.
_ANSWER = (allow(OPERATOR, where=Where.WITHIN), allow(UNIT_SECRETARY, where=Where.WITHIN))
_READ = (allow(*ROLES, where=Where.HELD),)

PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    "OpenTurnover": _OFFICE,
    "CloseTurnover": _OFFICE,
    "GetTurnover": _READ,
    "ListTurnovers": _READ,
    "ListTemplates": _READ,
    "TryPlan": _READ,
    "AdoptPlan": _OFFICE,
    "GetPlan": _READ,
    "ListPlanVersions": _READ,
    "ListUnitChanges": _READ,
    "ListUnitDays": _READ,
    "OpenMilestone": _OFFICE,
    "CompleteMilestone": _OFFICE,
    "KeepRecord": _OFFICE,
    "WithdrawRecord": _OFFICE,
    "ListRecords": _READ,
    "AskOverride": _OFFICE,
    "ConfirmOverride": _OFFICE,
    "RefuseOverride": _OFFICE,
    "ListOverrides": _READ,
    "CallMeeting": _OFFICE,
    "HoldMeeting": _OFFICE,
    "CancelMeeting": _OFFICE,
    "AssignDecision": _OFFICE,
    "GetMeeting": _READ,
    "ListMeetings": _READ,
    "DraftPaper": _OFFICE,
    "SignPaper": _OFFICE,
    "SendPaper": _OFFICE,
    "WithdrawPaper": _OFFICE,
    "AnswerRequest": _ANSWER,
    "GetPaper": _READ,
    "ListPapers": _READ,
    "ReceiveRequirement": _OFFICE,
    "AssignRequirement": _OFFICE,
    "ReportRequirement": _OFFICE,
    "ListRequirements": _READ,
    "BookUnitMeeting": _OFFICE,
    "CancelUnitMeeting": _OFFICE,
    "ListUnitMeetings": _READ,
    "FileResults": _OFFICE,
    "ArchiveTurnover": _OFFICE,
    "EraseTurnover": _OFFICE,
    "GetArchive": _READ,
}
