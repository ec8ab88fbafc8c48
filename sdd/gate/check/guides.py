"""What guides people, agents and forges beside records: CI's files, agents' texts and hooks, what hides from diffs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from posixpath import basename
from typing import Any

from sdd.base import paths
from sdd.gate.change import ChangeView
from sdd.gate.check.verdict import Alteration, Detail
from sdd.gate.cover.exemption import is_hook_entry, is_sdds_own
from sdd.records.packaged import CI_PLACES, PIPELINE, RUNS, is_own_text, lines_about_sdd
from sdd.repo.changes import PathChange

# What keeps a file's lines from whoever reads a diff, as git, GitHub and GitLab have it.
_HIDES = frozenset({"-diff", "binary", *(f"{name}{value}" for name in (
    "linguist-generated", "linguist-vendored", "gitlab-generated") for value in ("", "=true", "=1"))})  # fmt: skip
_MOST_READ = 100_000
_MERGES = re.compile(rb"<<\s*+:|\?\s*+<<|merge\s*+(?:>\s*+)?[\w'\"]{1,99}+\s*+:|%TAG")
_NAMED = re.compile(rb"name:\s*(?:[>|][-+]?\s*)?[\"']?sdd into", re.IGNORECASE)
_CHECK = "sdd into"
"""How the names of sdd's checks begin: a branch protection asks for these, whatever file gives them."""

# What pre-commit knows sdd's hook by.
_HOOK_ID = re.compile(rb"\bid:\s*['\"]?sdd-gate\b")
_CAPTURE = "sdd capture"
_RUN_BY = ("command", "bash", "powershell")
"""The keys of what an agent runs in its files of hooks and servers."""


def guides(view: ChangeView, root: str, changed: PathChange, *, runs: bool) -> Alteration | None:
    """What a change does to one file that guides others; None where it says nothing of that. `runs` says that a forge
    or a hook runs the file.
    """
    details: Iterable[Detail]
    sides = _contents(view, changed)
    if runs:
        had_name, has_name = (changed.path not in CI_PLACES and _is_named_as_check(side) for side in sides)
        if not (had_name or has_name or _is_ci(changed, sides)):
            return None
        details = [*_of_ci(view, root, changed, sides)]
        if had_name or has_name:
            details.append(Detail(f"{'' if has_name else 'no longer '}names a job as sdd's check", is_looser=True))
    elif basename(changed.path) == ".gitattributes":
        before, after = ({*_hiding(side)} for side in sides)
        details = [Detail(f"hides {line} from diffs", is_looser=True) for line in sorted(after - before)]
    else:
        details = _of_agents(view, root, changed, sides)
    is_stock = bool(changed.after) and changed.path not in CI_PLACES and _is_as_written(view, root, changed)
    return Alteration(changed.path, changed.status, () if is_stock else (*details,), is_rule=True, is_stock=is_stock)


def _contents(view: ChangeView, changed: PathChange) -> Sequence[bytes]:
    """Before and after; empty where there is no file."""
    return [view.reader.content(side) if side and side.is_file else b"" for side in (changed.landed, changed.after)]


def _is_as_written(view: ChangeView, root: str, changed: PathChange) -> bool:
    return is_sdds_own(view, root, changed) or is_hook_entry(view, root, changed)


def _is_ci(changed: PathChange, sides: Sequence[bytes]) -> bool:
    """Whether it is a file by which CI runs sdd; GitLab's may be there for other jobs alone, and another one counts
    where what it says of sdd changes.
    """
    if changed.path in CI_PLACES:
        return any(b"sdd" in side for side in sides)
    told = [lines_about_sdd(side) for side in sides]
    return told[0] != told[1] and any(map(_calls_gate, sides))


def _calls_gate(content: bytes) -> bool:
    return RUNS in content or _HOOK_ID.search(content) is not None


def _of_ci(view: ChangeView, root: str, changed: PathChange, sides: Sequence[bytes]) -> Iterator[Detail]:
    before, after = sides
    if _calls_gate(before) and not _calls_gate(after):
        yield Detail("no longer runs sdd gate", is_looser=True)
    elif changed.path in CI_PLACES and after and not is_sdds_own(view, root, changed):
        was_own = is_own_text(changed.path, before)
        # A pipeline may be a project's own from the first.
        if was_own or changed.path != PIPELINE:
            yield Detail("no longer as sdd writes it" if was_own else "not as this sdd writes it", is_looser=False)


def _is_named_as_check(content: bytes) -> bool:
    """Whether a job of a workflow has the name of sdd's own check, and does not run it."""
    import yaml  # few changes touch a workflow

    try:
        if _MERGES.search(content) or len(content) > _MOST_READ:
            raise ValueError("merged keys grow without end, and no workflow has so much")
        jobs = yaml.safe_load(content).get("jobs", {})
        others = ((name, job) for name, job in jobs.items() if isinstance(job, Mapping) and not _runs_sdd(job))
        names = [job.get("name", name) for name, job in others]
    except (yaml.YAMLError, AttributeError, RecursionError, ValueError):
        # What a forge cannot read either gives no check; where it can, the text is looked at as it is.
        return _NAMED.search(content) is not None
    return any(isinstance(name, str) and name.strip().casefold().startswith(_CHECK) for name in names)


def _runs_sdd(job: Mapping[str, Any]) -> bool:
    steps = job.get("steps")
    lines = [each.get("run") for each in steps if isinstance(each, Mapping)] if isinstance(steps, list) else []
    return any(isinstance(line, str) and RUNS.decode() in line for line in lines)


def _hiding(content: bytes) -> Iterator[str]:
    """The lines of attributes by which files are hidden, as written."""
    for line in content.decode("utf-8", "replace").splitlines():
        words = line.split()
        # Of what a filter such as Git LFS's keeps elsewhere, a diff shows a pointer.
        if not line.startswith("#") and any(word in _HIDES or word.startswith("filter=") for word in words[1:]):
            yield " ".join(words)


def _of_agents(view: ChangeView, root: str, changed: PathChange, sides: Sequence[bytes]) -> Iterator[Detail]:
    before, after = sides
    path = paths.relative(root, changed.path)
    if after and is_own_text(path, before) and not is_own_text(path, after):
        yield Detail("no longer as sdd writes it", is_looser=False)
    if path.endswith(".json"):
        old, new = ([*dict.fromkeys(_commands(path, side))] for side in sides)
        for command in old if after else ():
            if command not in new:
                is_capture = _CAPTURE in command
                yield Detail(f"no longer runs {_CAPTURE if is_capture else command}", is_looser=is_capture)
        yield from (Detail(f"runs {command}", is_looser=False) for command in new if command not in old)


def _commands(path: str, content: bytes) -> Iterator[str]:
    """What an agent is told to run; nothing where the file cannot be read, as then it runs nothing."""
    from sdd.records.hook_files import read_hooks

    try:
        return _run(read_hooks(content, comments=True))
    except ValueError:
        return iter(())


def _run(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        told = [value[key] for key in _RUN_BY if isinstance(value.get(key), str)]
        further = [str(word) for word in value["args"]] if told and isinstance(value.get("args"), list) else []
        yield from (" ".join([command, *further]) for command in told)
        value = [*value.values()]
    if isinstance(value, list):
        yield from chain.from_iterable(map(_run, value))
