"""The broker in a container, from an image of one static binary, carries a ledger like the one on the machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import NatsServer, server_binary
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.scene import Scene
from tests.chassis.test_way import mirrored, open_and_add

pytestmark = pytest.mark.docker

IMAGE = "huanjie-test-nats:local"
ROOT = Path(__file__).parents[2]
CLIENT_PORT, MONITOR_PORT = 4222, 8222


def docker_missing() -> str:
    """Why there is no Docker here; empty when there is."""
    if shutil.which("docker") is None:
        return "the docker command is not installed"
    found = subprocess.run(["docker", "info"], capture_output=True, text=True, check=False)
    return "" if found.returncode == 0 else "no Docker daemon answers"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    reason = docker_missing()
    if reason:
        pytest.skip(reason)
    context = tmp_path_factory.mktemp("image")
    shutil.copy(server_binary(), context / "nats-server")
    shutil.copy(ROOT / "infra/images/nats.Dockerfile", context / "Dockerfile")
    subprocess.run(["docker", "build", "--quiet", "-t", IMAGE, str(context)], check=True, capture_output=True)
    yield IMAGE
    subprocess.run(["docker", "rmi", "--force", IMAGE], check=False, capture_output=True)


async def test_a_ledger_passes_through_a_broker_in_a_container(image: str, tmp_path: Path) -> None:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    config = tmp_path / "nats.conf"
    config.write_text('jetstream { store_dir: "/data", sync_interval: always }\nhttp: 8222\n')
    container = (
        DockerContainer(image)
        .with_command("-c /nats.conf")
        .with_volume_mapping(str(config), "/nats.conf", "ro")
        .with_tmpfs_mount("/data")
        .with_exposed_ports(CLIENT_PORT, MONITOR_PORT)
        .waiting_for(LogMessageWaitStrategy("Server is ready"))
    )
    with container:
        server = NatsServer(tmp_path / "unused")
        server.port = int(container.get_exposed_port(CLIENT_PORT))
        server.monitor_port = int(container.get_exposed_port(MONITOR_PORT))
        async with Scene(server, tmp_path / "data") as scene:
            await scene.start(COUNTERS)
            await scene.start(MIRROR)
            await open_and_add(scene, "c1", list(range(50)))
            await scene.settled("mirror", "counters")
            assert (await mirrored(scene, "c1")).total == sum(range(50))
