"""What `sdd init` did, as lines for people and as a document for programs, with the command that comes next."""

from functools import partial
from pathlib import Path

from sdd.base.paths import is_below, join, path_words, printable, relative
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.layout import MARK
from sdd.records.packaged import CI_PLACES, TEMPLATE_FOLDER
from sdd.records.project import BASELINE_PATH, CONSTITUTION_PATH
from sdd.render.words import in_the_baseline
from sdd.repo.objects import Repository
from sdd.repo.uncommitted import ignored_paths
from sdd.setup.hooks.install import HookReport, HookState
from sdd.setup.hooks.text import hook_document, hook_lines, labelled, removal_lines
from sdd.setup.init import SetupReport
from sdd.setup.own_files import history_folder

_MAKE_REQUIRED = ("then      make its check required on the forge: until then it stops nothing",)


def next_command(repository: Repository, report: SetupReport, folder: str = "") -> str | None:
    """The command that comes next, for a shell in a folder of the work tree; None where nothing has changed."""
    made = report.made
    if report.removed:
        tracked = repository.git("ls-files", "-z", "--", *report.removed).split("\0")
        title, wanted = "Take sdd out", (*filter(None, tracked), *report.made, *report.to_edit)
    else:
        constitution = join(report.root, CONSTITUTION_PATH)
        # An earlier run may have made what nobody has committed yet.
        records = join(report.root, history_folder((repository.work_tree or Path()) / report.root))
        asked = ("ls-files", "-z", "--others", "--exclude-standard", "--", records, *report.kept)
        made = tuple(dict.fromkeys((*report.made, *filter(None, repository.git(*asked).split("\0")))))
        title, wanted = "Adopt sdd", (*made, *(path for path in report.kept if path == constitution))
    if not (report.made or (report.removed and wanted)):
        return None
    if ignored_paths(repository, wanted):
        added = f"-f {_pathspecs(repository, report.root, wanted, folder, whole=False)}"
    else:
        added = _pathspecs(repository, report.root, wanted if report.removed else made, folder)
    return f'git add {added} && git commit -m "{title}"'


def _pathspecs(repository: Repository, root: str, files: tuple[str, ...], folder: str, *, whole: bool = True) -> str:
    """What to hand to git for some files, by a shell that stands in a folder: sdd's own folders whole, where that is
    allowed, others only where nothing else is in them.
    """
    pathspecs: dict[str, None] = {}
    for path in files:
        first = relative(root, path).partition("/")[0] if is_below(path, root) else ""
        parent = Path(path).parent
        place = (repository.work_tree or Path()) / parent
        children = place.iterdir() if place.is_dir() else ()
        if whole and first in (MARK, "history"):
            pathspecs[join(root, first)] = None
        elif parent != Path(root) and all((parent / child.name).as_posix() in files for child in children):
            pathspecs[parent.as_posix()] = None
        else:
            pathspecs[path] = None
    return path_words(f":/{path}" if folder else path for path in pathspecs)


def init_lines(
    report: SetupReport, hook: HookReport | None, following: str | None, *, undo: bool, dry_run: bool = False
) -> list[str]:
    """The report of a setup, or of its removal. With `dry_run` it is what either would do, and `hook` how the pre-push
    hook stands where it is to be installed or removed too.
    """
    makes, keeps, removes = ("makes", "keeps", "removes") if dry_run else ("made", "kept", "removed")
    removed = _listed(removes, report.removed) or [f"{removes:<10}nothing: no file here is as sdd init wrote it"]
    all_kept = [f"{keeps:<10}everything: sdd is set up here already"]
    told = partial(_hook_to_come, undo=undo) if dry_run else removal_lines if undo else hook_lines
    lines = [
        *(("a dry run: nothing is written",) if dry_run else ()),
        *(removed if undo else ()),
        *_listed(makes, report.made),
        *(_listed(keeps, report.kept) if undo or report.made else all_kept),
        *(printable(f"found     {note}") for note in report.notes),
        *_start(report),
        *(told(hook) if hook else []),
        *labelled("capture", *report.capture),
    ]
    if dry_run:
        return [*lines, *labelled("next", "the same without --dry-run" if report.made or report.removed else "")]
    return [
        *lines,
        *labelled("first", _first(report)),
        *labelled("next", following or ""),
        *labelled("then", report.judged_still),
        *(_MAKE_REQUIRED if CI_PLACES.keys() & set(report.made) else ()),
    ]


def _first(report: SetupReport) -> str:
    """What is to be done by hand before the next command; empty for nothing."""
    constitution = join(report.root, CONSTITUTION_PATH)
    return f"fill in {constitution}" if constitution in report.made else ""


def _hook_to_come(hook: HookReport, *, undo: bool) -> list[str]:
    """What becomes of the hook where it is installed or removed."""
    if undo:
        return labelled("hook", f"removed too: {hook.path} (not with --no-hooks)" if hook.is_own else "")
    if hook.state not in (HookState.ABSENT, HookState.OTHER):
        return hook_lines(hook)
    beside = ", beside the hook that is there" if hook.state == HookState.OTHER else ""
    return labelled("hook", f"pre-push is installed too{beside} (not with --no-hooks)")


def _start(report: SetupReport) -> list[str]:
    """What a root that adopts sdd starts with."""
    known, until = report.baseline, report.warn_until
    baselines = [path for path in report.made if path.endswith(BASELINE_PATH)]
    findings = f"{in_the_baseline(known, baselines)}: sdd check shows what is new"
    policy = join(report.root, POLICY_PATH)
    grace = f"several people commit here: findings only warn until {until} ({policy})"
    return [*labelled("baseline", findings if known else ""), *labelled("grace", grace if until else "")]


def _listed(label: str, files: tuple[str, ...]) -> list[str]:
    """One line a file, templates counted in one."""
    templates = [path for path in files if TEMPLATE_FOLDER in path]
    few = [path for path in files if TEMPLATE_FOLDER not in path]
    if len(templates) > 1:
        templates = [f"{templates[0].rpartition('/')[0]}/ ({len(templates)} templates)"]
    return labelled(label, *few, *templates)


def init_document(
    report: SetupReport, hook: HookReport | None, following: str | None, *, dry_run: bool = False
) -> dict[str, object]:
    """Any of them as a JSON document."""
    return {
        "schema": "sdd/init/1",
        "dry_run": dry_run,
        "root": report.root or ".",
        **{name: list(getattr(report, name)) for name in ("made", "kept", "removed", "notes", "capture")},
        "baseline": report.baseline,
        "warn_until": report.warn_until or None,
        "hook": hook_document(hook) if hook else None,
        "first": None if dry_run else _first(report) or None,
        "next": following,
    }
