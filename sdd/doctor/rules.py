"""By what is judged: roots, policies, the time in which findings only warn, baselines."""

import shlex
from collections.abc import Iterator
from datetime import date

from sdd.agents import unknown_agents
from sdd.artifacts import baseline as baselines
from sdd.artifacts.policy import Policy, parse
from sdd.check.asking import RULE_NAMES
from sdd.doctor.checked import Rows, fault, ok, warning
from sdd.doctor.place import Place
from sdd.paths import join
from sdd.project import BASELINE_PATH, POLICY_PATH, Project
from sdd.render.words import counted
from sdd.repo.objects import Tree
from sdd.roots import MARK, find_roots

# Commits of one file that are gone through for a sound one.
_LOOKED_BACK = 20


def roots(place: Place) -> Rows:
    """Which folders hold a .specify/."""
    where, tree = place.judging or ("", None)
    landed = tuple(find_roots(tree)) if tree else ()
    if landed:
        yield ok(f"{counted(len(landed), 'root')} in {where}: {_named(landed)}")
    elif place.roots:
        yield ok(f"{counted(len(place.roots), 'root')} in HEAD, none in {where} yet: {_named(place.roots)}")
    elif place.repository.work_tree and (place.repository.work_tree / MARK).is_dir():
        there = [name for name in (MARK, "history") if (place.repository.work_tree / name).is_dir()]
        adopt = f'git add {" ".join(there)} && git commit -m "Adopt sdd"'
        yield warning(f"{MARK}/ is there and not committed: nothing is judged before it is", adopt)
    else:
        mend = "sdd init" if place.repository.work_tree else ""
        yield warning(f"no folder {MARK}/ in {where or 'this repository'}: nothing is judged here", mend)


def _named(roots: tuple[str, ...], most: int = 5) -> str:
    shown = ", ".join(root or "." for root in roots[:most])
    return f"{shown} and {len(roots) - most} more" if len(roots) > most else shown


def policy(place: Place) -> Rows:
    """Whether the policies can be read, those that judge and those that lie in the work tree."""
    if not place.roots or not place.judging:
        return
    where, tree = place.judging
    sound = True
    for root in place.roots:
        found = Project(tree, root, place.reader).policy
        landed = tuple(_problems(found))
        for said in landed:
            sound = False
            show = f"sdd check --rev {shlex.quote(where)} {shlex.quote(found.path)}"
            yield fault(f"in {where}, nothing can be judged by it: {said}", show)
        for said in _problems(_in_work_tree(place, found)):
            if said not in landed:
                sound = False
                yield warning(f"as it lies in the work tree: {said}", f"sdd check {shlex.quote(found.path)}")
        for binding in unknown_agents(found, tree, place.reader):
            sound = False
            told = f"{found.path} binds {binding.pattern} to {binding.agent}, and no agent file bears that name"
            yield warning(told, "sdd agent check")
    if sound:
        yield ok(f"{_files(place, tree)} in {where}")


def _files(place: Place, tree: Tree) -> str:
    written = sum(1 for root in place.roots if tree.file(join(root, POLICY_PATH)))
    if not written:
        return f"the defaults, no file {POLICY_PATH}"
    rest = len(place.roots) - written
    return f"{counted(written, 'file')} {POLICY_PATH}" + (f", the defaults for {counted(rest, 'root')}" if rest else "")


def _problems(found: Policy) -> Iterator[str]:
    for problem in found.problems:
        yield f"{found.path}:{problem.line}: {problem.message}"
    for name in found.rules:
        if name not in RULE_NAMES:
            yield f"{found.path}:{found.at(f'rules.{name}')}: unknown rule {name}"


def _in_work_tree(place: Place, landed: Policy) -> Policy:
    """The policy as it lies in the work tree; the landed one where none lies there."""
    top = place.repository.work_tree
    if not top or not (top / landed.path).is_file():
        return landed
    return parse(landed.path, (top / landed.path).read_bytes(), landed.root)


def grace(place: Place) -> Rows:
    """Whether findings only warn for now."""
    if not place.roots or not place.judging:
        return
    where, tree = place.judging
    running = False
    for root in place.roots:
        policy = Project(tree, root, place.reader).policy
        if policy.warn_until and policy.warn_until >= place.today.isoformat():
            running = True
            left = (date.fromisoformat(policy.warn_until) - place.today).days
            told = f"findings only warn until {policy.warn_until}, {counted(left, 'day')} more ({policy.path})"
            yield warning(told, "sdd check --stat")
    if not running:
        yield ok(f"no policy in {where} lets findings only warn")


def baseline(place: Place) -> Rows:
    """What the baselines hold, and whether they can be read."""
    if not place.roots or not place.judging:
        return
    where, tree = place.judging
    found = [(root, known) for root in place.roots if (known := Project(tree, root, place.reader).baseline)]
    for root, known in found:
        path = join(root, BASELINE_PATH)
        if known.problem:
            said = f"in {where} every old finding is new again: {path}:{known.problem.line}: {known.problem.message}"
            sound = _last_sound(place, where, path)
            yield fault(said, f"git checkout {sound} -- {shlex.quote(path)}" if sound else "")
        else:
            told = counted(len(known.entries), "old finding")
            yield ok(f"{told} in {path}; sdd repair takes out what was mended")
    if not found:
        yield ok("none: every finding counts")


def _last_sound(place: Place, revision: str, path: str) -> str | None:
    """The last commit up to a revision in which a baseline could be read."""
    commits = place.repository.git("rev-list", f"--max-count={_LOOKED_BACK}", revision, "--", path).split()
    for commit in commits:
        entry = place.repository.tree(commit).file(path)
        if entry and not baselines.parse(place.reader.content(entry)).problem:
            return commit
    return None
