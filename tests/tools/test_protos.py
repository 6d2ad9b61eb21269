from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infra.tools import protos
from infra.tools.lints.__main__ import ROOT

SAMPLE = 'syntax = "proto3";\npackage sample.v1;\nmessage Said {\n  string text = 1;\n}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "sample" / "v1" / "sample.proto"
    source.parent.mkdir(parents=True)
    source.write_text(SAMPLE)
    assert protos.generate(tmp_path) == []
    return tmp_path


def test_generated_code_stands_beside_its_source_and_has_not_drifted(folder: Path) -> None:
    assert protos.generated(folder) == {"sample/v1/sample_pb2.py", "sample/v1/sample_pb2.pyi"}
    assert protos.drift(folder) == []


def test_a_changed_source_is_drift(folder: Path) -> None:
    source = folder / "sample" / "v1" / "sample.proto"
    source.write_text(SAMPLE.replace("text", "words"))
    assert len(protos.drift(folder)) == 2


def test_a_generated_file_without_a_source_is_drift_until_generated_anew(folder: Path) -> None:
    stale = folder / "sample" / "v1" / "gone_pb2.py"
    stale.write_text("")
    assert len(protos.drift(folder)) == 1
    assert protos.generate(folder) == []
    assert not stale.exists()


def test_a_source_that_does_not_compile_is_reported_and_changes_nothing(folder: Path) -> None:
    (folder / "sample" / "v1" / "sample.proto").write_text(SAMPLE + "message {")
    before = (folder / "sample" / "v1" / "sample_pb2.py").read_bytes()
    assert any("sample.proto" in problem for problem in protos.generate(folder))
    assert (folder / "sample" / "v1" / "sample_pb2.py").read_bytes() == before


@pytest.fixture
def released(folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose sample was released; returns its source."""
    root = tmp_path_factory.mktemp("released")
    shutil.copy(ROOT / "buf.yaml", root)
    shutil.copytree(folder, root / "protos")
    monkeypatch.setattr(protos, "ROOT", root)
    monkeypatch.setattr(protos, "RELEASED", root / "protos" / "released.binpb")
    assert protos.check(root / "protos") == ["protos/released.binpb is missing: make proto-release"]
    assert protos.release() == []
    return root / "protos" / "sample" / "v1" / "sample.proto"


@pytest.mark.parametrize(
    "broken",
    [
        SAMPLE.replace("string text = 1", "int64 text = 1"),
        SAMPLE.replace("string text = 1", "string text = 2"),
        SAMPLE.replace("  string text = 1;\n", ""),
    ],
    ids=["another type", "another number", "removed"],
)
def test_what_breaks_the_released_protos_is_reported(released: Path, broken: str) -> None:
    released.write_text(broken)
    told = protos.buf("breaking", "--against", str(protos.RELEASED))
    assert told and set(told) <= set(protos.check(released.parents[2]))


def test_what_only_adds_to_the_released_protos_is_not(released: Path) -> None:
    released.write_text(SAMPLE.replace("}", "  string more = 2;\n}"))
    assert protos.generate(released.parents[2]) == []
    assert protos.check(released.parents[2]) == []


def test_a_badly_named_field_is_reported(released: Path) -> None:
    released.write_text(SAMPLE.replace("}", "  string MoreText = 2;\n}"))
    assert any("MoreText" in problem for problem in protos.check(released.parents[2]))
