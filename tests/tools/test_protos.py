from __future__ import annotations

from pathlib import Path

import pytest

from infra.tools import protos

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
