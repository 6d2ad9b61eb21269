"""What a process tells of itself: logs, traces and metrics, none of which may hold personal data."""

from services.chassis.telemetry.logs import configure_logging, logger
from services.chassis.telemetry.metrics import configure_metrics, counter, gauge, histogram, metrics_text
from services.chassis.telemetry.traces import (
    Span,
    configure_tracing,
    root_span,
    shutdown_tracing,
    span,
    traceparent,
)

__all__ = [
    "Span",
    "configure_logging",
    "configure_metrics",
    "configure_tracing",
    "counter",
    "gauge",
    "histogram",
    "logger",
    "metrics_text",
    "root_span",
    "shutdown_tracing",
    "span",
    "traceparent",
]
