"""What a push is judged by: roots, policies, the time in which findings only warn, baselines."""

from datetime import date
from pathlib import Path

from sdd.base.listing import counted, listed
from sdd.base.paths import is_below, join, path_word, path_words, shell_word
from sdd.gate.check.change import policy_faults
from sdd.records.agents import unknown_agents
from sdd.records.kinds import baseline as baselines
from sdd.records.kinds.policy import POLICY_PATH, parse
from sdd.records.layout import FEATURE_PIN, MARK, USUAL
from sdd.records.packaged import ALL_PLACES, USUAL_TARGETS, WORKFLOW, ci_branches, is_own_text
from sdd.records.project import BASELINE_PATH, CONSTITUTION_PATH, Project
from sdd.render.words import in_the_baseline
from sdd.repo.uncommitted import first_hidden, ignored_paths
from sdd.setup.doctor.context import Diagnoses, DoctorContext, fault, ok, warning
from sdd.setup.own_files import history_folder, is_untouched, landed_on, record_examples

# Commits of one file that are searched for a readable one.
_MOST_COMMITS = 20


def roots(context: DoctorContext) -> Diagnoses:
    """Which folders hold a .specify/."""
    top, (name, _) = context.repository.work_tree, context.judged_by
    hidden = tuple(_hidden(context))
    yield from hidden
    yield from _tracked_pins(context)
    if context.projects:
        landed = f", none in {context.target.name} yet" if context.target and name != context.target.name else ""
        folders = listed([project.root or "." for project in context.projects], 5)
        yield ok(f"{counted(len(context.projects), 'root')} in {name}{landed}: {folders}")
    elif not hidden and top and (top / MARK).is_dir():
        message = f"{MARK}/ exists and is not committed: nothing is judged before it is"
        yield warning(message, _commit_of(context, top))
    elif not hidden:
        yield warning(f"no folder {MARK}/ in {name}: nothing is judged here", "sdd init" if top else "")


def _hidden(context: DoctorContext) -> Diagnoses:
    """What git keeps out of every commit, of the files that a root is judged by and of its records."""
    top, folders = context.repository.work_tree, {"", *(project.root for project in context.projects)}
    if not top:
        return
    places = [join(root, path) for root in sorted(folders) for path in (CONSTITUTION_PATH, POLICY_PATH, BASELINE_PATH)]
    existing = [path for path in places if (top / path).is_file()]
    ignored = ignored_paths(context.repository, existing)
    if ignored:
        add = f'git add -f {path_words(ignored)} && git commit -m "Adopt sdd"'
        first, rule = next(iter(ignored.items()))
        yield fault(f"{rule} makes git ignore {first}: what is not committed judges nothing", add)
    layouts = [(project.root, project.layout) for project in context.projects] or [("", USUAL)]
    records = [join(root, path) for root, layout in layouts for path in record_examples(layout)] if existing else []
    for rule, path in first_hidden(context.repository, records).items():
        folder = path.rpartition("/")[0].removesuffix("/x")
        yield fault(f"{rule} makes git ignore {folder}/: only --commit and git add -f put a record into a commit")


def _tracked_pins(context: DoctorContext) -> Diagnoses:
    """Files that say on which feature one person works, where everybody gets them."""
    places = (join(project.root, FEATURE_PIN) for project in context.projects)
    for path in (path for path in places if path in context.files):
        where = shell_word(path)
        remove = f'git rm --cached -q -- {where} && git commit -m "Untrack {FEATURE_PIN}"'
        yield warning(f"{path} is committed: it names the feature of one person to everybody", remove)


def policy(context: DoctorContext) -> Diagnoses:
    """Whether the policies can be read, those that judge and those in the work tree."""
    faulty = [diagnosis for project in context.projects for diagnosis in _policy_faults(context, project)]
    yield from faulty
    if context.projects and not faulty:
        written = sum(project.policy.path in project.tree for project in context.projects)
        defaults = len(context.projects) - written
        rest = f", the defaults for {counted(defaults, 'root')}" if defaults else ""
        name = context.judged_by[0]
        if written:
            yield ok(f"{counted(written, 'file')} {POLICY_PATH}{rest} in {name}")
        else:
            why = f"no file {POLICY_PATH} in {name}: hooks and servers judge by the defaults"
            yield warning(why, f"{_landing(context) or 'sdd init'}, or where sdd was taken out: sdd hook uninstall")


def ci(context: DoctorContext) -> Diagnoses:
    """Whether the workflow that sdd wrote judges what lands on each target, as both are in the work tree."""
    top = context.repository.work_tree
    content = (top / WORKFLOW).read_bytes() if top and (top / WORKFLOW).is_file() else b""
    if not is_own_text(WORKFLOW, content):
        return
    listed_there = (*USUAL_TARGETS, *ci_branches(content.decode()))
    missing = [target for target in landed_on(context.repository, context.targets) if target not in listed_there]
    if missing:
        yield warning(f"{WORKFLOW} does not judge what lands on {listed(missing, 5)}", "sdd init --ci github")
    else:
        yield ok(f"{WORKFLOW} judges what lands on each target")


def _landing(context: DoctorContext) -> str:
    """What lands a policy that is here and not yet where changes are judged by it; empty where there is none."""
    top = context.repository.work_tree
    if not top or not _is_here(context, POLICY_PATH):
        return ""
    # A branch that was never pushed, or has another upstream, is to be named.
    push = f"git push {shell_word(context.remote)} HEAD" if context.remote else "git push"
    return push if POLICY_PATH in context.files else f"{_commit_of(context, top)} && {push}"


def _commit_of(context: DoctorContext, top: Path) -> str:
    """What commits an adoption with every file that it made: those of CI and agents are outside of its folders."""
    history = history_folder(top)
    folders = [MARK, *([history] if (top / history).is_dir() and not is_below(history, MARK) else [])]
    others = [path for path in ALL_PLACES if path.partition("/")[0] not in (MARK, "history") and (top / path).is_file()]
    own = [path for path in others if is_untouched(path, (top / path).read_bytes())]
    asked = ("ls-files", "-z", "--others", "--exclude-standard", "--", *own)
    new = context.repository.git(*asked).split("\0") if own else ()
    return f'git add {path_words(filter(None, (*folders, *new)))} && git commit -m "Adopt sdd"'


def _is_here(context: DoctorContext, path: str) -> bool:
    """Whether the work tree has a file or folder below its top."""
    return bool(context.repository.work_tree and (context.repository.work_tree / path).exists())


def _policy_faults(context: DoctorContext, project: Project) -> Diagnoses:
    landed, (name, _) = project.policy, context.judged_by
    problems = policy_faults(landed)
    for problem in problems:
        show = f"sdd check --rev {shell_word(name)} {path_word(landed.path)}"
        yield fault(f"in {name}, nothing can be judged by it: {problem}", show)
    file = context.repository.work_tree and context.repository.work_tree / landed.path
    if file and file.is_file():
        for problem in policy_faults(parse(landed.path, file.read_bytes(), landed.root)):
            if problem not in problems:
                yield warning(f"in the work tree: {problem}", f"sdd check {path_word(landed.path)}")
    for binding in unknown_agents(project):
        message = f"{landed.path} binds {binding.pattern} to {binding.agent}, and no agent file has that name"
        yield warning(message, "sdd agent check")


def advice_on_waivers(context: DoctorContext) -> tuple[str, ...]:
    """What to set in the policies of a server, where a waiver counts before anybody has reviewed it."""
    if context.projects and all(project.policy.waivers == "landed" for project in context.projects):
        return ()
    return (f'recommended in {POLICY_PATH}: waivers = "landed", so that nobody waives a rule for their own push',)


def grace(context: DoctorContext) -> Diagnoses:
    """Whether findings only warn for now."""
    policies = [project.policy for project in context.projects]
    today = context.today.isoformat()
    running = [(policy.path, policy.warn_until) for policy in policies if (policy.warn_until or "") >= today]
    for path, until in running:
        days = counted((date.fromisoformat(str(until)) - context.today).days, "day")
        yield ok(f"findings only warn until {until}, {days} more ({path})")
    if policies and not running:
        yield ok(f"no policy in {context.judged_by[0]} lets findings only warn")


def baseline(context: DoctorContext) -> Diagnoses:
    """What the baselines hold, and whether they can be read."""
    known = [(project.path(BASELINE_PATH), project.baseline) for project in context.projects if project.baseline]
    sizes = {path: len(held.entries) for path, held in known if not held.problem}
    if sizes:
        yield ok(f"{in_the_baseline(sum(sizes.values()), [*sizes])}; sdd repair removes those that are fixed")
    for path, held in known:
        if held.problem:
            commit = _last_readable(context, path)
            fix = f"git checkout {commit} -- {shell_word(path)}" if commit else ""
            problem = f"{path}:{held.problem.line}: {held.problem.message}"
            yield fault(f"in {context.judged_by[0]} every finding in the baseline counts again: {problem}", fix)
    if context.projects and not known:
        name = context.judged_by[0]
        yield ok(
            f"{BASELINE_PATH} is not in {name} yet: every finding counts"
            if _is_here(context, BASELINE_PATH)
            else "none: every finding counts"
        )


def _last_readable(context: DoctorContext, path: str) -> str | None:
    """The last commit in which a baseline could be read."""
    query = ("rev-list", f"--max-count={_MOST_COMMITS}", context.judged_by[0], "--", path)
    for commit in context.repository.git(*query).split():
        entry = context.repository.tree(commit).file(path)
        if entry and not baselines.parse(context.reader.content(entry)).problem:
            return commit
    return None
