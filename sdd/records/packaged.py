"""The texts that sdd ships: where they lie, where `sdd init` puts them, and whether a file still is one of them."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from sdd import __version__
from sdd.base.regex import regex
from sdd.records.agent_programs import AGENT_TEXTS, agent_text
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.project import CONSTITUTION_PATH

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SPEC, PLAN, TASKS, CHECKLIST = "spec-template.md", "plan-template.md", "tasks-template.md", "checklist-template.md"
CONTRACT, PHR, ADR = "contract-template.md", "phr-template.prompt.md", "adr-template.md"
CONSTITUTION, WAIVER, POLICY = "constitution-template.md", "waiver-template.md", "sdd.toml"
NAMES = (SPEC, PLAN, TASKS, CHECKLIST, CONTRACT, PHR, ADR, CONSTITUTION, WAIVER)
ATTRIBUTES, IGNORED = "history.gitattributes", "specify.gitignore"
SCRIPTS = ("create-phr.sh", "create-adr.sh", "create-new-feature.sh", "check-prerequisites.sh")

TEMPLATE_FOLDER = ".specify/templates"
ATTRIBUTES_PATH, IGNORED_PATH = "history/.gitattributes", ".specify/.gitignore"

PLACES: Mapping[str, str] = {
    CONSTITUTION_PATH: CONSTITUTION,
    POLICY_PATH: POLICY,
    **{f"{TEMPLATE_FOLDER}/{name}": name for name in NAMES},
    ATTRIBUTES_PATH: ATTRIBUTES,
    IGNORED_PATH: IGNORED,
}
"""Path below a root -> the template whose text init writes there, in every repository."""

SCRIPT_PLACES: Mapping[str, str] = {f".specify/scripts/bash/{name}": f"scripts/{name}" for name in SCRIPTS}
"""The same for `sdd init --scripts`: what agents of spec-kit and spec-kit-plus call, to be executable."""

WORKFLOW, PIPELINE, INCLUDED_PIPELINE = ".github/workflows/sdd.yml", ".gitlab-ci.yml", ".gitlab/ci/sdd.yml"
CI_PLACES: Mapping[str, str] = {
    WORKFLOW: "ci/github.yml",
    PIPELINE: "ci/gitlab.yml",
    INCLUDED_PIPELINE: "ci/gitlab.yml",
}
"""The same for `sdd init --ci`, from the top of the repository; of GitLab's two places one is written."""

RUNS = b"sdd gate"
"""What a file by which CI judges holds."""

_WORKFLOWS = (".github/workflows/", ".forgejo/workflows/", ".gitea/workflows/", ".gitlab/")
"""The folders whose files forges run, or include in what they run, whatever their names are."""

ALL_PLACES: Mapping[str, str] = {
    **PLACES,
    **SCRIPT_PLACES,
    **CI_PLACES,
    **{path: name for path, (name, _) in AGENT_TEXTS.items()},
}

RELEASED = "spec-kit.sha256"
"""The packaged list of what releases of spec-kit install as it is: a line a file, as sha256sum writes it."""

_VALUE = regex(r"\{\{[a-z]+\}\}")
_VERSION, _BRANCHES = "{{version}}", "{{branches}}"
USUAL_TARGETS = ("main", "master")
"""The branches whose landings every such file judges."""
# What may stand for each in a file that is sdd's own: another release, and further branches, which take none away.
_FILLED_IN = {_VERSION: r"\d+\.\d+\.\d+", _BRANCHES: r"(?:, '(?!!)(?:[^'\n]|'')+')*"}
_LISTED, _QUOTED = regex(r"^    branches: .*", re.MULTILINE), regex(r"'((?:[^'\n]|'')+)'")
_RELEASED_BELOW = (".specify/scripts/", ".specify/extensions/", ".specify/workflows/")


def template_folder() -> "Traversable":
    """Where the packaged templates lie: in the installed package, else at the top of the checkout."""
    from importlib.resources import files
    from pathlib import Path

    packaged = files("sdd") / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


def template(name: str) -> str:
    """A packaged text by its path below the folder of templates."""
    return template_folder().joinpath(*name.split("/")).read_text(encoding="utf-8")


def text_at(path: str) -> str:
    """The packaged text of one of ALL_PLACES, before anything is filled in."""
    text = template(ALL_PLACES[path])
    return agent_text(path, text) if path in AGENT_TEXTS else text


def ci_text(path: str, targets: Iterable[str] = ()) -> str:
    """What `sdd init --ci` writes to one of CI_PLACES: it installs the version that this sdd is, and judges what has
    landed on main, master and some targets, which are names or patterns.
    """
    quoted = (target.replace("'", "''") for target in targets if target not in USUAL_TARGETS)
    further = "".join(f", '{target}'" for target in quoted)
    return template(CI_PLACES[path]).replace(_VERSION, __version__).replace(_BRANCHES, further)


def ci_branches(text: str) -> tuple[str, ...]:
    """The branches, beside main and master, whose landings a file of sdd's own judges."""
    listed = _LISTED.search(text)
    return tuple(name.replace("''", "'") for name in _QUOTED.findall(listed[0])) if listed else ()


def forge_of(path: str) -> str:
    """The forge that reads one of CI_PLACES, as `sdd init --ci` takes it."""
    return "github" if path == WORKFLOW else "gitlab"


def is_workflow(path: str) -> bool:
    """Whether a forge runs the file at `path` by its place."""
    return path in CI_PLACES or (path.startswith(_WORKFLOWS) and path.endswith((".yml", ".yaml")))


def lines_about_sdd(content: bytes) -> frozenset[bytes]:
    """What a workflow of a project says of sdd: it may do more than call the gate."""
    return frozenset(line.strip() for line in content.splitlines() if b"sdd" in line)


def is_current_text(path: str, content: bytes) -> bool:
    """The same as `is_own_text`, but in a file that a forge runs the release must be that of this sdd."""
    if path in CI_PLACES:
        return _is_filled_in(path, content, {**_FILLED_IN, _VERSION: re.escape(__version__)})
    return is_own_text(path, content)


def is_released_text(path: str, content: bytes) -> bool:
    """Whether the file at `path` (as seen from its root) is, byte for byte, what some release of spec-kit installs."""
    import hashlib

    return may_be_released(path) and f"{hashlib.sha256(content).hexdigest()}  {path}" in released()


def may_be_released(path: str) -> bool:
    """Whether spec-kit installs anything of its own where `path` (as seen from its root) is."""
    return path.startswith(_RELEASED_BELOW)


@cache
def released() -> frozenset[str]:
    """The lines of RELEASED."""
    return frozenset(template(RELEASED).splitlines())


def is_own_text(path: str, content: bytes) -> bool:
    """Whether the file at `path` (as seen from its root) holds what `sdd init` writes there, and nothing else.

    What is filled in by machine (the project's name, a date) may be anything of one line, and line ends any. In a
    file that a forge runs it may be another version of sdd and further branches whose landings it judges.
    """
    if path == CONSTITUTION_PATH:
        return _is_filled_in(path, content, dict.fromkeys(_VALUE.findall(text_at(path)), "[^\n]*"))
    return path in ALL_PLACES and _is_filled_in(path, content, _FILLED_IN if path in CI_PLACES else {})


def _is_filled_in(path: str, content: bytes, filled_in: Mapping[str, str]) -> bool:
    """Whether a file is the packaged text with what each token's pattern allows in its place, and any line ends."""
    try:
        text = content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return False
    pattern = re.escape(text_at(path))
    for token, allowed in filled_in.items():
        pattern = pattern.replace(re.escape(token), allowed)
    return re.fullmatch(pattern, text, re.ASCII) is not None
