"""A command names only files that are kept: looked for beside the writer, before the command is queued."""

from __future__ import annotations

from collections.abc import Iterable

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.blobs import BlobNameInvalid
from services.chassis.refusals import BadRequest, NotFound


def prepare_keep_record(command: pb.KeepRecordRequest, ask: Ask) -> None:
    """The decision's or document's file."""
    _check(ask, [command.file_sha256])


def prepare_complete_milestone(command: pb.CompleteMilestoneRequest, ask: Ask) -> None:
    """The documents that the milestone requires."""
    _check(ask, command.evidence)


def prepare_hold_meeting(command: pb.HoldMeetingRequest, ask: Ask) -> None:
    """The minutes."""
    _check(ask, [command.minutes_sha256])


def prepare_send_paper(command: pb.SendPaperRequest, ask: Ask) -> None:
    """The signed paper."""
    _check(ask, [command.file_sha256])


def prepare_answer_request(command: pb.AnswerRequestRequest, ask: Ask) -> None:
    """The superior's reply."""
    _check(ask, [command.file_sha256])


def prepare_receive_requirement(command: pb.ReceiveRequirementRequest, ask: Ask) -> None:
    """The superior's document."""
    _check(ask, [command.file_sha256])


def prepare_file_results(command: pb.FileResultsRequest, ask: Ask) -> None:
    """The report on the results."""
    _check(ask, [command.file_sha256])


def _check(ask: Ask, names: Iterable[str]) -> None:
    """Raises NotFound, BadRequest."""
    for sha256 in names:
        try:
            if sha256 and not ask.context.blobs.exists(sha256):
                raise NotFound(kind="blob", id=sha256)
        except BlobNameInvalid:
            raise BadRequest(field="file_sha256", problem="malformed") from None
