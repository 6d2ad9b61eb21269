"""Progress of long work on standard error: a spinner or a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def steps(title: str) -> Iterator[Callable[[str], None]]:
    """For work whose length is not known; the block tells each step."""
    with Console(stderr=True).status(title) as status:
        yield lambda step: status.update(f"{title} {step}")


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """For work whose length is known; the block tells how much more is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=total)
        yield lambda amount: progress.advance(task, amount)
