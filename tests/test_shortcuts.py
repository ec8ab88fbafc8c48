"""Shortcuts for speed: the benchmark turns each of them off, and nothing but the cost changes."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.plain import SHORTCUTS
from bench.synth import write_repository

TOP = Path(__file__).resolve().parent.parent

# What the plain way needs, and the shortcut does without: a module, or what WATCHED tells of the interpreter.
LOADED = {
    "markdown_scan": "markdown_it",
    "plain_front_matter": "yaml",
    "plain_patterns": "pathspec",
    "gate_line": "click",
    "frozen_fields": "dataclasses",
    "lazy_patterns": "Pattern",
}

# Runs bench/plain.py as the benchmark does, and then tells what was loaded.
WATCHED = """\
import json, runpy, sys
del sys.argv[0]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as ended:
    from sdd.base import paths
    print(json.dumps([ended.code, [*sys.modules, type(paths._CONTROL).__name__]]))
"""


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose last commits are sound changes."""
    path = tmp_path_factory.mktemp("synthetic") / "repo"
    write_repository(path, features=2, phrs=12)
    return path


def gate(synthetic: Path, shortcut: str) -> tuple[str, Mapping[str, bool]]:
    """What the gate says with a shortcut turned off, and which modules of LOADED were imported."""
    words = [str(TOP / "bench" / "plain.py"), shortcut, "gate", "--base", "HEAD~5"]
    settings = {**os.environ, "PYTHONPATH": str(TOP)}
    command = [sys.executable, "-c", WATCHED, *words]
    done = subprocess.run(command, cwd=synthetic, capture_output=True, text=True, env=settings, check=False)
    *said, last = done.stdout.splitlines() or [""]
    assert done.returncode == 0, done.stderr
    status, modules = json.loads(last)
    assert status == 0
    return "\n".join(said), {name: module in modules for name, module in LOADED.items()}


def test_without_a_shortcut_only_the_plain_way_is_taken_and_the_verdict_stays(synthetic: Path) -> None:
    verdict, loaded = gate(synthetic, "none")
    assert "pass" in verdict
    assert not any(loaded.values())
    for shortcut in SHORTCUTS:
        name = shortcut.__name__
        told, plain = gate(synthetic, name)
        assert told == verdict
        assert plain[name], f"{name} is not turned off"
