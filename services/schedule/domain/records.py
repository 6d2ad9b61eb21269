"""What is entered for gates to rest on: decisions, notices, documents. All other facts follow from acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.schedule.domain import gates
from services.schedule.domain.milestones import Template
from services.schedule.domain.office_errors import FactNotKept, FactUnknown
from services.schedule.domain.upward import matters

KEPT_KINDS: Final = (gates.DECISION, gates.NOTICE, gates.FILED)
MATTER_CHARS_MAX: Final = 100
NUMBER_CHARS_MAX: Final = 100
TEXT_CHARS_MAX: Final = 2_000
EVIDENCE_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """What decides of a record: its kind, matter and organ."""

    kind: str
    matter: str
    organ: str

    @property
    def fact(self) -> str:
        """The key that conditions name: a decision's with the organ that took it."""
        name = f"{self.organ}/{self.matter}" if self.kind == gates.DECISION else self.matter
        return f"{self.kind}:{name}"


def check_kept(kept: Kept, template: Template) -> None:
    """Raises FactNotKept for what is not entered by hand, FactUnknown for what nothing in the plan asks for.

    That a request went up follows from the request itself.
    """
    if kept.kind not in KEPT_KINDS or (kept.kind == gates.FILED and kept.matter in matters(template)):
        raise FactNotKept(fact=kept.fact)
    if kept.fact not in set(asked_facts(template)):
        raise FactUnknown(fact=kept.fact)


def asked_facts(template: Template) -> Iterable[str]:
    """Every fact that a gate of the template asks for or a milestone brings about."""
    for milestone in template.milestones:
        yield from milestone.records
        for atom in gates.atoms(milestone.gate):
            yield gates.key_of(atom)
