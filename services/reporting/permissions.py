"""Who may call what of reporting. The administrator sets units up; the acts of a turnover are done by accounts."""

from __future__ import annotations

from services.chassis.permissions import (
    INSPECTOR,
    MACHINE,
    OPERATOR,
    ROLES,
    UNIT_REPORTER,
    UNIT_SECRETARY,
    VERIFIER,
    Allow,
    Where,
    allow,
)

# ---- units ------------------------------------------------------------------------------------------------

# The whole roster: the command checks that the role is held in the root.
_ROSTER = (allow(OPERATOR, MACHINE, where=Where.HELD),)
_CHANGE_UNIT = (allow(OPERATOR, MACHINE, where=Where.WITHIN),)
_ANSWER_FOR_UNIT = (allow(OPERATOR, UNIT_SECRETARY, MACHINE, where=Where.WITHIN),)
# Every role reads; the subtree filter narrows what is seen.
_READ = (allow(*ROLES, MACHINE, where=Where.HELD),)

UNIT_PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    "ImportRoster": _ROSTER,
    "StageRosterSlice": _ROSTER,
    "ActivateRoster": _ROSTER,
    "DiscardRoster": _ROSTER,
    "EstablishUnit": (allow(OPERATOR, MACHINE, where=Where.WITHIN, target="parent_id"),),
    "RenameUnit": _CHANGE_UNIT,
    # Both ends: the command checks the unit that takes in.
    "TransferUnit": _CHANGE_UNIT,
    "MergeUnit": _CHANGE_UNIT,
    "AbolishUnit": _CHANGE_UNIT,
    "CountMembers": _ANSWER_FOR_UNIT,
    "AppointPostHolder": _ANSWER_FOR_UNIT,
    "HandOverPost": _ANSWER_FOR_UNIT,
    "GetUnit": _READ,
    "ListUnits": _READ,
    "GetUnitHistory": _READ,
}

# ---- directives and assignments ---------------------------------------------------------------------------

# The unit itself; the machine's administrator does none of this.
_DO = (allow(UNIT_SECRETARY, UNIT_REPORTER, where=Where.OWN),)
_REPORT_FOR = (allow(OPERATOR, UNIT_SECRETARY, where=Where.ABOVE),)
_REVIEW = (allow(OPERATOR, UNIT_SECRETARY, VERIFIER, where=Where.ABOVE),)
_LEAD = (allow(OPERATOR, UNIT_SECRETARY, where=Where.ABOVE),)

ISSUE = (
    allow(OPERATOR, where=Where.WITHIN, target="issuer_unit_id"),
    allow(UNIT_SECRETARY, where=Where.OWN, target="issuer_unit_id"),
)
# A row of a batch: for the own unit, or by a superior on the unit's behalf.
REPORT_ROW = (*_DO, *_REPORT_FOR)

ASSIGNMENT_PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    "IssueDirective": ISSUE,
    # The command checks ISSUE for the directive's issuer.
    "WithdrawDirective": (allow(OPERATOR, UNIT_SECRETARY, where=Where.HELD),),
    "DispatchAssignments": (allow(UNIT_SECRETARY, where=Where.OWN), allow(OPERATOR, where=Where.WITHIN)),
    "ReceiveAssignment": _DO,
    "NameResponsible": _DO,
    "StartWork": _DO,
    "SubmitReport": _DO,
    # The command checks REPORT_ROW for each row.
    "SubmitReports": (allow(UNIT_SECRETARY, UNIT_REPORTER, OPERATOR, where=Where.HELD),),
    "ReportOnBehalf": _REPORT_FOR,
    "ConfirmReport": _DO,
    "CorrectReport": REPORT_ROW,
    "VerifyReport": _REVIEW,
    "ReturnReport": _REVIEW,
    "WithdrawAssignment": _LEAD,
    "RestoreAssignment": _LEAD,
    "AskExtension": _DO,
    "GrantExtension": _LEAD,
    "RefuseExtension": _LEAD,
    "GetDirective": _READ,
    "ListDirectives": _READ,
    "GetAssignment": _READ,
    "ListAssignments": _READ,
    "GetAssignmentHistory": _READ,
}

# ---- what comes up: matters, questions of the public, good practice ----------------------------------------

# Judged by the unit that raised it, that owes the answer, or that handed it in: the commands check these.
RAISES = (allow(UNIT_SECRETARY, UNIT_REPORTER, where=Where.OWN),)
ANSWERS = (allow(UNIT_SECRETARY, where=Where.OWN), allow(OPERATOR, where=Where.WITHIN))
PUBLISHES = (allow(OPERATOR, where=Where.ABOVE),)
SPEAKS = (allow(OPERATOR, where=Where.WITHIN),)
_RAISERS = (allow(UNIT_SECRETARY, UNIT_REPORTER, where=Where.HELD),)
_ANSWERERS = (allow(UNIT_SECRETARY, OPERATOR, where=Where.HELD),)
_OPERATORS = (allow(OPERATOR, where=Where.HELD),)

MATTER_PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    "RaiseMatter": RAISES,
    "SettleMatter": _RAISERS,
    "ReopenMatter": _RAISERS,
    "PassMatterUp": _ANSWERERS,
    "AnswerMatter": _ANSWERERS,
    "PublishMatterAnswer": _OPERATORS,
    "EnterPublicQuestion": SPEAKS,
    "DraftPublicAnswer": _OPERATORS,
    "ApprovePublicAnswer": _OPERATORS,
    "SendBackPublicAnswer": _OPERATORS,
    "PublishPublicAnswer": _OPERATORS,
    "SubmitPractice": RAISES,
    "PublishPractice": _OPERATORS,
    "ReturnPractice": _OPERATORS,
    "GetMatter": _READ,
    "GetMatterHistory": _READ,
    "ListMatters": _READ,
    "ListPublishedAnswers": _READ,
    "ListPublicQuestions": _READ,
    "ListPractices": _READ,
}

# ---- supervision ------------------------------------------------------------------------------------------

# Judged by the unit that the order is to.
ORDERS = (allow(OPERATOR, where=Where.ABOVE),)
HANDLES = (allow(UNIT_SECRETARY, UNIT_REPORTER, where=Where.OWN),)
REVIEWS = _REVIEW
# Of what waits below a unit, seen from that unit.
VERIFIES = (allow(OPERATOR, UNIT_SECRETARY, VERIFIER, where=Where.WITHIN),)
DOES = _DO
REMINDS = _LEAD
PASSES_ON = (allow(UNIT_SECRETARY, where=Where.OWN),)

SUPERVISION_PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    # The commands check each row as the call about one does.
    "ReceiveAssignments": _RAISERS,
    "NameResponsibles": _RAISERS,
    "VerifyReports": (allow(OPERATOR, UNIT_SECRETARY, VERIFIER, where=Where.HELD),),
    "RemindUnits": _ANSWERERS,
    "UndoActs": (allow(UNIT_SECRETARY, UNIT_REPORTER, OPERATOR, VERIFIER, where=Where.HELD),),
    "IssueOrder": ORDERS,
    "AcceptOrder": _RAISERS,
    "AnswerOrder": _RAISERS,
    "ReturnOrder": (allow(OPERATOR, UNIT_SECRETARY, VERIFIER, where=Where.HELD),),
    "CloseOrder": (allow(OPERATOR, UNIT_SECRETARY, VERIFIER, where=Where.HELD),),
    "WithdrawOrder": _OPERATORS,
    "GetOrder": _READ,
    "ListOrders": _READ,
    "ListOrderProposals": _READ,
    "ListDigests": _READ,
    "ListToday": _READ,
    # Each row of the file is for a unit that the caller is operator of: the plan checks it.
    "ImportDuties": _OPERATORS,
    "ListDuties": _READ,
    "SetContact": (allow(OPERATOR, UNIT_SECRETARY, where=Where.WITHIN),),
    "ListMessages": (allow(OPERATOR, UNIT_SECRETARY, where=Where.WITHIN),),
    "ListCallLines": (allow(OPERATOR, UNIT_SECRETARY, where=Where.WITHIN),),
}

# ---- evidence ---------------------------------------------------------------------------------------------

# Judged by the unit that the file is kept for: whoever may see its reports in an office's role.
SEES_EVIDENCE = (allow(OPERATOR, UNIT_SECRETARY, UNIT_REPORTER, VERIFIER, INSPECTOR, where=Where.WITHIN),)

EVIDENCE_PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    "KeepEvidence": REPORT_ROW,
    "GetEvidenceTerms": REPORT_ROW,
    # The query checks SEES_EVIDENCE, but for what a published method shows to all.
    "GetEvidence": _READ,
}

# ---- forms and verification -------------------------------------------------------------------------------

FORM_PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    "ReportFigures": REPORT_ROW,
    # The command checks REPORT_ROW for each row.
    "ReportFiguresBatch": (allow(UNIT_SECRETARY, UNIT_REPORTER, OPERATOR, where=Where.HELD),),
    "ListForms": _READ,
    "GetReportForm": _READ,
    "ListFormRows": _READ,
    "DrawSample": VERIFIES,
    "CheckSample": _REVIEW,
    "ListVerificationQueue": _READ,
    "GetVerificationRecord": _READ,
    "GetSample": _READ,
    "ListSamples": _READ,
}

# ---- routes -----------------------------------------------------------------------------------------------

# The commands check the role at both ends of every link.
_DRAWS = (allow(OPERATOR, MACHINE, where=Where.HELD),)

ROUTE_PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    "DrawRoute": _DRAWS,
    "ChangeRoute": _DRAWS,
    "EndRoute": _DRAWS,
    "ListRoutes": _READ,
    "GetRoute": _READ,
}

PERMISSIONS: dict[str, tuple[Allow, ...]] = {
    **UNIT_PERMISSIONS,
    **ASSIGNMENT_PERMISSIONS,
    **MATTER_PERMISSIONS,
    **SUPERVISION_PERMISSIONS,
    **EVIDENCE_PERMISSIONS,
    **FORM_PERMISSIONS,
    **ROUTE_PERMISSIONS,
}
