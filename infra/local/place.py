"""Where the command line works: the data folder, its settings, and how a process reaches the broker."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from infra.local.ports import read_ports
from infra.local.words import EXIT_UNREACHABLE, Trouble, say
from infra.nats.seeds import seed_file
from services.chassis.folder import DataFolder
from services.chassis.settings import Settings, load_settings

if TYPE_CHECKING:
    from services.chassis.service import Site

DATA_VARIABLE = "HUANJIE_DATA"
DEFAULT_DATA = Path("huanjie-data")

data_option = click.option(
    "--data",
    "root",
    envvar=DATA_VARIABLE,
    default=DEFAULT_DATA,
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=say("help:data"),
)


def open_place(root: Path) -> tuple[DataFolder, Settings]:
    """The data folder and the settings that hold for it. Raises FolderError, SettingsError."""
    folder = DataFolder.open(root.resolve())
    settings = load_settings(data=folder.root)
    if settings.district and settings.district != folder.identity.district_code:
        DataFolder.open(folder.root, district_code=settings.district)
    return folder, settings


def broker_url(folder: DataFolder, settings: Settings) -> str:
    """The broker of the settings, or the platform's own."""
    if settings.nats:
        return settings.nats
    ports = read_ports(folder)
    if ports is None:
        raise Trouble("NOT_RUNNING", EXIT_UNREACHABLE, folder=str(folder.root))
    return f"nats://127.0.0.1:{ports.nats}"


def monitor_url(folder: DataFolder, settings: Settings) -> str:
    """The broker's monitoring address; empty where the broker is somebody else's."""
    ports = read_ports(folder)
    return f"http://127.0.0.1:{ports.monitor}" if ports and ports.monitor and not settings.nats else ""


def site_of(folder: DataFolder, settings: Settings, user: str) -> Site:
    """How one process of the platform stands."""
    from services.chassis.service import Site  # a whole service: most commands do without

    seed = seed_file(folder.keys, user)
    return Site(
        folder,
        broker_url(folder, settings),
        monitor_url(folder, settings),
        seed if seed.exists() else None,
        settings.js_api_prefix,
        settings.trace_sample_ratio,
        settings.otlp_endpoint,
        settings.log_level,
        limits=settings.limits,
        mail=settings.mail,
        hook=settings.hook,
    )


def address(folder: DataFolder, settings: Settings) -> str:
    """Where a browser finds the platform that runs, or ran last, in this folder."""
    ports = read_ports(folder)
    host = settings.http_host if settings.http_host not in ("0.0.0.0", "::") else "127.0.0.1"
    return f"http://{host}:{ports.http if ports else settings.http_port}"


def broker_folder(folder: DataFolder) -> Path:
    """Where the platform's own broker keeps its streams."""
    path = folder.root / "broker"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def colours() -> bool:
    """Whether standard output is a terminal that may be drawn on."""
    return os.isatty(1)
