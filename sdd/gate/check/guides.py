"""What guides people, agents and forges beside records: CI's files, agents' texts and hooks, what hides from diffs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from posixpath import basename
from typing import Any

from sdd.base import paths
from sdd.gate.change import ChangeView
from sdd.gate.check.details import differences, line_changes
from sdd.gate.check.verdict import Alteration, Detail
from sdd.gate.cover.exemption import is_hook_entry, is_sdds_own
from sdd.records.packaged import CI_PLACES, PIPELINE, RUNS, is_own_text, lines_about_sdd
from sdd.repo.changes import PathChange

# What keeps a file's lines from whoever reads a diff, as git, GitHub and GitLab have it.
_HIDES = frozenset({"-diff", "binary", *(f"{name}{value}" for name in (
    "linguist-generated", "linguist-vendored", "gitlab-generated") for value in ("", "=true", "=1"))})  # fmt: skip
# What a diff shows no lines of in any case.
_NO_TEXT = (
    ".png", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".psd", ".pdf", ".zip", ".gz", ".xz", ".jar", ".woff", ".woff2",
    ".ttf", ".otf", ".mp3", ".mp4", ".wav", ".ogg", ".webm", ".docx", ".xlsx", ".pptx", ".exe", ".dll", ".so",
)  # fmt: skip
_MOST_READ = 100_000
_MERGES = re.compile(rb"<<\s*+:|\?\s*+<<|merge\s*+(?:>\s*+)?[\w'\"]{1,99}+\s*+:|%TAG")
_NAMED = re.compile(rb"name:\s*(?:[>|][-+]?\s*)?[\"']?sdd into", re.IGNORECASE)
_CHECK = "sdd into"
"""How the names of sdd's checks begin: a branch protection asks for these, whatever file gives them."""

# What pre-commit knows sdd's hook by.
_HOOK_ID = re.compile(rb"\bid:\s*['\"]?sdd-gate\b")
_OWN = ("sdd capture", "sdd gate")
"""What sdd's hooks run."""

_RUN_BY = ("command", "bash", "powershell")
"""The keys of what an agent runs in its files of hooks and servers."""


def guides(view: ChangeView, root: str, changed: PathChange, *, runs: bool) -> Alteration | None:
    """What a change does to one file that guides others; None where it says nothing of that. `runs` says that a forge
    or a hook runs the file.
    """
    sides = _contents(view, changed)
    is_stock = bool(changed.after) and _is_as_written(view, root, changed)
    if runs:
        had_name, has_name = (changed.path not in CI_PLACES and _is_named_as_check(side) for side in sides)
        if not (changed.landed or has_name or _is_ci(changed, sides)):
            return None
        details = [*_of_ci(view, root, changed, sides)]
        if had_name or has_name:
            details.append(Detail(f"{'' if has_name else 'no longer '}names a job as sdd's check", is_looser=True))
    elif read := _BY_NAME.get(basename(changed.path)):
        details = [*differences(*map(read, sides))] if changed.landed and changed.after else []
    elif basename(changed.path) == ".gitattributes":
        before, after = (dict(_hiding(side)) for side in sides)
        hidden = (f"{name} from diffs ({by})" for name, by in sorted(after.items()) if before.get(name) != by)
        details = [Detail(f"hides {each}", is_looser=True) for each in hidden]
    else:
        details = [*_of_agents(view, root, changed, sides)]
    is_stock = is_stock and changed.path not in CI_PLACES
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
    if changed.landed and changed.after and not is_sdds_own(view, root, changed):
        yield from line_changes(before, after)


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


def _hiding(content: bytes) -> Iterator[tuple[str, str]]:
    """(pattern, attributes) of the lines by which files are hidden whose lines a diff would show."""
    for words in map(str.split, content.decode("utf-8", "replace").splitlines()):
        # Of what a filter such as Git LFS's keeps elsewhere, a diff shows a pointer.
        by = " ".join(word for word in words[1:] if word in _HIDES or word.startswith("filter="))
        if by and not words[0].startswith("#") and not words[0].casefold().endswith(_NO_TEXT):
            yield words[0], by


def _owners(content: bytes) -> dict[str, str]:
    """Pattern -> owners; without those that name none."""
    lines = (line.partition("#")[0].split(maxsplit=1) for line in content.decode("utf-8", "replace").splitlines())
    return {line[0]: line[1].strip() for line in lines if len(line) == 2}


def _submodules(content: bytes) -> dict[str, str]:
    """Submodule -> its address."""
    addresses, name = dict[str, str](), ""
    for line in map(str.strip, content.decode("utf-8", "replace").splitlines()):
        key, _, value = line.partition("=")
        if line.startswith("["):
            name = line.strip("[]").replace('"', "")
        elif key.strip().casefold() == "url":
            addresses[name] = value.strip()
    return addresses


_BY_NAME = {"CODEOWNERS": _owners, ".gitmodules": _submodules}


def _of_agents(view: ChangeView, root: str, changed: PathChange, sides: Sequence[bytes]) -> Iterator[Detail]:
    before, after = sides
    path = paths.relative(root, changed.path)
    if after and is_own_text(path, before) and not is_own_text(path, after):
        yield Detail("no longer as sdd writes it", is_looser=False)
    if path.endswith(".json"):
        old, new = ([*dict.fromkeys(_commands(path, side))] for side in sides)
        for command in old if after else ():
            if command not in new:
                own = next((name for name in _OWN if name in command), "")
                yield Detail(f"no longer runs {own or command}", is_looser=bool(own))
        yield from (Detail(f"runs {command}", is_looser=False) for command in new if command not in old)
    elif changed.landed and changed.after:
        yield from line_changes(before, after)


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
