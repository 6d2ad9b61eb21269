"""Who may ask for what: every operation, and the calls of services that it makes in the caller's name.

The service behind each call decides, by its own permission table, whether this caller may; roles and where they
must be held stand there and nowhere else. Here stands only whether an operation needs a caller at all. Tests
hold the three together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Access:
    """An `open` operation needs no caller. `rpcs` are all the calls that it makes."""

    rpcs: tuple[str, ...]
    open: bool = False


def via(*rpcs: str) -> Access:
    """Whoever the services admit to these calls."""
    return Access(rpcs)


def anyone(*rpcs: str) -> Access:
    """Strangers too."""
    return Access(rpcs, open=True)


# A caller is needed, whoever it is, and no service is asked.
SIGNED_IN: Final = Access(())

ACCESS: Final[Mapping[str, Access]] = {
    # session
    "get_site": anyone(),
    "log_in": anyone("identity.LogIn"),
    "activate": anyone("identity.Activate"),
    "get_me": SIGNED_IN,
    "log_out": via("identity.LogOut"),
    # units
    "list_units": via("reporting.ListUnits"),
    "get_unit": via("reporting.GetUnit"),
    "list_children": via("reporting.ListUnits"),
    "get_unit_history": via("reporting.GetUnitHistory"),
    "establish_unit": via("reporting.EstablishUnit"),
    "rename_unit": via("reporting.RenameUnit"),
    "count_members": via("reporting.CountMembers"),
    "transfer_unit": via("reporting.TransferUnit"),
    "merge_unit": via("reporting.MergeUnit"),
    "abolish_unit": via("reporting.AbolishUnit"),
    "appoint_post_holder": via("reporting.AppointPostHolder"),
    "hand_over_post": via("reporting.HandOverPost"),
    "import_roster": via(
        "reporting.ImportRoster",
        # What is larger than one activation goes in by slices.
        "reporting.ListUnits",
        "reporting.StageRosterSlice",
        "reporting.ActivateRoster",
        "reporting.DiscardRoster",
    ),
    # routes
    "list_routes": via("reporting.ListRoutes"),
    "draw_route": via("reporting.DrawRoute"),
    "get_route": via("reporting.GetRoute"),
    "change_route": via("reporting.ChangeRoute"),
    "end_route": via("reporting.EndRoute"),
    # directives
    "issue_directive": via("reporting.IssueDirective"),
    "list_directives": via("reporting.ListDirectives"),
    "get_directive": via("reporting.GetDirective"),
    "withdraw_directive": via("reporting.WithdrawDirective"),
    # assignments
    "list_unit_assignments": via("reporting.ListAssignments"),
    "list_children_assignments": via("reporting.ListAssignments"),
    "get_assignment": via("reporting.GetAssignment"),
    "get_assignment_history": via("reporting.GetAssignmentHistory"),
    "dispatch_assignments": via("reporting.DispatchAssignments"),
    "receive_assignment": via("reporting.ReceiveAssignment"),
    "name_responsible": via("reporting.NameResponsible"),
    "start_work": via("reporting.StartWork"),
    "submit_report": via("reporting.SubmitReport"),
    "report_on_behalf": via("reporting.ReportOnBehalf"),
    "confirm_report": via("reporting.ConfirmReport"),
    "correct_report": via("reporting.CorrectReport"),
    "verify_report": via("reporting.VerifyReport"),
    "return_report": via("reporting.ReturnReport"),
    "withdraw_assignment": via("reporting.WithdrawAssignment"),
    "restore_assignment": via("reporting.RestoreAssignment"),
    "ask_extension": via("reporting.AskExtension"),
    "grant_extension": via("reporting.GrantExtension"),
    "refuse_extension": via("reporting.RefuseExtension"),
    # reports
    "submit_reports": via("reporting.SubmitReports"),
    "get_evidence_terms": via("reporting.GetEvidenceTerms"),
    "keep_evidence": via("reporting.GetEvidenceTerms", "reporting.KeepEvidence"),
    "get_evidence": via("reporting.GetEvidence"),
    # forms and verification
    "list_forms": via("reporting.ListForms"),
    "get_report_form": via("reporting.GetReportForm"),
    "list_form_rows": via("reporting.ListFormRows"),
    "report_figures": via("reporting.ReportFigures"),
    "report_figures_batch": via("reporting.ReportFiguresBatch"),
    "get_form_workbook": via("reporting.ListFormRows"),
    "get_form_table": via("reporting.ListFormRows"),
    "get_form_workbooks": via("reporting.ListFormRows"),
    "take_form_workbooks": via("reporting.ListFormRows", "reporting.ReportFiguresBatch"),
    "list_verification_queue": via("reporting.ListVerificationQueue"),
    "get_verification_record": via("reporting.GetVerificationRecord"),
    "draw_sample": via("reporting.DrawSample"),
    "list_samples": via("reporting.ListSamples"),
    "get_sample": via("reporting.GetSample"),
    "check_sample": via("reporting.CheckSample"),
    # matters, questions of the public, good practice
    "raise_matter": via("reporting.RaiseMatter"),
    "list_unit_matters": via("reporting.ListMatters"),
    "list_owed_matters": via("reporting.ListMatters"),
    "get_matter": via("reporting.GetMatter"),
    "get_matter_history": via("reporting.GetMatterHistory"),
    "answer_matter": via("reporting.AnswerMatter"),
    "pass_matter_up": via("reporting.PassMatterUp"),
    "publish_matter_answer": via("reporting.PublishMatterAnswer"),
    "settle_matter": via("reporting.SettleMatter"),
    "reopen_matter": via("reporting.ReopenMatter"),
    "list_published_answers": via("reporting.ListPublishedAnswers"),
    "enter_public_question": via("reporting.EnterPublicQuestion"),
    "list_public_questions": via("reporting.ListPublicQuestions"),
    "draft_public_answer": via("reporting.DraftPublicAnswer"),
    "approve_public_answer": via("reporting.ApprovePublicAnswer"),
    "send_back_public_answer": via("reporting.SendBackPublicAnswer"),
    "publish_public_answer": via("reporting.PublishPublicAnswer"),
    "submit_practice": via("reporting.SubmitPractice"),
    "list_unit_practices": via("reporting.ListPractices"),
    "list_waiting_practices": via("reporting.ListPractices"),
    "list_practices": via("reporting.ListPractices"),
    "publish_practice": via("reporting.PublishPractice"),
    "return_practice": via("reporting.ReturnPractice"),
    # supervision
    "issue_order": via("reporting.IssueOrder"),
    "list_unit_orders": via("reporting.ListOrders"),
    "list_issued_orders": via("reporting.ListOrders"),
    "list_order_proposals": via("reporting.ListOrderProposals"),
    "get_order": via("reporting.GetOrder"),
    "accept_order": via("reporting.AcceptOrder"),
    "answer_order": via("reporting.AnswerOrder"),
    "return_order": via("reporting.ReturnOrder"),
    "close_order": via("reporting.CloseOrder"),
    "withdraw_order": via("reporting.WithdrawOrder"),
    "receive_assignments": via("reporting.ReceiveAssignments"),
    "name_responsibles": via("reporting.NameResponsibles"),
    "verify_reports": via("reporting.VerifyReports"),
    "remind_units": via("reporting.RemindUnits"),
    "undo_acts": via("reporting.UndoActs"),
    "set_contact": via("reporting.SetContact"),
    "list_messages": via("reporting.ListMessages"),
    "list_call_lines": via("reporting.ListCallLines"),
    "import_duties": via("reporting.ImportDuties"),
    "list_duties": via("reporting.ListDuties"),
    "list_today": via("reporting.ListToday"),
    "list_digests": via("reporting.ListDigests"),
    # turnovers, plans, gates, meetings, papers, unit meetings, closing
    "open_turnover": via("schedule.OpenTurnover"),
    "list_turnovers": via("schedule.ListTurnovers"),
    "get_turnover": via("schedule.GetTurnover"),
    "close_turnover": via("schedule.CloseTurnover"),
    "list_templates": via("schedule.ListTemplates"),
    "get_plan": via("schedule.GetPlan"),
    "adopt_plan": via("schedule.AdoptPlan"),
    "list_plan_versions": via("schedule.ListPlanVersions"),
    "list_unit_changes": via("schedule.ListUnitChanges"),
    "list_unit_days": via("schedule.ListUnitDays"),
    "open_milestone": via("schedule.OpenMilestone"),
    "complete_milestone": via("schedule.CompleteMilestone"),
    "keep_record": via("schedule.KeepRecord"),
    "list_records": via("schedule.ListRecords"),
    "withdraw_record": via("schedule.WithdrawRecord"),
    "ask_override": via("schedule.AskOverride"),
    "list_overrides": via("schedule.ListOverrides"),
    "confirm_override": via("schedule.ConfirmOverride"),
    "refuse_override": via("schedule.RefuseOverride"),
    "call_meeting": via("schedule.CallMeeting"),
    "list_meetings": via("schedule.ListMeetings"),
    "get_meeting": via("schedule.GetMeeting"),
    "hold_meeting": via("schedule.HoldMeeting"),
    "cancel_meeting": via("schedule.CancelMeeting"),
    "assign_decision": via("schedule.AssignDecision"),
    "draft_paper": via("schedule.DraftPaper"),
    "list_papers": via("schedule.ListPapers"),
    "get_paper": via("schedule.GetPaper"),
    "sign_paper": via("schedule.SignPaper"),
    "send_paper": via("schedule.SendPaper"),
    "withdraw_paper": via("schedule.WithdrawPaper"),
    "answer_request": via("schedule.AnswerRequest"),
    "receive_requirement": via("schedule.ReceiveRequirement"),
    "list_requirements": via("schedule.ListRequirements"),
    "assign_requirement": via("schedule.AssignRequirement"),
    "report_requirement": via("schedule.ReportRequirement"),
    "book_unit_meeting": via("schedule.BookUnitMeeting"),
    "list_unit_meetings": via("schedule.ListUnitMeetings"),
    "cancel_unit_meeting": via("schedule.CancelUnitMeeting"),
    "file_results": via("schedule.FileResults"),
    "archive_turnover": via("schedule.ArchiveTurnover"),
    "get_archive": via("schedule.GetArchive"),
    "erase_turnover": via("schedule.EraseTurnover"),
    "try_plan": via("schedule.TryPlan"),
    "get_plan_gantt": via("schedule.GetPlan"),
    "get_plan_countdown": via("schedule.GetPlan"),
    "get_plan_calendar": via("schedule.GetPlan"),
    "get_unit_calendar": via("schedule.GetPlan", "schedule.ListUnitDays"),
    "get_plan_workbook": via("schedule.GetPlan"),
    "print_plan": via("schedule.GetPlan"),
    "keep_file": SIGNED_IN,
    # tally
    "open_election": via("tally.OpenElection"),
    "list_elections": via("tally.ListElections"),
    "get_election": via("tally.GetElection"),
    "enter_candidates": via("tally.EnterCandidates"),
    "confirm_candidates": via("tally.ConfirmCandidates"),
    "enter_roll": via("tally.EnterRoll"),
    "freeze_roll": via("tally.FreezeRoll"),
    "open_sitting": via("tally.OpenSitting"),
    "record_small_sitting": via("tally.RecordSmallSitting"),
    "get_sitting": via("tally.GetSitting"),
    "enter_figure": via("tally.EnterFigure"),
    "confirm_figure": via("tally.ConfirmFigure"),
    "adopt_method": via("tally.AdoptMethod"),
    "pass_officers": via("tally.PassOfficers"),
    "close_sitting": via("tally.CloseSitting"),
    "announce_candidates": via("tally.AnnounceCandidates"),
    "close_voting": via("tally.CloseVoting"),
    "decide_repeat": via("tally.DecideRepeat"),
    "form_groups": via("tally.FormGroups"),
    "list_sheets": via("tally.ListSheets"),
    "get_sheet": via("tally.GetSheet"),
    "save_entry": via("tally.SaveEntry"),
    "add_ballot": via("tally.AddBallot"),
    "decide_doubtful": via("tally.DecideDoubtful"),
    "import_machine_file": via("tally.ImportMachineFile"),
    "discard_entry": via("tally.DiscardEntry"),
    "finalise_entry": via("tally.FinaliseEntry"),
    "reread_fields": via("tally.RereadFields"),
    "dispute_sheet": via("tally.DisputeSheet"),
    "send_back_sheet": via("tally.SendBackSheet"),
    "recount_sheet": via("tally.RecountSheet"),
    "sign_sheet": via("tally.SignSheet"),
    "unsign_sheet": via("tally.UnsignSheet"),
    "merge_write_ins": via("tally.MergeWriteIns"),
    "close_count": via("tally.CloseCount"),
    "report_result": via("tally.ReportResult"),
    "declare_result": via("tally.DeclareResult"),
    "reduce_seats": via("tally.ReduceSeats"),
    "get_wall": via("tally.GetWall"),
    "get_result": via("tally.GetResult"),
    "get_record": via("tally.GetRecord"),
    "make_signing_key": via("tally.MakeSigningKey"),
    "print_ballot": via("tally.GetElection"),
    "print_vote_paper": via("tally.GetRecord"),
    "print_spare_papers": via("tally.GetElection"),
    "print_sheet": via("tally.GetSheet", "tally.GetElection"),
    "get_result_workbook": via("tally.GetResult"),
    "get_result_persons": via("tally.GetResult"),
    "get_result_groups": via("tally.GetResult"),
    "list_findings": SIGNED_IN,
    # accounts
    "issue_unit_accounts": via("identity.IssueUnitAccounts"),
    "print_account_sheet": SIGNED_IN,
    "list_accounts": via("identity.ListAccounts"),
    "create_account": via("identity.CreateAccount"),
    "reset_account": via("identity.ResetAccount"),
    "revoke_account": via("identity.RevokeAccount"),
    "give_grant": via("identity.GiveGrant"),
    "revoke_grant": via("identity.RevokeGrant"),
    "list_keys": via("identity.ListKeys"),
    "issue_key": via("identity.IssueKey"),
    "revoke_key": via("identity.RevokeKey"),
    # dashboard and live views: the read model decides by the caller's own subtrees
    "get_overview": SIGNED_IN,
    "get_directive_figures": SIGNED_IN,
    "list_child_figures": SIGNED_IN,
    "list_blockers": SIGNED_IN,
    "explain_figures": SIGNED_IN,
    "get_burden": SIGNED_IN,
    "list_burden_entries": SIGNED_IN,
    "print_pack": SIGNED_IN,
    "write_pack": SIGNED_IN,
    "watch_figures": SIGNED_IN,
    "list_feed": SIGNED_IN,
    "watch_feed": SIGNED_IN,
    # health
    "get_alive": anyone(),
    "get_ready": anyone(),
    "get_metrics": anyone(),
    "get_document": anyone(),
}

# Calls that no operation makes, and why.
NOT_OVER_HTTP: Final[Mapping[str, str]] = {
    "identity.CreateOperator": "by the machine's administrator, from the command line",
    "identity.ResolveSession": "by the gateway, for every request",
    "identity.ResolveKey": "by the gateway, for every request",
}


def is_open(operation: str) -> bool:
    """The operation needs no caller. Raises KeyError for an operation that is not in the table."""
    return ACCESS[operation].open
