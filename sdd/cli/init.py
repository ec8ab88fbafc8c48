"""`sdd init`: set sdd up in a repository, or remove it again."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.base.paths import path_words, shell_word
from sdd.cli.printing import can_ask, remark
from sdd.cli.session import Session, in_session
from sdd.cli.surface import surface
from sdd.gate.target import target_of_work_tree
from sdd.records.agent_programs import AGENT_PROGRAMS
from sdd.records.layout import MARK
from sdd.setup import init as setup
from sdd.setup.hooks import install as hooks
from sdd.setup.init_text import init_document, init_lines, next_command
from sdd.setup.undo import named
from sdd.setup.undo import undo as undo_setup


@click.command()
@click.option("--root", "folder", metavar="DIR", help="Set up this folder (of a monorepo) instead of the top.")
@click.option(
    "--agent",
    "agents",
    multiple=True,
    type=click.Choice([*AGENT_PROGRAMS]),
    help="Install instructions, commands and agent files for it; generic is for any other program.",
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
@click.option("--dry-run", is_flag=True, help="Say what would be made, kept or removed, and write nothing.")
@click.option("--undo", is_flag=True, help="Remove hook, capture and all files that nobody changed; history/ stays.")
@in_session
def command(session: Session, folder: str | None, *, no_hooks: bool, dry_run: bool, undo: bool, **wanted: Any) -> None:
    """Set sdd up in a repository, or remove it again.

    Adds what is missing: constitution, policy, templates, the first PHR and the pre-push hook. Nothing of yours is
    overwritten, and a second run changes nothing. Findings in existing records go into a baseline; where
    several people commit, findings only warn for the first thirty days.
    """
    repository = session.repository
    root = _root(session, folder)
    if not repository.work_tree:
        raise repository.no_work_tree("it has no files to set sdd up in", "run sdd init in a clone of it")
    if session.is_sparse and paths.join(root, MARK) in session.tree and not (session.top / root / MARK).exists():
        fix = f"git sparse-checkout add {path_words(paths.join(root, name) for name in (MARK, 'history'))}"
        raise SddError(f"sdd is set up here, and this sparse checkout leaves {paths.join(root, MARK)}/ out", fix)
    if not undo:
        _require_younger(session)
    today = session.today.isoformat()
    change: Callable[..., setup.SetupReport] = undo_setup if undo else partial(setup.adopt, **wanted)
    if dry_run:
        report = change(repository, root, today, surface=surface(), journal=None)
        if undo:
            stays = no_hooks or bool(report.others)
            report = report._replace(capture=_end_capture(session, stays=stays, dry_run=True))
        hook = None if no_hooks or report.others else hooks.status(repository)
        lines = init_lines(report, hook, None, undo=undo, dry_run=True)
        session.print(init_document(report, None, None, dry_run=True), lines)
        return
    with session.writing(root, undo, sorted(wanted.items())) as journal:
        report = change(repository, root, today, surface=surface(), journal=journal)
        _finish(session, report, hooks_too=not no_hooks, undo=undo)
    if not undo and not no_hooks:
        _offer_capture(session)


def _offer_capture(session: Session) -> None:
    """Asks on a terminal whether agents are to be captured, and turns that on."""
    from sdd.capture.agents_in_use import found_agents
    from sdd.capture.installing import is_on

    agents = found_agents(session.top)
    if not agents or session.as_json or not can_ask() or is_on(session.repository):
        return
    from sdd.cli.capture_install import PUBLIC, turn_on

    remark(f"sdd can record what is asked of {' and '.join(agents)}. {PUBLIC}")
    if click.confirm("Turn capture on here?", default=False, err=True):
        turn_on(session, agents, shared=False)


def _finish(session: Session, report: setup.SetupReport, *, hooks_too: bool, undo: bool) -> None:
    """Installs the hook or takes it out, and reports what was done."""
    repository = session.repository
    hook, failure = None, None
    others = report.others if hooks_too else ()
    if hooks_too and not others:
        # The files are written by now and must be reported, whatever becomes of the hook.
        try:
            hook = hooks.uninstall(repository) if undo else hooks.install(repository)
        except (SddError, OSError) as error:
            failure = error
    if others:
        report = report._replace(notes=(*report.notes, f"the hook stays: it judges {named(others)} too"))
    if undo:
        stays = not hooks_too or bool(others)
        report = report._replace(capture=_end_capture(session, stays=stays))
    following = next_command(repository, report, session.folder)
    lines = init_lines(report, hook, following, undo=undo)
    if failure and session.as_json:  # whose one document is the failure's
        remark("\n".join(lines))
    else:
        session.print(init_document(report, hook, following), lines)
    if failure:
        raise failure


def _end_capture(session: Session, *, stays: bool, dry_run: bool = False) -> tuple[str, ...]:
    """Turns capture off with the last root, unless it `stays`; says what becomes of it, or nothing where it is off."""
    from sdd.capture.installing import installed, is_on, take_out

    found = tuple(installed(session.repository))
    if not found and not is_on(session.repository):
        return ()
    if stays:
        return ("stays: sdd capture uninstall turns it off",)
    if dry_run:
        return ("turned off too (not with --no-hooks)",)
    done, left = take_out(session.repository)
    return ("off in this repository", *(f"hook taken out of {each.path}" for each in done if each.changed), *left)


def _require_younger(session: Session) -> None:
    """Raises SddError for a branch that is older than the adoption of sdd at the target whose policy judges it."""
    repository = session.repository
    try:
        target = target_of_work_tree(repository, repository.tree(repository.snapshot()).oid)
    except SddError:  # nobody knows of a target yet
        return
    older_than = target.older_than
    if older_than and target.apart:
        message = f"there is nothing to set up: the policy of {older_than} judges this line, which is older"
        raise SddError(message, "see what a change lacks here: sdd status")
    if older_than:
        fix = f"take it over: git merge {shell_word(older_than)}"
        raise SddError(f"{older_than} has sdd already, and this branch is older", fix)


def _root(session: Session, folder: str | None) -> str:
    """The root as a path from the top. Raises UsageError where the folder is none of this repository's."""
    repository = session.repository
    if folder is None or not repository.work_tree:
        return ""
    place = (session.directory / folder).resolve()
    top = repository.work_tree.resolve()
    inside = place.is_dir() and place.is_relative_to(top) and not place.is_relative_to(repository.common_dir.resolve())
    nested = any(
        (above / ".git").exists() for above in (place, *place.parents) if above != top and above.is_relative_to(top)
    )
    if not inside or nested:
        raise UsageError(f"{folder} is no folder of this repository", "name an existing folder below the top")
    return "" if place == top else place.relative_to(top).as_posix()
