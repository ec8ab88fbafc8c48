"""The kinds of record, one module each: where its files are, what they hold, what they name, what search sees."""

import re
from functools import lru_cache
from typing import NamedTuple

from sdd.base.limits import RECORDS
from sdd.base.regex import regex
from sdd.records.kinds import (
    adr,
    agent,
    checklist,
    constitution,
    contract,
    design,
    phr,
    plan,
    policy,
    spec,
    tasks,
    waiver,
)
from sdd.records.kinds.record import AnyKind, Record
from sdd.records.layout import MARK, NO_FEATURES, OTHER_TOOLS

KINDS: tuple[AnyKind, ...] = (
    policy.KIND,
    constitution.KIND,
    spec.KIND,
    plan.KIND,
    tasks.KIND,
    checklist.KIND,
    design.KIND,
    contract.KIND,
    phr.KIND,
    adr.KIND,
    waiver.KIND,
    agent.KIND,
)
"""Every kind, in the order in which a path is compared with them."""


def hits() -> tuple[str, ...]:
    """What search can be asked for, in the order of the kinds."""
    return tuple(hit for kind in KINDS for hit in kind.hits)


# A record's file may have any name but those of files that any folder may hold.
_NAME = r"(?!(?i:readme|index|template|changelog)\b)[^/]+"
_FEATURE_FOLDER = rf"(?!(?:{'|'.join(NO_FEATURES)})/)[^/]+"
_STANDS_FOR = {
    "folders": "(?:.+/)?",
    "feature": rf"{_FEATURE_FOLDER}(?:/{_FEATURE_FOLDER})*",
    "tool": r"[\w-]+",
    "name": _NAME,
    "numbered": rf"(?i:adr[-_]?)?\d+[-_.]{_NAME}",
}


def _pattern(place: str) -> str:
    return place.replace(".", r"\.").format(**_STANDS_FOR)


class _Place(NamedTuple):
    """Where files of a kind are: a template, perhaps below a `.specify/` too, its first and last words, its pattern."""

    template: str
    may_be_marked: bool
    start: str
    end: str
    pattern: "re.Pattern[str]"
    kind: AnyKind


def _read_place(template: str, kind: AnyKind) -> _Place:
    place = template.removeprefix("{mark}")
    start, end = place.partition("{")[0], place.rpartition("}")[2]
    return _Place(place, place != template, start, end, regex(_pattern(place)), kind)


_PLACES = tuple(_read_place(template, kind) for kind in KINDS for template in kind.places)
_OTHERS = tuple(f"/{folder}/" for folder in OTHER_TOOLS)
BESIDE_ENDS = (".md", ".yaml", ".yml", ".json", ".toml")
# Files that belong to the records although sdd parses nothing from them.
_BESIDE = regex(
    r"specs/(?:[^/]+/)+(?:[^/]+\.md|contracts/.+\.(?:md|ya?ml|json))"
    r"|\.specify/(?:templates/.+\.(?:md|ya?ml|json|toml)|(?:feature|baseline)\.json)",
    re.DOTALL,
)
# What a program runs where it finds it: a folder or name that begins with a dot, and manifests and pipelines.
_RUN = regex(
    r"(?:.*/)?(?:\..*|(?:package|composer|deno|tsconfig|devcontainer|kustomization|skaffold|taskfile|serverless|playbook"
    r"|buildspec|cloudbuild|appveyor|azure-pipelines|bitbucket-pipelines|helmfile|(?:docker-)?compose(?:\.[^/.]+)?)"
    r"\.(?:ya?ml|json))",
    re.DOTALL | re.IGNORECASE,
)
# What every path of a record begins with below its root, ends with, and holds.
_TOPS = dict.fromkeys(_pattern("".join(place.template.partition("/")[:2])) for place in _PLACES)
_ROOT = regex(rf"(?:^|/)(?=(?:{re.escape(MARK)}/)?(?:{'|'.join(_TOPS)}))")
_ENDS = tuple(dict.fromkeys(place.end for place in _PLACES))
_WORDS = tuple(dict.fromkeys(max(place.template.replace("}", "{").split("{")[::2], key=len) for place in _PLACES))


# More than a change may hold records: each of them is asked about several times, all of them in turn.
@lru_cache(maxsize=4 * RECORDS)
def kind_of(path: str) -> AnyKind | None:
    """The kind of the file at `path`, which is relative to its root; None where it is no record."""
    return _kind(path) if _may_be_record(path) else None


def is_record_path(path: str) -> bool:
    """Whether a path of the usual layout below its root is a record's. Code in `specs/` or `.specify/` is not."""
    if kind_of(path) is not None:
        return True
    if not path.startswith(("specs/", f"{MARK}/")) or _BESIDE.fullmatch(path) is None:
        return False
    _, parts, beside = path.partition("/contracts/")
    return not parts or path.endswith(".md") or path.startswith(MARK) or _RUN.fullmatch(beside) is None


def locate(path: str) -> tuple[str, AnyKind] | None:
    """(root, kind) of the file at `path`, which is relative to the top; the outermost root that fits wins."""
    if not _may_be_record(path):
        return None
    for top in _ROOT.finditer(path):
        kind = _kind(path[top.end() :])
        if kind:
            return path[: top.start()], kind
    return None


def is_record_of(path: str, *classes: type[Record]) -> bool:
    """Whether the file at `path` holds a record of one of some classes, by its place."""
    place = locate(path)
    return place is not None and place[1].record in classes


def _kind(path: str) -> AnyKind | None:
    unmarked = path.removeprefix(f"{MARK}/")
    for place in _PLACES:
        own = unmarked if place.may_be_marked else path
        if own.startswith(place.start) and own.endswith(place.end) and place.pattern.fullmatch(own):
            return place.kind
    return None


def _may_be_record(path: str) -> bool:
    """A quick look, which nearly every path of a large tree fails."""
    if not path.endswith(_ENDS) or ".specify/templates/" in path:
        return False
    return any(word in path for word in _WORDS) and not any(folder in f"/{path}" for folder in _OTHERS)
