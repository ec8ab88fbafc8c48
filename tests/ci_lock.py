"""templates/ci/requirements.txt: what sdd needs when it runs, by version and hash, as CI installs it.

python -m tests.ci_lock --write     asks the package index by pip and writes the file anew
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

TOP = Path(__file__).resolve().parent.parent
LOCK = TOP / "templates" / "ci" / "requirements.txt"
HEAD = """\
# What sdd needs when it runs, by version and hash: CI installs nothing else. Made by python -m tests.ci_lock --write.
"""
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
# Every virtual environment has it.
LEFT_OUT = {"pip"}

Locked = dict[tuple[str, str], set[str]]
"""(name, version) -> the SHA-256 of each file that may be installed."""


def dependencies() -> list[str]:
    """What pyproject.toml asks for."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [str(line) for line in project["dependencies"]]


def locked() -> Locked:
    """What the file holds."""
    found: Locked = {}
    for entry in LOCK.read_text(encoding="utf-8").removeprefix(HEAD).replace("\\\n", "").splitlines():
        requirement, *hashes = entry.split()
        name, _, version = requirement.partition("==")
        found[name, version] = {text.removeprefix("--hash=sha256:") for text in hashes}
    return found


def resolved() -> Locked:
    """What pip would install today for every interpreter and machine, the same versions for all."""
    wanted, found = dependencies(), Locked()
    for python in PYTHONS:
        for machine in MACHINES:
            for name, version, digest in _asked(python, machine, wanted):
                found.setdefault((name, version), set()).add(digest)
            # What the first one took is what the others get.
            wanted = [*dependencies(), *(f"{name}=={version}" for name, version in found)]
    return found


def _asked(python: str, machine: str, wanted: list[str]) -> Iterator[tuple[str, str, str]]:
    platforms = [f"--platform=manylinux{age}_{machine}" for age in ("_2_28", "_2_17", "2014")]
    with TemporaryDirectory() as nowhere:
        options = ["--dry-run", "--ignore-installed", "--quiet", "--only-binary=:all:", f"--target={nowhere}"]
        options += [f"--python-version={python}", *platforms, "--report=-"]
        command = [sys.executable, "-m", "pip", "install", *options, *wanted]
        answer = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    for item in answer["install"]:
        name = re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()
        if name not in LEFT_OUT:
            yield name, item["metadata"]["version"], item["download_info"]["archive_info"]["hashes"]["sha256"]


def lock_text(found: Locked) -> str:
    """The file: an entry a package, a line a hash."""
    entries = (
        " \\\n".join([f"{name}=={version}", *(f"    --hash=sha256:{digest}" for digest in sorted(digests))])
        for (name, version), digests in sorted(found.items())
    )
    return HEAD + "\n".join(entries) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    LOCK.write_text(lock_text(resolved()), encoding="utf-8")
