"""Telemetry: joined traces, labelled metrics, JSON lines, and no personal data in any of them."""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext, StatusCode
from prometheus_client.parser import text_string_to_metric_families

from services.chassis import telemetry
from services.chassis.refusals import DeadlinePassed, InternalFailure
from services.chassis.telemetry.personal import PERSONAL_KEYS, PERSONAL_WORDS

MALFORMED = [
    "x",
    "00-" + "0" * 32 + "-" + "1" * 16 + "-01",
    "00-" + "1" * 32 + "-" + "0" * 16 + "-01",
    "00-" + "g" * 32 + "-" + "1" * 16 + "-01",
    "00-" + "1" * 31 + "-" + "1" * 17 + "-01",
    "00-" + "1" * 32 + "-" + "1" * 16 + "-00",
]


@pytest.fixture
def lines() -> Iterator[BytesIO]:
    stream = BytesIO()
    handlers, level = logging.root.handlers[:], logging.root.level
    telemetry.configure_logging("tally", "info", stream)
    yield stream
    structlog.reset_defaults()
    logging.basicConfig(level=level, handlers=handlers, force=True)


def read(lines: BytesIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_log_line_is_one_json_object_with_time_level_and_service(lines: BytesIO) -> None:
    telemetry.logger().info("batch committed", commands=3, method="换届")
    (line,) = read(lines)
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "event": "batch committed",
        "level": "info",
        "service": "tally",
        "commands": 3,
        "method": "换届",
    }


def test_lines_below_the_level_are_not_written(lines: BytesIO) -> None:
    telemetry.logger().debug("quiet")
    assert read(lines) == []


@pytest.mark.parametrize("key", sorted(PERSONAL_KEYS | PERSONAL_WORDS | {"home_phone", "Password", "person_id"}))
def test_a_personal_key_is_left_out_and_named(lines: BytesIO, key: str) -> None:
    telemetry.logger().info("seen", unit="unit_1", **{key: "hunter2"})
    assert b"hunter2" not in lines.getvalue()
    (line,) = read(lines)
    assert (line["unit"], line["left_out"]) == ("unit_1", [key])


def test_personal_keys_are_found_inside_nested_values(lines: BytesIO) -> None:
    telemetry.logger().info("seen", rows=[{"unit": "unit_1", "phone": "hunter2"}], deep={"a": {"name": "hunter2"}})
    assert b"hunter2" not in lines.getvalue()
    (line,) = read(lines)
    assert (line["rows"], line["left_out"]) == ([{"unit": "unit_1"}], ["name", "phone"])


def test_what_cannot_be_written_as_json_does_not_break_the_line(lines: BytesIO) -> None:
    telemetry.logger().info("odd", value=object(), bound={1: {2: {3: {4: {5: "x"}}}}})
    assert read(lines)[0]["event"] == "odd"


def test_libraries_are_heard_from_warning_on_in_the_same_form(lines: BytesIO) -> None:
    logging.getLogger("nats").info("chatter")
    logging.getLogger("nats").warning("slow %s", "consumer")
    (line,) = read(lines)
    assert (line["event"], line["library"], line["level"]) == ("slow consumer", "nats", "warning")


def test_an_exception_is_one_line(lines: BytesIO) -> None:
    try:
        raise DeadlinePassed
    except DeadlinePassed:
        telemetry.logger().exception("failed")
    (line,) = read(lines)
    assert "DEADLINE_PASSED" in str(line["exception"])


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    yield exporter
    telemetry.configure_tracing("off", 0, "")


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def context_of(span: ReadableSpan) -> SpanContext:
    context = span.get_span_context()
    assert context is not None
    return context


def test_a_trace_joins_processes_through_the_traceparent(exporter: InMemorySpanExporter) -> None:
    telemetry.configure_tracing("gateway", 1.0, "", exporter)
    with telemetry.root_span("http"), telemetry.span("call"):
        carried = telemetry.traceparent()
    assert telemetry.traceparent() == ""
    further = InMemorySpanExporter()
    telemetry.configure_tracing("reporting", 0.0, "", further)
    with telemetry.span("decide", carried) as decide:
        decide.set("method", "Report")
        with telemetry.span("commit"):
            pass
    spans = by_name(exporter) | by_name(further)
    parents = {name: span.parent and span.parent.span_id for name, span in spans.items()}
    ids = {name: context_of(span).span_id for name, span in spans.items()}
    (trace_id,) = {context_of(span).trace_id for span in spans.values()}
    assert parents == {"http": None, "call": ids["http"], "decide": ids["call"], "commit": ids["decide"]}
    assert carried == f"00-{trace_id:032x}-{ids['call']:016x}-01"
    assert spans["decide"].attributes == {"method": "Report"}
    assert spans["decide"].resource.attributes["service.name"] == "reporting"


def test_an_unsampled_trace_is_recorded_nowhere(exporter: InMemorySpanExporter) -> None:
    telemetry.configure_tracing("gateway", 0.0, "", exporter)
    with telemetry.root_span("http"):
        carried = telemetry.traceparent()
        with telemetry.span("call"):
            pass
    assert carried == ""
    with telemetry.span("decide", carried), telemetry.span("commit"):
        pass
    assert by_name(exporter) == {}


@pytest.mark.parametrize("parent", MALFORMED)
def test_a_malformed_or_unsampled_parent_is_not_followed(exporter: InMemorySpanExporter, parent: str) -> None:
    telemetry.configure_tracing("reporting", 1.0, "", exporter)
    with telemetry.span("decide", parent):
        assert telemetry.traceparent() == ""
    assert by_name(exporter) == {}


def test_the_share_of_roots_that_is_recorded_is_the_ratio(
    exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    telemetry.configure_tracing("gateway", 0.25, "", exporter)
    draws = iter([number / 100 for number in range(100)])
    monkeypatch.setattr("random.random", lambda: next(draws))
    for _ in range(100):
        with telemetry.root_span("http"):
            pass
    assert len(exporter.get_finished_spans()) == 25


def test_an_error_is_recorded_though_its_trace_was_not_drawn(exporter: InMemorySpanExporter) -> None:
    telemetry.configure_tracing("gateway", 0.0, "", exporter)
    with suppress(ZeroDivisionError), telemetry.root_span("broken"):
        raise ZeroDivisionError("张三 13800000000")
    with suppress(DeadlinePassed), telemetry.root_span("refused"):
        raise DeadlinePassed
    with suppress(asyncio.CancelledError), telemetry.root_span("cancelled"):
        raise asyncio.CancelledError
    with suppress(InternalFailure), telemetry.root_span("failed"):
        raise InternalFailure
    broken, failed = exporter.get_finished_spans()
    assert (failed.name, failed.attributes) == ("failed", {"refusal": "INTERNAL_FAILURE"})
    assert (broken.name, broken.status.status_code) == ("broken", StatusCode.ERROR)
    assert broken.status.description == "ZeroDivisionError", "a message may hold personal data"
    assert not broken.events


def test_a_refusal_is_noted_and_is_no_error(exporter: InMemorySpanExporter) -> None:
    telemetry.configure_tracing("gateway", 1.0, "", exporter)
    with suppress(DeadlinePassed), telemetry.root_span("refused"):
        raise DeadlinePassed
    refused = by_name(exporter)["refused"]
    assert refused.attributes == {"refusal": "DEADLINE_PASSED"}
    assert refused.status.status_code is StatusCode.UNSET


def test_personal_attributes_are_not_set(exporter: InMemorySpanExporter) -> None:
    telemetry.configure_tracing("gateway", 1.0, "", exporter)
    with telemetry.root_span("http") as span:
        span.set("phone", "13800000000")
    assert not by_name(exporter)["http"].attributes


async def test_each_task_has_its_own_current_span(exporter: InMemorySpanExporter) -> None:
    telemetry.configure_tracing("gateway", 1.0, "", exporter)
    inside = asyncio.Event()

    async def hold() -> str:
        with telemetry.root_span("held"):
            inside.set()
            return telemetry.traceparent()

    with telemetry.root_span("outer"):
        task = asyncio.create_task(hold())
        await inside.wait()
        outer = telemetry.traceparent()
    assert len({await task, outer, ""}) == 3


def test_without_an_exporter_nothing_is_recorded() -> None:
    telemetry.configure_tracing("gateway", 1.0, "")
    with telemetry.root_span("http") as span:
        span.set("method", "x")
        assert telemetry.traceparent() == ""
    telemetry.shutdown_tracing()
    telemetry.shutdown_tracing()


def test_every_sample_carries_the_service() -> None:
    calls = telemetry.counter("test_calls", "Calls.", ["method"])
    lag = telemetry.gauge("test_lag", "Lag.")
    seconds = telemetry.histogram("test_seconds", "Seconds.")
    telemetry.configure_metrics("tally")
    calls.labels("Report").inc(2)
    lag.set(5)
    seconds.observe(0.003)
    families = list(text_string_to_metric_families(telemetry.metrics_text().decode()))
    samples = [sample for family in families for sample in family.samples]
    assert {sample.labels["service"] for sample in samples} == {"tally"}
    values = {(s.name, s.labels.get("method")): s.value for s in samples}
    assert values["huanjie_test_calls_total", "Report"] == 2
    assert values["huanjie_test_lag", None] == 5
    assert values["huanjie_test_seconds_count", None] == 1
    again = telemetry.metrics_text().decode()
    lines = [line for line in again.splitlines() if line.startswith("huanjie_test_")]
    assert lines and all(line.count("service=") == 1 for line in lines), "writing does not add the label twice"


@pytest.mark.parametrize("label", ["phone", "name", "service"])
def test_a_personal_metric_label_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=label):
        telemetry.counter("test_refused", "Never made.", [label])
