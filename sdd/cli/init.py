"""`sdd init`: set sdd up in a repository, or take it out again."""

import shlex
from datetime import date
from pathlib import Path

import click

from sdd.base.errors import SddError, UsageError
from sdd.base.paths import join, printable
from sdd.cli.hook import as_document, describe
from sdd.cli.session import json_option, open_repository, print_json, print_text
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.layout import MARK
from sdd.records.packaged import AGENT_PLACES, CI_PLACES, TEMPLATE_FOLDER
from sdd.records.project import BASELINE_PATH, CONSTITUTION_PATH
from sdd.render.words import counted
from sdd.repo.objects import Repository
from sdd.setup import init as setup
from sdd.setup.hooks import install as hooks


@click.command()
@click.option("--root", "folder", metavar="DIR", help="Set up this folder (of a monorepo) instead of the top.")
@click.option(
    "--agent",
    "agents",
    multiple=True,
    type=click.Choice([*AGENT_PLACES]),
    help="Install agent files and commands for it; generic is AGENTS.md and plain prompt files.",
)
@click.option("--scripts", is_flag=True, help="Install the scripts that agents of spec-kit and spec-kit-plus call.")
@click.option(
    "--ci",
    "forges",
    multiple=True,
    type=click.Choice(["github", "gitlab"]),
    help="Write the file that lets the forge judge every change.",
)
@click.option("--no-hooks", is_flag=True, help="Leave git's hooks alone.")
@click.option("--undo", is_flag=True, help="Take out the hook and every file that nobody has changed; history/ stays.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    folder: str | None,
    agents: tuple[str, ...],
    scripts: bool,
    forges: tuple[str, ...],
    no_hooks: bool,
    undo: bool,
    as_json: bool,
) -> None:
    """Set sdd up in a repository, or take it out again.

    Adds what is missing: constitution, policy, templates, the first PHR and the pre-push hook. Nothing is
    overwritten, and a second run changes nothing. What is found in records that are there goes into a baseline;
    where several people commit, findings only warn for the first thirty days.
    """
    repository = open_repository(ctx)
    root = _root(repository, ctx, folder)
    today = date.today().isoformat()
    if undo:
        done = setup.undo(repository, root)
    else:
        done = setup.adopt(repository, root, today, agents, forges, scripts=scripts)
    hook, failed = None, None
    if not no_hooks:
        # The files are there by now and must be told of, whatever becomes of the hook.
        try:
            hook = hooks.uninstall(repository) if undo else hooks.install(repository)
        except SddError as error:
            failed = error
    following = _following(repository, done, undo)
    if as_json:
        print_json(_document(done, hook, following))
    else:
        print_text("\n".join(_lines(done, hook, following, undo)))
    if failed:
        raise failed


def _root(repository: Repository, ctx: click.Context, folder: str | None) -> str:
    """The root as a path from the top. Raises UsageError where the folder is none of this repository's."""
    if folder is None or not repository.work_tree:
        return ""
    place = ((ctx.find_object(Path) or Path()) / folder).resolve()
    top = repository.work_tree.resolve()
    inside = place.is_dir() and place.is_relative_to(top) and not place.is_relative_to(repository.common_dir.resolve())
    nested = any(
        (above / ".git").exists() for above in (place, *place.parents) if above != top and above.is_relative_to(top)
    )
    if not inside or nested:
        raise UsageError(f"{folder} is no folder of this repository", "name a folder that is there, below the top")
    return "" if place == top else place.relative_to(top).as_posix()


def _following(repository: Repository, done: setup.Setup, undo: bool) -> str | None:
    """The command that comes next, None where nothing has changed."""
    if undo:
        tracked = done.removed and repository.git("ls-files", "--", *done.removed)
        return f'git commit -m "Take sdd out" -- {_places(repository, done.root, done.removed)}' if tracked else None
    return f'git add {_places(repository, done.root, done.made)} && git commit -m "Adopt sdd"' if done.made else None


def _places(repository: Repository, root: str, files: tuple[str, ...]) -> str:
    """What to hand to git for some files: sdd's own folders whole, others only where nothing else lies in them."""
    found: dict[str, None] = {}
    for path in files:
        first = path[len(root) :].lstrip("/").split("/")[0]
        folder = Path(path).parent
        there = repository.work_tree / folder if repository.work_tree else folder
        alone = folder != Path(root) and all((folder / one.name).as_posix() in files for one in _children(there))
        found[join(root, first) if first in (MARK, "history") else folder.as_posix() if alone else path] = None
    return " ".join(map(shlex.quote, found))


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _lines(done: setup.Setup, hook: hooks.HookReport | None, following: str | None, undo: bool) -> list[str]:
    lines = [*_listed("made", done.made), *_listed("removed", done.removed)]
    if undo and not done.removed:
        lines.append("removed   nothing: no file here is as sdd init wrote it")
    if undo or done.made:
        lines += _listed("kept", done.kept)
    else:
        lines.append("kept      everything: sdd is set up here already")
    lines += [f"found     {note}" for note in done.notes]
    lines += _start(done)
    text = [printable(line) for line in lines]
    text += describe(hook, removing=undo) if hook else []
    text += [printable(f"next      {following}")] if following else []
    if CONSTITUTION_PATH in {path[len(done.root) :].lstrip("/") for path in done.made}:
        text.append(printable(f"then      fill in {join(done.root, CONSTITUTION_PATH)}"))
    if CI_PLACES.keys() & set(done.made):
        text.append("then      make its check required on the forge: until then it stops nothing")
    return text


def _start(done: setup.Setup) -> list[str]:
    """What a root that adopts sdd begins with."""
    known, warn_until = done.start
    lines = []
    if known:
        place = join(done.root, BASELINE_PATH)
        lines.append(f"baseline  {counted(len(known), 'old finding')}, in {place}: sdd check shows what is new")
    if warn_until:
        policy = join(done.root, POLICY_PATH)
        lines.append(f"grace     several people commit here: findings only warn until {warn_until} ({policy})")
    return lines


def _listed(word: str, files: tuple[str, ...]) -> list[str]:
    """One line a file, templates counted in one."""
    few = [path for path in files if TEMPLATE_FOLDER not in path]
    templates = [path for path in files if TEMPLATE_FOLDER in path]
    if len(templates) == 1:
        few += templates
    elif templates:
        few.append(f"{templates[0].rpartition('/')[0]}/ ({len(templates)} templates)")
    return [f"{word if number == 0 else '':<10}{path}" for number, path in enumerate(few)]


def _document(done: setup.Setup, hook: hooks.HookReport | None, following: str | None) -> dict[str, object]:
    return {
        "schema": "sdd/init/1",
        "root": done.root or ".",
        "made": list(done.made),
        "kept": list(done.kept),
        "removed": list(done.removed),
        "notes": list(done.notes),
        "baseline": len(done.start.known),
        "warn_until": done.start.warn_until or None,
        "hook": as_document(hook) if hook else None,
        "next": following,
    }
