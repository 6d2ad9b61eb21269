"""Samples, and what they say of the gap between reported and verified."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import verification_pb2 as pb
from services.chassis import tree
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import NotFound
from services.reporting.domain.sampling import gap_of
from services.reporting.store import directives
from services.reporting.store.verification import Sample, load_sample, samples_before

SAMPLES_ROWS_DEFAULT: Final = 20
SAMPLES_ROWS_MAX: Final = 50
_NEWEST: Final = 1 << 62


def get_sample(query: pb.GetSampleRequest, ask: Ask) -> pb.Sample:
    """To whoever stands at or above the verifier's unit: nobody learns beforehand whom it falls on. Raises NotFound."""
    sample = load_sample(ask.reader, query.sample_id)
    if not _seen(ask, sample):
        raise NotFound(kind="sample", id=query.sample_id)
    return _message(ask, sample)


def list_samples(query: pb.ListSamplesRequest, ask: Ask) -> pb.ListSamplesResponse:
    """A directive's samples that the caller may see, newest first."""
    directives.load(ask.reader, query.directive_id)
    (position,) = key_of(query, _NEWEST)
    rows_max = rows_of(query, SAMPLES_ROWS_DEFAULT, SAMPLES_ROWS_MAX)
    rows = samples_before(ask.reader, query.directive_id, int(position), rows_max + 1)
    shown = rows[:rows_max]
    return pb.ListSamplesResponse(
        samples=[_message(ask, sample) for sample in shown if _seen(ask, sample)],
        next_cursor=cursor_of(shown[-1].position) if len(rows) > rows_max else "",
    )


def _seen(ask: Ask, sample: Sample) -> bool:
    unit = tree.find(ask.reader, sample.verifier_unit_id)
    return unit is not None and ask.scope().sees(unit.path)


def _message(ask: Ask, sample: Sample) -> pb.Sample:
    gap = gap_of(sample.checked, sample.found_true)
    names = {unit.unit_id: found.name for unit in sample.units if (found := tree.find(ask.reader, unit.unit_id))}
    return pb.Sample(
        sample_id=sample.sample_id,
        directive_id=sample.directive_id,
        verifier_unit_id=sample.verifier_unit_id,
        seed=sample.seed,
        population=sample.population,
        population_digest=sample.population_digest,
        drawn_at_us=sample.drawn_at_us,
        units=[
            pb.SampledUnit(
                unit_id=unit.unit_id,
                unit_name=names.get(unit.unit_id, ""),
                checked=unit.checked,
                found_true=unit.found_true,
            )
            for unit in sample.units
        ],
        checked=sample.checked,
        found_true=sample.found_true,
        gap_ppm=gap.gap_ppm,
        gap_low_ppm=gap.low_ppm,
        gap_high_ppm=gap.high_ppm,
    )
