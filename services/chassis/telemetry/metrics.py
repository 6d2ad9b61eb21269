"""Prometheus metrics: one registry a process; every sample carries the process's service as a label.

Metrics are made at module level, once; the service is known later and is added when the text is written.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from services.chassis.telemetry.personal import is_personal

PREFIX: Final = "huanjie_"
SECONDS_BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class _Labelled(Collector):
    """Adds the service to every sample of a registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.service = ""
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        for metric in self._registry.collect():
            metric.samples = [
                sample._replace(labels={"service": self.service, **sample.labels}) for sample in metric.samples
            ]
            yield metric


_registry = CollectorRegistry()
ProcessCollector(registry=_registry)
_labelled = _Labelled(_registry)
_exposed = CollectorRegistry()


def configure_metrics(service: str) -> None:
    """Once a process, at its start: the name that its samples carry."""
    _labelled.service = service


def counter(name: str, meaning: str, labels: Sequence[str] = ()) -> Counter:
    """A number that only grows. `name` without the prefix; a name used twice raises ValueError."""
    return Counter(PREFIX + name, meaning, _checked(labels), registry=_registry)


def gauge(name: str, meaning: str, labels: Sequence[str] = ()) -> Gauge:
    """A number that goes up and down."""
    return Gauge(PREFIX + name, meaning, _checked(labels), registry=_registry)


def histogram(
    name: str, meaning: str, labels: Sequence[str] = (), buckets: Sequence[float] = SECONDS_BUCKETS
) -> Histogram:
    """A distribution, in seconds unless the name says otherwise."""
    return Histogram(PREFIX + name, meaning, _checked(labels), registry=_registry, buckets=buckets)


def metrics_text() -> bytes:
    """All metrics in the Prometheus text format, media type `text/plain; version=0.0.4; charset=utf-8`."""
    return generate_latest(_exposed)


def _checked(labels: Sequence[str]) -> Sequence[str]:
    if personal := [label for label in labels if is_personal(label) or label == "service"]:
        raise ValueError(f"not fit for a metric's label: {', '.join(personal)}")
    return labels


_exposed.register(_labelled)
