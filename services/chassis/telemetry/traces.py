"""Traces that join gateway, service and consumer, sampled where they begin.

A root is drawn once, cheaply, before anything else happens; all that follows it, in any process, is
recorded or not with it (a parent-based ratio sampler, drawn by us because the library's costs several
microseconds for each span it drops). A root that was not drawn but ends in an exception other than a
refusal is recorded alone, so that errors are always seen. Between processes travels the W3C traceparent, or
nothing when the trace is not recorded. Attributes hold no personal data.
"""

import random
import time
from contextvars import ContextVar, Token
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol

from services.chassis.telemetry.personal import is_personal
from services.kernel.refusal import Category, Refusal

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

Value = str | int | bool
_TRACEPARENT_CHARS: Final = 55


class Span(Protocol):
    """A stretch of work, used with `with`."""

    def set(self, key: str, value: Value) -> None:
        """Adds an attribute; nothing where the trace is not recorded or the key is personal."""

    def __enter__(self) -> "Span": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class _Tracing:
    provider: "TracerProvider"
    tracer: "trace.Tracer"
    ratio: float


_tracing: _Tracing | None = None
_current: ContextVar["trace.Span | None"] = ContextVar("huanjie_span", default=None)


def configure_tracing(service: str, ratio: float, otlp_endpoint: str, exporter: "SpanExporter | None" = None) -> None:
    """Once a process, at its start. Without an endpoint or exporter nothing is recorded or even loaded.

    `ratio` is the share of roots that are recorded, 0 to 1. An `exporter` gets each span as it ends, for
    tests.
    """
    global _tracing
    shutdown_tracing()
    if not otlp_endpoint and exporter is None:
        return
    # The SDK takes a tenth of a second and some megabytes to load: only where traces are wanted.
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    provider = TracerProvider(resource=Resource({"service.name": service}), shutdown_on_exit=False)
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    if otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint)))
    _tracing = _Tracing(provider, provider.get_tracer("huanjie"), ratio)


def shutdown_tracing() -> None:
    """Sends what is left and stops; may be called twice."""
    global _tracing
    stopping, _tracing = _tracing, None
    if stopping is not None:
        stopping.provider.shutdown()


def traceparent() -> str:
    """The W3C traceparent of the current span, to travel with messages; empty where nothing is recorded."""
    current = _current.get()
    if current is None:
        return ""
    context = current.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-01"


def root_span(name: str) -> Span:
    """A span where a trace begins: a request from outside, a tick. Recorded when drawn, or on an error."""
    tracing = _tracing
    if tracing is None:
        return _NOTHING
    if random.random() < tracing.ratio:
        return _Recorded(tracing, name, None)
    return _Undrawn(tracing, name)


def span(name: str, parent: str | None = None) -> Span:
    """A span within a trace: of the message that carried traceparent `parent`, or else of the current span.

    An empty or malformed traceparent means that the trace is not recorded, and neither is this.
    """
    tracing = _tracing
    if tracing is None or parent == "":
        return _NOTHING
    if parent is None:
        current = _current.get()
        return _NOTHING if current is None else _Recorded(tracing, name, _under(current))
    context = _remote(parent)
    return _NOTHING if context is None else _Recorded(tracing, name, context)


class _Nothing:
    __slots__ = ()

    def set(self, key: str, value: Value) -> None:
        pass

    def __enter__(self) -> "_Nothing":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        pass


_NOTHING: Final = _Nothing()


class _Undrawn(_Nothing):
    __slots__ = ("_name", "_start_ns", "_tracing")

    def __init__(self, tracing: _Tracing, name: str) -> None:
        self._tracing = tracing
        self._name = name
        self._start_ns = time.time_ns()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        if _is_failure(error):
            recorded = self._tracing.tracer.start_span(self._name, start_time=self._start_ns)
            _end(recorded, error)


class _Recorded:
    __slots__ = ("_span", "_token")

    def __init__(self, tracing: _Tracing, name: str, context: "Context | None") -> None:
        self._span = tracing.tracer.start_span(name, context=context)
        self._token: Token[trace.Span | None] | None = None

    def set(self, key: str, value: Value) -> None:
        if not is_personal(key):
            self._span.set_attribute(key, value)

    def __enter__(self) -> "_Recorded":
        self._token = _current.set(self._span)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        if self._token is not None:
            _current.reset(self._token)
        _end(self._span, error)


def _end(recorded: "trace.Span", error: BaseException | None) -> None:
    """Only the kind of an error is recorded: its message may hold personal data."""
    from opentelemetry.trace import Status, StatusCode

    if isinstance(error, Refusal):
        recorded.set_attribute("refusal", error.code)
    if _is_failure(error):
        recorded.set_status(Status(StatusCode.ERROR, type(error).__name__))
    recorded.end()


def _is_failure(error: BaseException | None) -> bool:
    """A refusal is an answer, unless it says that we failed; a cancelled task did not fail."""
    if isinstance(error, Refusal):
        return error.category is Category.INTERNAL
    return isinstance(error, Exception)


def _under(parent: "trace.Span") -> "Context":
    from opentelemetry.context import Context
    from opentelemetry.trace import set_span_in_context

    return set_span_in_context(parent, Context())


def _remote(parent: str) -> "Context | None":
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

    parts = parent.split("-")
    if len(parent) != _TRACEPARENT_CHARS or [len(part) for part in parts] != [2, 32, 16, 2]:
        return None
    try:
        _, trace_id, span_id, flags = (int(part, 16) for part in parts)
    except ValueError:
        return None
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
    return _under(NonRecordingSpan(context)) if context.is_valid and flags & 1 else None
