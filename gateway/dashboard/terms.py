"""What a directive asks for, and by when: fixed when it was issued."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from huanjie.reporting.v1 import directives_pb2 as pb
from services.kernel.transmission import DEFAULT_POLICY, DUE_COMMON, Deadlines, Policy, Stage
from services.kernel.workdays import WorkCalendar, calendar_versions, day_of, work_calendar

POLICIES: Final = {DEFAULT_POLICY.version: DEFAULT_POLICY}
LAYERS_MAX: Final = 64
TERMS_KEPT_MAX: Final = 4_096


class TermsUnknown(ValueError):
    """A directive was issued under a policy or calendar that this program does not know: it is older."""


class Terms:
    """A DirectiveIssued message, read. TermsUnknown or ValueError where it cannot be."""

    def __init__(self, issued: pb.DirectiveIssued) -> None:
        self.issued = issued
        self.directive_id = issued.directive_id
        policy = POLICIES.get(issued.policy_version)
        if policy is None or issued.calendar_version not in calendar_versions():
            raise TermsUnknown(f"policy {issued.policy_version!r}, calendar {issued.calendar_version!r}")
        self.policy: Policy = policy
        self.calendar: WorkCalendar = work_calendar(issued.calendar_version)
        self.deadlines = _deadlines(issued)

    def due_class(self, layer: int, stage: Stage, due_us: int) -> int:
        """The due class of one unit's latest time: the common one, or a day of its own."""
        if due_us == self.deadlines.common(layer, stage):
            return DUE_COMMON
        return self.day_class(due_us)

    @staticmethod
    def day_class(due_us: int) -> int:
        """The due class of the end of that day."""
        return day_of(due_us).toordinal()

    def verified_by(self, reported_us: int) -> int:
        """The end of the last working day that a verifier has for a report of that day."""
        calendar = self.calendar
        return calendar.end_of_workday(calendar.add_workdays(day_of(reported_us), self.issued.verify_workdays))


@lru_cache(maxsize=TERMS_KEPT_MAX)
def terms_of(issued: bytes) -> Terms:
    """The terms that a message's bytes say, read once a process."""
    return Terms(pb.DirectiveIssued.FromString(issued))


def _deadlines(issued: pb.DirectiveIssued) -> Deadlines:
    """The common latest times. Raises ValueError where one is missing or they fall."""
    due = {(item.layer, item.stage): item.due_us for item in issued.deadlines}
    layers = max((layer for layer, _ in due), default=0)
    if not 1 <= layers <= LAYERS_MAX or len(due) != layers * len(Stage):
        raise ValueError(f"{len(due)} latest times for {layers} layers")
    rows = []
    for layer in range(1, layers + 1):
        dispatch, receive, name, start, report, verify = (due[layer, stage] for stage in Stage)
        rows.append((dispatch, receive, name, start, report, verify))
    return Deadlines(tuple(rows))
