"""Which sdd the hook would call, and whether that one runs."""

import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from sdd import __version__
from sdd.base.regex import regex
from sdd.setup.doctor.checked import Rows, fault, ok, warning
from sdd.setup.doctor.hooks import INSTALL, OURS, receiving_hook
from sdd.setup.doctor.place import Place
from sdd.setup.doctor.scratch import run_in_scratch
from sdd.setup.hooks.hosts import calls_gate
from sdd.setup.hooks.install import HookState
from sdd.setup.hooks.script import interpreter_of, is_sdds

# Everything that a verdict may need, so that an environment with a part missing is found out.
_ASK = "import click, markdown_it, pathspec, yaml, sdd, platform; print(sdd.__version__, platform.python_version())"
_PATH_OF_SDD = regex(r"(?<![^\s\"'`=(])([\w.~/-]*/sdd) gate\b")


class Called(NamedTuple):
    """The sdd that a program runs, and its Python's version."""

    sdd: str
    python: str


def called(place: Place) -> Rows:
    """Which sdd the hook would call, and whether that one runs."""
    caller = _caller(place)
    if not caller:
        return
    content = caller.read_bytes()
    if is_sdds(content):
        yield from _by_interpreter(place, interpreter_of(content))
    else:
        yield from _by_name(place, caller, os.fsdecode(content))


def _caller(place: Place) -> Path | None:
    """The file that calls sdd, None where none does."""
    if place.is_bare:
        hook = receiving_hook(place)
        return hook if calls_gate(hook) else None
    if not place.hook:
        return None
    return place.hook.path if place.hook.state in OURS else place.hook.calls


def _by_interpreter(place: Place, named: str | None) -> Rows:
    if not place.scratch:
        yield warning(f"not asked, since no temporary folder can be made: {named}")
        return
    asked = _ask(place.scratch, named, place.limit) if named else None
    mend = INSTALL if place.hook and place.hook.state == HookState.INSTALLED else ""
    if asked and asked.sdd == __version__:
        yield ok(f"the hook calls sdd {asked.sdd} by Python {asked.python}: {named}")
    elif asked:
        yield warning(f"the hook calls sdd {asked.sdd} by {named}, and this is {__version__}", mend)
    elif found := shutil.which("sdd"):
        yield warning(f"the hook's interpreter cannot run sdd, so it falls back on {found}: {named}", mend)
    else:
        told = "the hook's interpreter cannot run sdd, and PATH has none, so every push is refused"
        yield fault(f"{told}: {named}", mend)


def _by_name(place: Place, caller: Path, text: str) -> Rows:
    written = _PATH_OF_SDD.search(text)
    if written:
        there = (place.repository.work_tree or place.repository.git_dir) / Path(written[1]).expanduser()
        if os.access(there, os.X_OK):
            yield ok(f"{caller} calls {written[1]}")
        else:
            yield fault(f"{caller} calls {written[1]}, and there is no such program")
    elif found := shutil.which("sdd"):
        yield ok(f"{caller} calls sdd by its name: from here that is {found}")
    else:
        beside = Path(sys.executable).parent
        yield fault(f"{caller} calls sdd by its name, and PATH has none; this one lies in {beside}")


def _ask(scratch: Path, interpreter: str, limit: float) -> Called | None:
    """What an interpreter says of its sdd, None where it cannot."""
    ended = run_in_scratch(scratch, (interpreter, "-P", "-c", _ASK), scratch, os.environ, limit)
    words = ended.said.split()
    return Called(*words) if ended.status == 0 and len(words) == 2 else None
