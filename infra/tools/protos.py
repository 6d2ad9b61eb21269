"""Generates the Python code of protos/, checks that it has not drifted, and declares a release.

    python -m infra.tools.protos generate | check | release

The generated ``*_pb2.py`` and ``*_pb2.pyi`` are committed beside their ``.proto`` files. ``released.binpb``
is the image of the last released protos: what breaks against it breaks ledgers already written.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROTOS = ROOT / "protos"
RELEASED = PROTOS / "released.binpb"
TOOL_SECONDS_MAX = 300
GENERATED = ("*_pb2.py", "*_pb2.pyi")


def generate(protos: Path = PROTOS) -> list[str]:
    """Write the generated code beside its sources and remove what no longer has one."""
    problems = compile_into(protos, protos)
    if not problems:
        for stale in generated(protos) - expected(protos):
            (protos / stale).unlink()
    return problems


def check(protos: Path = PROTOS) -> list[str]:
    """Lint, breaking check and drift."""
    problems = [*buf("lint"), *drift(protos)]
    if not RELEASED.exists():
        return [*problems, "protos/released.binpb is missing: make proto-release"]
    return [*problems, *buf("breaking", "--against", str(RELEASED))]


def release() -> list[str]:
    """Make the present protos the ones that later ones may not break."""
    return buf("build", "--exclude-source-info", "-o", str(RELEASED))


def drift(protos: Path) -> list[str]:
    """The generated files that differ from what their sources give."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        problems = compile_into(protos, fresh)
        if problems:
            return problems
        names = sorted(generated(protos) | generated(fresh))
        changed = [name for name in names if content(protos / name) != content(fresh / name)]
    return [f"protos/{name}: not what its .proto gives: make proto" for name in changed]


def compile_into(protos: Path, out: Path) -> list[str]:
    """Run the protobuf compiler over all sources; its complaints, if any."""
    plugin = Path(sys.executable).with_name("protoc-gen-mypy")
    command = [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={protos}", f"--python_out={out}"]
    command += [f"--plugin=protoc-gen-mypy={plugin}", f"--mypy_out=quiet:{out}"]
    return run(command + [str(path) for path in sources(protos)])


def sources(protos: Path) -> list[Path]:
    return sorted(protos.rglob("*.proto"))


def generated(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for glob in GENERATED for path in folder.rglob(glob)}


def expected(protos: Path) -> set[str]:
    stems = [source.relative_to(protos).as_posix().removesuffix(".proto") for source in sources(protos)]
    return {stem + ending.removeprefix("*") for stem in stems for ending in GENERATED}


def content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def buf(*arguments: str) -> list[str]:
    return run([str(Path(sys.executable).with_name("buf")), *arguments])


def run(command: list[str]) -> list[str]:
    """The lines a failing command printed; none when it succeeded."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TOOL_SECONDS_MAX, check=False)
    if done.returncode == 0:
        return []
    return (done.stdout + done.stderr).splitlines() or [f"{command[0]} ended with {done.returncode}"]


ACTIONS: dict[str, Callable[[], list[str]]] = {"generate": generate, "check": check, "release": release}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in ACTIONS:
        print(f"usage: python -m infra.tools.protos {' | '.join(ACTIONS)}", file=sys.stderr)
        return 2
    problems = ACTIONS[arguments[0]]()
    print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
