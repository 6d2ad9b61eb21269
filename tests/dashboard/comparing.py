"""The read model's rows against the naive recount."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from gateway.dashboard.store import directives
from gateway.dashboard.view import View
from services.chassis.store import Reader
from services.kernel.transmission import MASS_E9, Category, Figures, ScopeLayer, Stage, counter_key
from services.kernel.transmission.counters import COUNTER_STEP, bucket_key, minutes_key
from services.kernel.transmission.keys import DUE_SETTLED, category_of, due_class_of, layer_of
from tests.dashboard.naive_board import NaiveBoard
from tests.kernel.naive_transmission import LATE, NaiveDirective


def check_model(reader: Reader, naive: NaiveBoard, position: int) -> int:
    """Every figure of every unit of every open directive, as of a position; returns how many were compared."""
    rows = directives.open_at(reader, position)
    assert [row.directive_id for row in rows] == [key for key, asked in naive.asked.items() if asked.open]
    compared = 0
    for row in rows:
        wanted, numbers = naive.directive(row.directive_id)
        view = View(reader, row, position)
        live = {number for number, _ in wanted.walk(0)}
        for unit, number in numbers.items():
            if number in live:
                compared += 1
                where = f"{row.directive_id} {unit} at {position}"
                assert len(view.chain(unit)) == wanted_layer(wanted, number) + 1, where
                check_figures(view.figures_of(unit).check(), wanted, number, where)
                assert view.layers(unit) == wanted_layers(wanted, number), f"layers of {where}"
                touched = {view.unit_id(child) for child in view.touched(view.number(unit))}
                assert {numbers[child] for child in touched} <= set(wanted.children(number)), where
    return compared


def wanted_layer(wanted: NaiveDirective, number: int) -> int:
    parent = wanted.units[number].parent
    return 0 if parent is None else 1 + wanted_layer(wanted, parent)


def wanted_layers(wanted: NaiveDirective, number: int) -> tuple[ScopeLayer, ...]:
    """The scope under a unit, counted one by one; a root that nothing stands under is not on its own route."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for below, layer in wanted.walk(number):
        own = wanted.units[below].own
        for index, count in enumerate((int(wanted.mass(below) > 0), int(own > 0), own)):
            counts[layer][index] += count
    return tuple(ScopeLayer(*counts[layer]) for layer in sorted(counts))


def check_figures(figures: Figures, wanted: NaiveDirective, number: int, where: str) -> None:
    assert figures.mass == wanted.mass(number), f"mass of {where}"
    assert figures.own == wanted.units[number].own, f"own mass of {where}"
    assert figures.yield_e9 == wanted.yield_e9(number), f"yield of {where}"
    assert figures.reach == wanted.reach(number), f"reach of {where}"
    counts = {counter_key(layer, counter): n for (layer, counter), n in wanted.counts(number).items()}
    latencies_from = bucket_key(0, Stage.RECEIVE, 0)
    for (layer, stage), told in wanted.latencies(number).items():
        for minutes in told:
            bucket = min(max(minutes.bit_length() - 1, 0), 15)
            counts[bucket_key(layer, stage, bucket)] = counts.get(bucket_key(layer, stage, bucket), 0) + 1
            if minutes:
                counts[minutes_key(layer, stage)] = counts.get(minutes_key(layer, stage), 0) + minutes
    assert latencies_from < COUNTER_STEP
    assert figures.counts == counts, f"counters of {where}"
    exact = wanted.losses(number)
    kept = losses_of(figures)
    floors = Fraction(40 * len(wanted.units), MASS_E9)
    for place in exact.keys() | kept.keys():
        off = kept.get(place, Fraction()) - exact.get(place, Fraction())
        assert abs(off) <= floors, f"losses of {where} at {place}: off by {off}"


def losses_of(figures: Figures) -> dict[tuple[int, Category, int | str], Fraction]:
    """A vector in the naive recount's terms."""
    return {
        (layer_of(key), category_of(key), LATE if due_class_of(key) == DUE_SETTLED else due_class_of(key)): Fraction(
            amount, MASS_E9
        )
        for key, amount in figures.vector.items()
        if category_of(key) is not Category.EARNED
    }
