"""`sdd capture install` and `uninstall`: turn capture on for the agents of a repository, and off again."""

from collections.abc import Sequence
from typing import Any

import click

from sdd.base.errors import ExitCode, SddError, UsageError
from sdd.base.paths import printable
from sdd.capture import agents_in_use, installing
from sdd.capture.installing import Installed
from sdd.cli.printing import can_ask, remark
from sdd.cli.session import Session, in_session
from sdd.records.hook_files import HOOK_FILES
from sdd.setup.hooks import install as hooks

PUBLIC = "What you ask becomes part of the repository with the commits that it led to, and as public as it is."

_agents = click.option(
    "--agent", "agents", multiple=True, type=click.Choice([*HOOK_FILES]), help="This agent.  [default: all found here]"
)
_shared = click.option("--shared", is_flag=True, help="The file that everybody gets with the repository.")


@click.command("install")
@_agents
@_shared
@in_session
def install(session: Session, agents: tuple[str, ...], *, shared: bool) -> ExitCode:
    """Add sdd's hook to each agent's own file, and turn capture on in this repository.

    What you ask becomes part of the repository with the commits that it led to, and as public as it is. The file is the
    user's own unless --shared names the committed one, whose hook does nothing where sdd is not installed. Every key
    that was there stays. A pre-commit hook writes the records with each commit. Exit status 1: a file could not take
    the hook.
    """
    named = agents or agents_in_use.found_agents(session.top)
    if not named:
        looked = agents_in_use.looked_for(HOOK_FILES)
        raise UsageError(f"no agent was found ({looked})", f"name one: --agent {' or '.join(HOOK_FILES)}")
    remark(PUBLIC)
    if can_ask() and not session.as_json and not click.confirm("Turn capture on here?", err=True):
        raise SddError("capture stays off", "turn it on with: sdd capture install")
    if not agents and (others := [agent for agent in HOOK_FILES if agent not in named]):
        remark(f"not found, so without a hook: {', '.join(others)} (--agent takes each)")
    return turn_on(session, named, shared=shared)


def turn_on(session: Session, named: Sequence[str], *, shared: bool) -> ExitCode:
    """Adds these agents' hooks, and turns capture on; FINDINGS where one failed. Raises SddError where all did."""
    repository = session.repository
    session.lock()
    done, failed = [], []
    for agent in named:
        for tree in installing.trees(repository, agent, shared=shared):
            try:
                done.append(installing.install(tree, agent, shared=shared))
            except SddError as error:
                failed.append((agent, error))
    if not done:
        raise failed[0][1]
    installing.turn(repository, on=True)
    report = hooks.install_commit_hook(repository)
    for agent, why in failed:
        remark(f"{agent}: {why.message}; {why.fix}")
    _print(session, done, "added to", _commit_lines(report), on=True)
    return ExitCode.FINDINGS if failed else ExitCode.CLEAN


@click.command("uninstall")
@_agents
@_shared
@in_session
def uninstall(session: Session, agents: tuple[str, ...], *, shared: bool) -> ExitCode:
    """Take sdd's hooks out again; without --agent turn capture off in this repository, too.

    Each file is as it was before, byte for byte, unless somebody else changed it since. Drafts stay: sdd capture list.
    Exit status 1: a hook is left.
    """
    session.lock()
    done, left = installing.take_out(session.repository, agents, shared=shared)
    for line in left:
        remark(line)
    _print(session, done, "taken out of", [], on=installing.is_on(session.repository))
    return ExitCode.FINDINGS if left else ExitCode.CLEAN


def _commit_lines(report: hooks.HookReport) -> list[str]:
    """Whether the records come with each commit, and what to do where they do not."""
    standing = "records come with each commit" if report.in_force else "no hook writes the records: sdd capture commit"
    return [f"{'commits':<13}{standing}", *(f"{'':<13}{note}" for note in report.notes)]


def _print(session: Session, done: Sequence[Installed], verb: str, further: Sequence[str], *, on: bool) -> None:
    document: dict[str, Any] = {
        "agents": [
            {"agent": each.agent, "path": str(each.path), "changed": each.changed, "note": each.note or None}
            for each in done
        ],
        "on": on,
    }
    lines = []
    for each in done:
        lines.append(f"{each.agent:<13}{verb if each.changed else 'unchanged:'} {printable(str(each.path))}")
        lines += [f"{'':<13}{each.note}"] if each.note else []
    lines += [*further, f"{'capture':<13}{'on' if on else 'off'} in this repository"]
    session.print({"schema": "sdd/capture-install/1", **document}, lines)
