"""What every service counts of itself: amounts and durations, never who."""

from __future__ import annotations

from typing import Final

from services.chassis.telemetry import counter, gauge, histogram

COMMANDS: Final = counter("commands", "Commands answered.", ("outcome",))
ACCEPTED: Final = COMMANDS.labels("accepted")
REFUSED: Final = COMMANDS.labels("refused")
QUERIES: Final = counter("queries", "Queries answered.")
BUSY: Final = counter("busy", "Calls turned away at a limit.")
COMMIT_SECONDS: Final = histogram("commit_seconds", "One group commit, from its first decision to durable.")
BATCH_ITEMS: Final = histogram(
    "batch_items", "Commands and jobs in one group commit.", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)
LEDGER_POSITION: Final = gauge("ledger_position", "Last position of the ledger.")
PUBLISHED_POSITION: Final = gauge("published_position", "Last position that the broker acknowledged.")
INBOX_POSITION: Final = gauge("inbox_position", "Last position read of a producer's ledger.", ("producer",))
INBOX_BEHIND: Final = gauge("inbox_behind", "Entries that a producer has and this service has not.", ("producer",))
IN_FLIGHT: Final = gauge("calls_in_flight", "Calls taken and not yet answered.")
