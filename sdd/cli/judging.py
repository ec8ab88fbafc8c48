"""What `sdd gate` does, whoever read its command line."""

import os
import sys
from contextlib import nullcontext, redirect_stdout
from datetime import date
from typing import TYPE_CHECKING

from sdd import __version__
from sdd.base.deadline import cpu_limit, deadline
from sdd.base.errors import ExitCode, SddError, UsageError
from sdd.base.limits import SECONDS
from sdd.base.streams import read_input, with_caller
from sdd.cli.gate_line import GateLine
from sdd.cli.printing import flush, print_text
from sdd.gate.check.change import NewerPolicy, judge
from sdd.gate.check.verdict import Verdict
from sdd.gate.target import target_of_revision
from sdd.gate.target.actors import read_actors
from sdd.gate.target.judgement import JudgementTarget
from sdd.render.text.verdict import gate_text
from sdd.repo.objects import Repository

if TYPE_CHECKING:
    from sdd.render.plan import Plans


def judged(asked: GateLine) -> int:
    """Judges, prints the verdict and returns the exit status. Raises UsageError for options that make no sense."""
    _require_sense(asked)
    if asked.identify is not None:
        _identify(asked.identify)
    with nullcontext() if asked.timeout is None else deadline(asked.timeout):
        data, refused = _read_and_judge(asked)
    if refused or not asked.then:
        return ExitCode.FINDINGS if refused else ExitCode.CLEAN
    from pathlib import Path

    from sdd.setup.hooks.former import run_former

    return run_former(Path(asked.then), asked.pre_push or (), data)


def _read_and_judge(asked: GateLine) -> tuple[bytes, bool]:
    """Prints the verdict; returns what git told the hook, and whether the change is refused."""
    watched = with_caller() if asked.pre_receive else nullcontext()
    # What runs after a pass has standard output to itself.
    with watched, redirect_stdout(sys.stderr) if asked.then else nullcontext():
        data = _standard_input() if asked.pushes else b""
        refused = _print_verdict(asked, data)
        flush()
    return data, refused


def _identify(stream: str) -> None:
    """Says on a stream of the hook's that this is sdd, and closes it: nothing that is started here may say so."""
    try:
        os.write(int(stream), f"sdd {__version__}\n".encode())
        os.close(int(stream))
    except (OSError, ValueError, OverflowError) as error:
        raise UsageError(f"--identify {stream}: {error}", "only sdd's own hook gives it") from None


def _require_sense(asked: GateLine) -> None:
    if ((asked.base or asked.head) and asked.pushes) or (asked.pre_push and asked.pre_receive):
        raise UsageError("--base and --head, --pre-push and --pre-receive exclude each other", "see: sdd gate --help")
    if "" in (asked.base, asked.head):
        name = "--base" if asked.base == "" else "--head"
        raise UsageError(f"{name} is empty", "name a revision: in a script, the variable that holds it is not set")
    if asked.pre_push and any(word.startswith("-") for word in asked.pre_push):
        raise UsageError("--pre-push takes the remote's name and its URL", "give other options before it")
    if asked.landed and not (asked.base or asked.pre_receive):
        raise UsageError("--landed goes with --base or --pre-receive", "see: sdd gate --help")
    if asked.queue and not asked.base:
        raise UsageError("--queue goes with --base", "see: sdd gate --help")
    if asked.then is not None and not asked.pushes:
        raise UsageError("--then goes with --pre-push or --pre-receive", "see: sdd gate --help")
    if asked.for_pr is not None and not (asked.base and asked.for_pr.isascii() and asked.for_pr.isdigit()):
        raise UsageError("--for-pr takes the number of a request and goes with --base", "see: sdd gate --help")
    if asked.actors and not asked.base:
        raise UsageError("--actor goes with --base: only CI knows who acts", "see: sdd gate --help")


def _standard_input() -> bytes:
    """What git tells a hook. Raises SddError where the stream is closed: that is no empty push."""
    if sys.stdin is None:
        raise SddError("standard input is closed, so what is pushed cannot be known", "let git run the hook")
    return read_input(sys.stdin.buffer, "standard input")


def _print_verdict(asked: GateLine, data: bytes) -> bool:
    """Judges and prints. Whether the change is refused."""
    with Repository.discover(asked.directory) as repository:
        verdict = _judge(repository, asked, data)
        plans: Plans = {}
        if not verdict.passed:
            from sdd.cli.refusal import with_plans

            verdict, plans = with_plans(repository, asked, verdict)
        # A server and CI judge in a repository without a work tree, and who pushed may have no sdd.
        is_elsewhere = not (verdict.passed or asked.for_pr or repository.work_tree)
        text = gate_text(
            verdict, plans, verbose=asked.verbose, pushing=asked.pushes and not asked.landed, is_elsewhere=is_elsewhere
        )
        if asked.form == "text" and not asked.outputs:
            print_text(text)
        else:
            from sdd.cli.verdict_format import write_verdict

            # Files first: one that cannot be written ends this without a verdict, and then none was printed.
            files = [output for output in asked.outputs if output[1] != "-"]
            further = [output for output in asked.outputs if output[1] == "-"]
            write_verdict((*files, (asked.form, "-"), *further), verdict, plans, text)
    return verdict.refused


def _judge(repository: Repository, asked: GateLine, data: bytes) -> Verdict:
    try:
        with cpu_limit(SECONDS) as allow:
            return judge(repository, _targets(repository, asked, data), date.today(), allow)
    except NewerPolicy as error:
        if not asked.pre_push:
            raise
        return Verdict((), (f"{error.message}; nothing was judged here, CI and the server decide: {error.fix}",))


def _targets(repository: Repository, asked: GateLine, data: bytes) -> tuple[JudgementTarget, ...]:
    if asked.pushes:
        from sdd.gate.target.push import targets_of_push, targets_of_receive  # only hooks ask
        from sdd.repo.pushed import read_pre_push, read_pre_receive

        if asked.pre_push:
            return targets_of_push(repository, read_pre_push(data), *asked.pre_push)
        return targets_of_receive(repository, read_pre_receive(data))
    target = target_of_revision(repository, asked.base, asked.head, lands=asked.queue)
    return (target._replace(actors=read_actors(asked.actors)),)
