"""templates/spec-kit.sha256: the files that releases of spec-kit install as they are, by path and hash.

python -m tests.spec_kit CLONE     reads the tags of a clone of github.com/github/spec-kit and writes the file anew
"""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sdd.records.packaged import RELEASED, template_folder

_TAG = re.compile(r"v\d+\.\d+\.\d+")
# What lies where in its repository, and where it installs that. Templates, the constitution and the like are records;
# what agents read is made anew for each of them.
_INSTALLED = re.compile(
    r"scripts/(?:(?:bash|powershell|python)/)?[^/]+"
    r"|extensions/(?!(?:template|selftest)/)[^/]+/.+"
    r"|workflows/[^/]+/workflow\.yml"
)


def installed(clone: Path) -> Iterator[tuple[str, str]]:
    """(path below a root, SHA-256) of every file that some release installs."""
    tags = [tag for tag in _git(clone, "tag").decode().splitlines() if _TAG.fullmatch(tag)]
    blobs = set()
    for tag in tags:
        for line in filter(None, _git(clone, "ls-tree", "-r", "-z", tag).decode().split("\0")):
            (mode, _, oid), path = line.partition("\t")[0].split(), line.partition("\t")[2]
            if mode.startswith("100") and _INSTALLED.fullmatch(path):
                blobs.add((f".specify/{path}", oid))
    for path, oid in blobs:
        yield path, hashlib.sha256(_git(clone, "cat-file", "blob", oid)).hexdigest()


def _git(clone: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(clone), *arguments], stdout=subprocess.PIPE, check=True).stdout


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lines = (f"{digest}  {path}\n" for path, digest in sorted(set(installed(Path(sys.argv[1])))))
    Path(str(template_folder() / RELEASED)).write_text("".join(lines), encoding="utf-8")
