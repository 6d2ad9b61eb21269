"""What can go wrong, as sentences for whoever sits at the terminal."""

from __future__ import annotations

from infra.local.archive import ArchiveDamaged, ArchiveUnreadable, CopiesUnsettled
from infra.local.platform import SupervisorDied
from infra.local.ports import NoFreePort
from infra.local.words import EXIT_REFUSED, EXIT_RUNNING, EXIT_UNREACHABLE, Trouble, explain_refusal
from services.chassis.broker import BrokerError, BrokerSilent
from services.chassis.folder import FolderError, FolderInUse
from services.chassis.keys import KeyMissing
from services.chassis.refusals import ServiceUnreachable
from services.chassis.settings import SettingsError
from services.chassis.store import StoreError
from services.kernel.refusal import Refusal


def trouble_of(error: Exception) -> Trouble | None:
    """None for what nobody foresaw."""
    if isinstance(error, FolderInUse):
        return Trouble("FOLDER_IN_USE", EXIT_RUNNING, pid=error.pid)
    if isinstance(error, Refusal):
        code = EXIT_UNREACHABLE if isinstance(error, ServiceUnreachable) else EXIT_REFUSED
        return Trouble("REFUSED", code, reason=explain_refusal(error))
    for kind, key, code in _TABLE:
        if isinstance(error, kind):
            return Trouble(key, code, detail=str(error))
    return None


_TABLE: tuple[tuple[type[Exception], str, int], ...] = (
    (FolderError, "FOLDER", EXIT_REFUSED),
    (SettingsError, "SETTINGS", EXIT_REFUSED),
    (KeyMissing, "KEY_MISSING", EXIT_REFUSED),
    (BrokerSilent, "BROKER_SILENT", EXIT_UNREACHABLE),
    (BrokerError, "BROKER", EXIT_UNREACHABLE),
    (StoreError, "STORE", EXIT_REFUSED),
    (NoFreePort, "NO_FREE_PORT", EXIT_REFUSED),
    (SupervisorDied, "SUPERVISOR_DIED", EXIT_REFUSED),
    (ArchiveUnreadable, "ARCHIVE_UNREADABLE", EXIT_REFUSED),
    (ArchiveDamaged, "ARCHIVE_DAMAGED", EXIT_REFUSED),
    (CopiesUnsettled, "COPIES_UNSETTLED", EXIT_REFUSED),
    (OSError, "SYSTEM", EXIT_REFUSED),
)
