"""What happens to forms and samples. Instants are microseconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormAssigned:
    """The reports of a directive carry the figures of this form."""

    directive_id: str
    form_id: str
    form_version: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as a canonical text."""

    field_id: str
    value: str


@dataclass(frozen=True, slots=True)
class FigureExplanation:
    """Why a warning is no mistake."""

    rule_id: str
    text: str


@dataclass(frozen=True, slots=True)
class FiguresReported:
    """The figures of the report of the same number."""

    directive_id: str
    unit_id: str
    report_number: int
    form_id: str
    form_version: int
    figures: tuple[Figure, ...]
    explanations: tuple[FigureExplanation, ...]


@dataclass(frozen=True, slots=True)
class SampleDrawn:
    """Units whose reports are looked at on the spot; whoever has the reported units and the seed draws the same."""

    sample_id: str
    directive_id: str
    verifier_unit_id: str
    seed: str
    population: int
    population_digest: str
    unit_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleChecked:
    """What was found on the spot."""

    sample_id: str
    unit_id: str
    report_number: int
    found_true: bool
    verifier_unit_id: str


FORM_EVENTS: tuple[type, ...] = (FormAssigned, FiguresReported, SampleDrawn, SampleChecked)
