"""By what is judged: roots, policies, the time in which findings only warn, baselines."""

import shlex
from collections.abc import Iterator
from datetime import date

from sdd.gate.check.asking import RULE_NAMES
from sdd.records.agents import unknown_agents
from sdd.records.kinds import baseline as baselines
from sdd.records.kinds.policy import Policy, parse
from sdd.records.layout import MARK
from sdd.records.project import BASELINE_PATH, POLICY_PATH, Project
from sdd.render.words import counted
from sdd.setup.doctor.checked import Rows, fault, ok, warning
from sdd.setup.doctor.place import Place

# Commits of one file that are gone through for a sound one.
_LOOKED_BACK = 20


def roots(place: Place) -> Rows:
    """Which folders hold a .specify/."""
    top, where = place.repository.work_tree, place.rules_name
    if place.projects:
        landed = f", none in {place.target.name} yet" if place.target and where != place.target.name else ""
        yield ok(f"{counted(len(place.projects), 'root')} in {where}{landed}: {_named(place)}")
    elif top and (top / MARK).is_dir():
        there = " ".join(name for name in (MARK, "history") if (top / name).is_dir())
        adopt = f'git add {there} && git commit -m "Adopt sdd"'
        yield warning(f"{MARK}/ is there and not committed: nothing is judged before it is", adopt)
    else:
        yield warning(f"no folder {MARK}/ in {where}: nothing is judged here", "sdd init" if top else "")


def _named(place: Place, most: int = 5) -> str:
    shown = ", ".join(project.root or "." for project in place.projects[:most])
    return f"{shown} and {len(place.projects) - most} more" if len(place.projects) > most else shown


def policy(place: Place) -> Rows:
    """Whether the policies can be read, those that judge and those that lie in the work tree."""
    rows = [row for project in place.projects for row in _faulty_policy(place, project)]
    yield from rows
    if place.projects and not rows:
        yield ok(f"{_files(place)} in {place.rules_name}")


def _faulty_policy(place: Place, project: Project) -> Rows:
    found = project.policy
    judging = tuple(_problems(found))
    for said in judging:
        show = f"sdd check --rev {shlex.quote(place.rules_name)} {shlex.quote(found.path)}"
        yield fault(f"in {place.rules_name}, nothing can be judged by it: {said}", show)
    for said in _problems(_in_work_tree(place, found)):
        if said not in judging:
            yield warning(f"as it lies in the work tree: {said}", f"sdd check {shlex.quote(found.path)}")
    for binding in unknown_agents(found, project.tree, place.reader):
        told = f"{found.path} binds {binding.pattern} to {binding.agent}, and no agent file bears that name"
        yield warning(told, "sdd agent check")


def _files(place: Place) -> str:
    written = sum(1 for project in place.projects if project.policy.path in project.tree)
    if not written:
        return f"the defaults, no file {POLICY_PATH}"
    rest = len(place.projects) - written
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
    policies = [project.policy for project in place.projects]
    running = [one for one in policies if one.warn_until and one.warn_until >= place.today.isoformat()]
    for one in running:
        assert one.warn_until, "it was looked for"
        left = (date.fromisoformat(one.warn_until) - place.today).days
        told = f"findings only warn until {one.warn_until}, {counted(left, 'day')} more ({one.path})"
        yield warning(told, "sdd check --stat")
    if policies and not running:
        yield ok(f"no policy in {place.rules_name} lets findings only warn")


def baseline(place: Place) -> Rows:
    """What the baselines hold, and whether they can be read."""
    found = [(project, known) for project in place.projects if (known := project.baseline)]
    for project, known in found:
        path = project.path(BASELINE_PATH)
        if known.problem:
            said = f"{path}:{known.problem.line}: {known.problem.message}"
            sound = _last_sound(place, path)
            mend = f"git checkout {sound} -- {shlex.quote(path)}" if sound else ""
            yield fault(f"in {place.rules_name} every old finding is new again: {said}", mend)
        else:
            told = counted(len(known.entries), "old finding")
            yield ok(f"{told} in {path}; sdd repair takes out what was mended")
    if place.projects and not found:
        yield ok("none: every finding counts")


def _last_sound(place: Place, path: str) -> str | None:
    """The last commit in which a baseline could be read."""
    wanted = ("rev-list", f"--max-count={_LOOKED_BACK}", place.rules_name, "--", path)
    for commit in place.repository.git(*wanted).split():
        entry = place.repository.tree(commit).file(path)
        if entry and not baselines.parse(place.reader.content(entry)).problem:
            return commit
    return None
