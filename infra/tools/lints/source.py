"""What every lint looks at: one file of the repository, and what it may find there."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

FILE_BYTES_MAX = 4 * 1024 * 1024
GENERATED_ENDINGS = ("_pb2.py", "_pb2.pyi")
PRODUCT = ("services", "gateway", "infra")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A breach of a rule: where, by which rule, and what to do instead."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.rule} {self.message}"


@dataclass(frozen=True)
class Source:
    """A file: its path from the repository's root, with forward slashes, and its text."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree. Raises SyntaxError where the file is not Python."""
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts

    @property
    def folders(self) -> tuple[str, ...]:
        return self.parts[:-1]

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def is_product(self) -> bool:
        """Whether it is part of what is installed."""
        return self.parts[0] in PRODUCT and not self.path.startswith("infra/tools/")

    @property
    def is_pure(self) -> bool:
        """Whether it lies in a service's domain/ or in the kernel."""
        return self.parts[0] == "services" and bool({"domain", "kernel"} & set(self.folders))

    def literals(self) -> Iterator[tuple[int, str]]:
        """Line and text of each string that is a value, f-string pieces included, docstrings left out."""
        prose = {id(node.value) for node in self.nodes if isinstance(node, ast.Expr)}
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                yield node.lineno, node.value


def sources(root: Path) -> list[Source]:
    """The files that are or would be committed, without generated, binary and oversized ones."""
    found = (read(root, path) for path in paths(root) if not path.endswith(GENERATED_ENDINGS))
    return [source for source in found if source is not None]


def paths(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return sorted(path for path in listed.split("\0") if path)


def read(root: Path, path: str) -> Source | None:
    file = root / path
    if file.is_symlink() or not file.is_file() or file.stat().st_size > FILE_BYTES_MAX:
        return None
    try:
        return Source(path, file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return None
