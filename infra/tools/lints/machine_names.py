"""Nothing in the repository names a package registry or a folder of the machine it was written on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from infra.tools.lints.source import Finding, Source

RULE = "machine-name"
# In pieces, so that this file does not name them either.
HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("npmmirror", "com"),
    ("debian", "org"),
    ("golang", "org"),
    ("crates", "io"),
    ("buf", "build"),
)
_HOST = re.compile(r"(?<![\w-])(?:{})(?![\w-])".format("|".join(map(r"\.".join, HOSTS))))
_INDEX = re.compile(r"--(?:extra-)?index-url[ =]|--find-links[ =]")
_FOLDER = re.compile(r"(?<![\w.])/(?:home/[a-z]|Users/[A-Za-z]|root/\.)")


def check(source: Source) -> Iterator[Finding]:
    for number, line in enumerate(source.lines, start=1):
        if _HOST.search(line) or _INDEX.search(line):
            yield Finding(source.path, number, RULE, "names a package registry")
        if _FOLDER.search(line):
            yield Finding(source.path, number, RULE, "names a folder of one machine")
