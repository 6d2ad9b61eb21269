"""What comes up: matters that units raise, questions of the public, good practice."""

from __future__ import annotations

from typing import Final

from gateway.api.operations import Operation
from gateway.api.rpc import command, query

_TAG: Final = "matters"
_MATTER: Final = "/matters/{matter_id}"
_QUESTION: Final = "/public-questions/{question_id}"
_PRACTICE: Final = "/practices/{practice_id}"

OPERATIONS: Final[tuple[Operation, ...]] = (
    command("raise_matter", "POST", "/units/{unit_id}/matters", "reporting.RaiseMatter",
            tag=_TAG, summary="Raise a question, difficulty or concern, by topic and without persons", status=201,
            required=("topic", "kind", "text"),
            example={"topic": "materials", "kind": "question", "text": "选举办法草案是否须先报上级审阅？"}),
    query("list_unit_matters", "/units/{unit_id}/matters", "reporting.ListMatters",
          tag=_TAG, summary="What a unit raised, newest first", items="matters", leave_out=("owner_unit_id",)),
    query("list_owed_matters", "/units/{unit_id}/matters/owed", "reporting.ListMatters",
          tag=_TAG, summary="What waits for a unit's answer, due first", items="matters",
          fills={"unit_id": "owner_unit_id"}, leave_out=("unit_id",)),
    query("get_matter", _MATTER, "reporting.GetMatter",
          tag=_TAG, summary="One matter, with what the caller may do now"),
    query("get_matter_history", _MATTER + "/history", "reporting.GetMatterHistory",
          tag=_TAG, summary="Everything that happened to a matter, oldest first; by unit, never by account",
          items="items"),
    command("answer_matter", "POST", _MATTER + "/answer", "reporting.AnswerMatter",
            tag=_TAG, summary="Answer a matter; a second answer is refused", required=("answer",),
            example={"answer": "须报上级审阅，附草案一份。"}),
    command("pass_matter_up", "POST", _MATTER + "/pass-up", "reporting.PassMatterUp",
            tag=_TAG, summary="Pass a matter to the level above, whose clock starts anew",
            example={"note": "涉及全区口径，请予明确。"}),
    command("publish_matter_answer", "POST", _MATTER + "/publish", "reporting.PublishMatterAnswer",
            tag=_TAG, summary="Put an answer before all units, in words that name no unit", required=("question",),
            example={"question": "选举办法草案是否须先报上级审阅？"}),
    command("settle_matter", "POST", _MATTER + "/settle", "reporting.SettleMatter",
            tag=_TAG, summary="Say that the answer helped"),
    command("reopen_matter", "POST", _MATTER + "/reopen", "reporting.ReopenMatter",
            tag=_TAG, summary="Say that the answer did not help, and why", required=("reason",),
            example={"reason": "答复未说明报送时限。"}),
    query("list_published_answers", "/published-answers", "reporting.ListPublishedAnswers",
          tag=_TAG, summary="Answers that all units may read, newest first", items="answers"),
    command("enter_public_question", "POST", "/units/{unit_id}/public-questions", "reporting.EnterPublicQuestion",
            tag=_TAG, summary="Enter what the public asks: topic, kind of channel and day, never who", status=201,
            required=("topic", "channel", "asked_us", "question"),
            example={"topic": "schedule", "channel": "hotline", "asked_us": 1790000000000000,
                     "question": "社区党组织换届什么时候开始？"}),
    query("list_public_questions", "/units/{unit_id}/public-questions", "reporting.ListPublicQuestions",
          tag=_TAG, summary="Questions of the public that an office entered, newest first", items="questions"),
    command("draft_public_answer", "POST", _QUESTION + "/draft", "reporting.DraftPublicAnswer",
            tag=_TAG, summary="Draft the facts that answer it", required=("answer",),
            example={"answer": "按统一安排，自本月起分批进行，具体日期由所在党组织通知。"}),
    command("approve_public_answer", "POST", _QUESTION + "/approve", "reporting.ApprovePublicAnswer",
            tag=_TAG, summary="Approve an answer that another person drafted"),
    command("send_back_public_answer", "POST", _QUESTION + "/send-back", "reporting.SendBackPublicAnswer",
            tag=_TAG, summary="Send a draft back, with the reason", required=("reason",),
            example={"reason": "请补充依据。"}),
    command("publish_public_answer", "POST", _QUESTION + "/publish", "reporting.PublishPublicAnswer",
            tag=_TAG, summary="Publish the approved answer; the time it took is counted"),
    command("submit_practice", "POST", "/units/{unit_id}/practices", "reporting.SubmitPractice",
            tag=_TAG, summary="Hand in a method that worked, with what shows it", status=201,
            required=("topic", "title", "method"),
            example={"topic": "procedure", "title": "选举程序一张图", "method": "将程序各步绘成一张图，会前逐项核对。",
                     "evidence_reference": "机关档案室 2026-11 卷"}),
    query("list_unit_practices", "/units/{unit_id}/practices", "reporting.ListPractices",
          tag=_TAG, summary="Methods that a unit handed in", items="practices", leave_out=("waiting_below_unit_id",)),
    query("list_waiting_practices", "/units/{unit_id}/practices/waiting", "reporting.ListPractices",
          tag=_TAG, summary="Methods handed in below a unit that wait for a decision", items="practices",
          fills={"unit_id": "waiting_below_unit_id"}, leave_out=("unit_id",)),
    query("list_practices", "/practices", "reporting.ListPractices",
          tag=_TAG, summary="Published good practice, newest first; in no order of merit", items="practices",
          leave_out=("unit_id", "waiting_below_unit_id")),
    command("publish_practice", "POST", _PRACTICE + "/publish", "reporting.PublishPractice",
            tag=_TAG, summary="Put a method before all units"),
    command("return_practice", "POST", _PRACTICE + "/return", "reporting.ReturnPractice",
            tag=_TAG, summary="Return a method to its unit, with the reason", required=("reason",),
            example={"reason": "请删去涉及个人的内容。"}),
)  # fmt: skip
