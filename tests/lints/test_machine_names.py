from __future__ import annotations

import pytest

from infra.tools.lints.machine_names import HOSTS, check
from tests.lints.samples import lines_found

# In pieces, so that this file names nothing either.
FOLDERS = [f"/{folder}" for folder in ("home/zhang/data", "Users/zhang", "root/.cache")]


@pytest.mark.parametrize("host", [".".join(host) for host in HOSTS])
def test_the_host_of_a_package_registry_is_found_in_any_file(host: str) -> None:
    for path in ("requirements.lock", "docs/setup.md", "services/x.py"):
        assert lines_found(check, path, f"first\nhttps://files.{host}/a.whl") == [2]
        assert lines_found(check, path, f"first\nfrom {host}") == [2]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_of_one_machine_is_found(folder: str) -> None:
    assert lines_found(check, "docs/setup.md", f"first\nsee {folder}/x") == [2]


def test_an_index_in_a_lock_is_found() -> None:
    assert lines_found(check, "requirements.lock", "--" + "index-url something") == [1]


@pytest.mark.parametrize("line", ["http://127.0.0.1:8080", "apt-get install docker.io", "/srv/a/"])
def test_other_names_are_left_alone(line: str) -> None:
    assert lines_found(check, "docs/setup.md", line) == []
