"""The files that `sdd init` writes, with what is filled into them, and whether a file is as it wrote it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from sdd.authoring.templates import TOKEN, fill
from sdd.base import paths
from sdd.gate.check.baseline import first_baselines
from sdd.gate.target.branches import Targets, targets_here
from sdd.records.agent_programs import AGENT_PROGRAMS, SERVER_FILES
from sdd.records.bots import is_bot
from sdd.records.kinds import constitution as constitutions
from sdd.records.kinds.baseline import BaselineEntry, baseline_text
from sdd.records.kinds.policy import POLICY_PATH, Policy, parse
from sdd.records.layout import (
    ADRS,
    CONTRACTS,
    OTHER_TOOLS,
    PROMPTS,
    SPECS,
    USUAL,
    WAIVERS,
    Layout,
    features_at,
    find_roots,
    roots_of,
)
from sdd.records.packaged import (
    CONSTITUTION,
    INCLUDED_PIPELINE,
    PIPELINE,
    PLACES,
    POLICY,
    SCRIPT_PLACES,
    WORKFLOW,
    ci_branches,
    ci_text,
    is_current_text,
    is_own_text,
    template,
    text_at,
)
from sdd.records.project import BASELINE_PATH, CONSTITUTION_PATH
from sdd.repo.objects import REGULAR, Repository, Tree

OLD_CONSTITUTION_PATH = "memory/constitution.md"
GRACE_DAYS = 30
# The lines of a new policy that init writes for the repository at hand.
_WRITTEN = re.compile(r"^#?(warn_until|specs|history) = .*$", re.MULTILINE)


def own_texts(folder: Path, today: str, agents: Sequence[str] = (), *, scripts: bool = False) -> dict[str, str]:
    """path below the root -> the text that init writes there. `today` is YYYY-MM-DD, `agents` are of AGENT_PROGRAMS,
    `scripts` asks for those of SCRIPT_PLACES. The MCP server is registered where its extra is installed.

    A constitution in spec-kit's old place is copied as it is, where it can be judged.
    """
    constitution = old_constitution(folder)
    serves = find_spec("mcp") is not None  # a server that cannot start is worse than none
    if constitution is None:
        name = TOKEN.sub("", paths.printable(folder.resolve().name)) or "Project"
        constitution = fill(template(CONSTITUTION), {"project": name, "date": today})
    places = [*PLACES, *(SCRIPT_PLACES if scripts else ())]
    places += [path for agent in agents for path in AGENT_PROGRAMS[agent].places if serves or path not in SERVER_FILES]
    return {path: text_at(path) for path in places} | {CONSTITUTION_PATH: constitution}


def ci_texts(repository: Repository, top: Path, forges: Sequence[str]) -> dict[str, str]:
    """path from the top -> the text of the file that lets a forge judge changes. `forges` are github and gitlab.

    GitLab reads one file; where that is the project's own, sdd's goes where it can be included from.
    """
    if not forges:
        return {}
    places = {"github": WORKFLOW, "gitlab": INCLUDED_PIPELINE if is_foreign(top, PIPELINE) else PIPELINE}
    targets = landed_on(repository, targets_here(repository))
    chosen = [places[forge] for forge in forges]
    return {path: ci_text(path, dict.fromkeys((*_branches_in(top, path), *targets))) for path in chosen}


def landed_on(repository: Repository, targets: Targets) -> tuple[str, ...]:
    """The names and patterns of all branches whose landings CI judges: by the policies that have landed, and by those
    of the work tree, which are to land with CI's file.
    """
    asked = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", f":(glob)**/{POLICY_PATH}")
    listed = [path for path in repository.git(*asked).split("\0") if path]
    top = repository.work_tree or Path()
    policies = [top / path for path in ((POLICY_PATH,) if POLICY_PATH in listed else listed)]
    here = (parse(POLICY_PATH, file.read_bytes(), "").targets for file in policies if file.is_file())
    first = (targets.first.branch,) if targets.first else ()
    return tuple(dict.fromkeys((*first, *targets.patterns, *chain.from_iterable(here))))


def _branches_in(top: Path, path: str) -> tuple[str, ...]:
    """The branches that a file of sdd's own names; none where it is not there, or another's."""
    is_there = (top / path).is_file() and not is_foreign(top, path)
    return ci_branches((top / path).read_text(encoding="utf-8")) if is_there else ()


def is_foreign(top: Path, path: str) -> bool:
    """Whether there is a file that sdd did not write: a link often leads to another tool's."""
    file = top / path
    return file.is_symlink() or (file.is_file() and not is_own_text(path, file.read_bytes()))


def mentions(top: Path, path: str, words: bytes) -> bool:
    """Whether there is a file that holds some words."""
    file = top / path
    return file.is_file() and words in file.read_bytes()


def is_outdated(top: Path, path: str, text: str) -> bool:
    """Whether a file by which a forge runs sdd is as another version of sdd wrote it, or lacks branches of its text."""
    if is_foreign(top, path):
        return False
    is_whole = {*ci_branches(text)} <= {*_branches_in(top, path)}
    return not (is_whole and is_current_text(path, (top / path).read_bytes()))


def is_untouched(path: str, content: bytes) -> bool:
    """Whether a file is as sdd wrote it, for whatever repository and day. Nobody but sdd writes a baseline."""
    if path == POLICY_PATH:
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        return _WRITTEN.sub("", text) == _WRITTEN.sub("", template(POLICY))
    return path == BASELINE_PATH or is_own_text(path, content)


def history_folder(folder: Path) -> str:
    """Where the policy of a root has its history, as a path below the root's folder."""
    policy = folder / POLICY_PATH
    return (parse(POLICY_PATH, policy.read_bytes(), "").layout if policy.is_file() else USUAL).history[0]


def old_constitution(folder: Path) -> str | None:
    """The text of a constitution in spec-kit's old place, None where there is none with a version to count on from."""
    file = folder / OLD_CONSTITUTION_PATH
    if not file.is_file() or file.is_symlink():
        return None
    content = file.read_bytes()
    constitution = constitutions.parse(OLD_CONSTITUTION_PATH, content, "")
    if constitution.problems or not re.fullmatch(r"\d+\.\d+\.\d+", constitution.version or ""):
        return None
    return content.decode("utf-8-sig", "replace")


class Start(NamedTuple):
    """What a repository starts with: the old findings of each root that gets a policy, the layout that its records
    have, and the last day (YYYY-MM-DD) that findings only warn. The day is empty where only one person, or nobody yet,
    has committed: nobody else's work would be held up. In a shallow clone several are taken to have.
    """

    baselines: Mapping[str, tuple[BaselineEntry, ...]] = MappingProxyType({})
    layouts: Mapping[str, Layout] = MappingProxyType({})
    until: str = ""

    @property
    def findings(self) -> int:
        """How many old findings the baselines hold."""
        return sum(map(len, self.baselines.values()))

    def texts(self, root: str) -> dict[str, str]:
        """path below `root` -> the text of a policy or a baseline."""
        written = {}
        for place, known in self.baselines.items():
            below = paths.relative(root, place)
            written[paths.join(below, POLICY_PATH)] = _policy_text(self.until, self.layouts[place])
            if known:
                written[paths.join(below, BASELINE_PATH)] = baseline_text(known)
        return written


def record_examples(layout: Layout) -> list[str]:
    """A path below a root for a new record of each folder."""
    folders = (f"{SPECS}/x/spec", f"{PROMPTS}/x.prompt", f"{CONTRACTS}/x.contract", f"{ADRS}/x", f"{WAIVERS}/x")
    return [layout.placed(f"{path}.md") for path in folders]


def start_of(tree: Tree, root: str, today: date, unwritten: Mapping[str, str]) -> Start:
    """What a root of the work tree's `tree` that is about to adopt sdd starts with, and every root below it that has no
    policy yet.

    What is found once the files of `unwritten` are there, whether some of them are there already or not. No finding is
    known in these files, and none where there is a baseline already. Below a root that has adopted sdd its grace holds.
    """
    repository = tree.repository
    files = {paths.join(root, path): text.encode() for path, text in unwritten.items() if path != POLICY_PATH}
    written = repository.tree_with(tree.oid, {path: (REGULAR, content) for path, content in files.items()})
    found = first_baselines(repository.tree(written), root, today)
    baselines = {}
    for place in (root, *roots_below(tree, root)):
        if place == root or paths.join(place, POLICY_PATH) not in tree:
            held = repository.work_tree and (repository.work_tree / place / BASELINE_PATH).exists()
            known = () if held else found.get(place, ())
            baselines[place] = tuple(entry for entry in known if place != root or entry.path not in unwritten)
    above = next((place for place in roots_of(tree, root) if paths.join(place, POLICY_PATH) in tree), None)
    if above is not None:
        until = Policy.of(tree, above).warn_until or ""
        until = until if until >= today.isoformat() else ""
    else:
        is_shared = repository.is_shallow or _count_people(repository) > 1
        until = (today + timedelta(days=GRACE_DAYS)).isoformat() if is_shared else ""
    return Start(baselines, {place: layout_of(tree, place) for place in baselines}, until)


def _count_people(repository: Repository) -> int:
    """How many people wrote the last 500 commits of HEAD, bots left out; 0 before the first commit.

    Two authors are one person where they share a name or an address; a login in a forge's address is a name.
    """
    listed = repository.git_answer("log", "--max-count=500", "--format=%aE%x00%aN") or ""
    people: list[set[str]] = []
    for address, name in {line.partition("\0")[::2] for line in listed.casefold().splitlines()}:
        if not address or is_bot(name, address):
            continue
        local, _, host = address.partition("@")
        login = local.rpartition("+")[2] if ".noreply." in f".{host}" else ""
        known_by = {address, *filter(None, (_letters(name), _letters(login)))}
        same = [person for person in people if person & known_by]
        people = [person for person in people if person not in same] + [known_by.union(*same)]
    return len(people)


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name))


def roots_below(tree: Tree, root: str) -> tuple[str, ...]:
    """The roots below another one."""
    return tuple(place for place in find_roots(tree) if place != root and paths.is_below(place, root))


def _policy_text(warn_until: str, layout: Layout) -> str:
    """The text of a new policy, whose findings only warn until a day, if one is given, for records in some layout."""
    values = {"warn_until": warn_until}
    for name, folders in layout._asdict().items():
        values[name] = f'"{folders[0]}"' if folders != getattr(USUAL, name) else ""

    def written(line: re.Match[str]) -> str:
        return f"{line[1]} = {values[line[1]]}" if values[line[1]] else line[0]

    return _WRITTEN.sub(written, template(POLICY))


def layout_of(tree: Tree, root: str) -> Layout:
    """The layout that the records of a root already have; the usual one where they are in several places."""
    listed = tree.repository.git("ls-tree", "-r", "-d", "-z", "--name-only", "--full-tree", tree.oid).split("\0")
    below = [paths.relative(root, folder) for folder in listed if paths.is_below(folder, root)]
    others = [paths.relative(root, place) for place in roots_below(tree, root)]
    own = [
        folder
        for folder in below
        if _FOREIGN.isdisjoint(folder.split("/")) and not any(paths.is_below(folder, place) for place in others)
    ]
    specs = [folder for folder in own if f"/{folder}".endswith("/specs") and features_at(tree, root, Layout((folder,)))]
    history = [folder for folder in own if f"/{folder}".endswith("/history") and f"{folder}/prompts" in own]
    return Layout(_only(specs) or USUAL.specs, _only(history) or USUAL.history)


def _only(folders: Sequence[str]) -> tuple[str, ...]:
    """The one folder that holds records, where that is not the usual one."""
    return (folders[0],) if len(folders) == 1 and "/" in folders[0] else ()


# What a repository keeps of others, or for its tests.
_FOREIGN = {*OTHER_TOOLS, "node_modules", "vendor", "third_party", "test", "tests", "fixtures", "examples", "templates"}
