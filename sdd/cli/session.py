"""What every command works with: where it stands, what it reads, and how it prints its result."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.listing import counted
from sdd.base.paths import printable
from sdd.cli.options import json_option
from sdd.cli.printing import flush, print_json, print_text, remark
from sdd.cli.progress import progress_bar
from sdd.records.layout import FEATURE_PIN, MARK, is_root
from sdd.render.words import shortened
from sdd.repo.objects import Repository, Tree

if TYPE_CHECKING:
    from sqlite3 import Connection

    from sdd.authoring.redaction import Redactor
    from sdd.gate.preview import ChangeState
    from sdd.records.project import Reader
    from sdd.repo.journal import Journal
    from sdd.repo.uncommitted import CheckoutState

Answer = TypeVar("Answer")
Value = TypeVar("Value")
Document = Mapping[str, Any]
Text = str | Iterable[str]


@dataclass(eq=False)
class Session:
    """A command at work. `rev` is the commit to read (None: the work tree), `commits` whether `--commit` was given
    (with which message, if not sdd's own, and whether signed off),
    `base` the revision that the change in the work tree begins at (None: the target).
    """

    _ctx: click.Context
    rev: str | None = None
    as_json: bool = False
    commits: bool = False
    commit_message: str = ""
    signoff: bool = False
    base: str | None = None
    _remarked: set[str] = field(default_factory=set, init=False)
    _standing: "CheckoutState | None" = field(default=None, init=False)
    _held: ExitStack = field(default_factory=ExitStack, init=False)

    @cached_property
    def directory(self) -> Path:
        """The folder that `-C` names, else the one that the command stands in."""
        return self._ctx.find_object(Path) or Path()

    @cached_property
    def repository(self) -> Repository:
        """The repository that `-C` names or the command stands in; closed when the command ends."""
        return self._ctx.with_resource(Repository.discover(self.directory))

    @property
    def top(self) -> Path:
        """The top folder of the work tree. Raises SddError where there is none."""
        if not self.repository.work_tree:
            raise self.repository.no_work_tree("it has no work tree", "work in a clone of it")
        return self.repository.work_tree

    @property
    def folder(self) -> str:
        """The folder that the command works in, as a path from the top of the work tree ("" is the top itself)."""
        place, top = self.directory.resolve(), self.top.resolve()
        return place.relative_to(top).as_posix().removeprefix(".") if place.is_relative_to(top) else ""

    @property
    def root(self) -> str | None:
        """The nearest root above that folder, or the folder itself; None for none."""
        above = paths.folders_above(paths.join(self.folder, "x"))
        return next((place for place in above if self._makes_root(place)), None)

    def _makes_root(self, place: str) -> bool:
        # A sparse checkout may leave out the folder that makes a root.
        return (self.top / place / MARK).is_dir() or (self.is_sparse and is_root(self.tree, place))

    @property
    def is_sparse(self) -> bool:
        """Whether the work tree may lack files that the index has."""
        return self.repository.config.get("core.sparsecheckout") == "true"

    @cached_property
    def tree(self) -> Tree:
        """The tree to read: a commit's, the work tree's, or HEAD's. Raises UsageError for an unknown revision."""
        repository, rev = self.repository, self.rev
        if rev is None and repository.work_tree:
            return repository.tree(repository.snapshot())
        if rev is not None and not repository.object(f"{rev}^{{tree}}"):
            raise UsageError(f"unknown revision: {rev}", "name a commit, branch or tag that this repository holds")
        return repository.tree(rev or "HEAD")

    def forget_tree(self) -> None:
        """Makes `tree` and `state` read the work tree and the branches anew, once they may have changed."""
        for name in ("tree", "state"):
            vars(self).pop(name, None)
        self.repository.forget_refs()

    def lock(self) -> None:
        """Waits until no other command writes into the work tree, and keeps others from it until `unlock`.

        A command that edits files calls it before it reads them, and after whatever takes its time: a question, an
        editor, the commands of a check. Raises SddError where others take too long.
        """
        from sdd.repo.locks import locked

        assert self.top, "only a work tree is written to"
        self._held.enter_context(locked(self.repository.git_dir / "sdd" / "writing.lock"))
        self.forget_tree()

    def unlock(self) -> None:
        """Lets other commands write again."""
        self._held.close()

    @cached_property
    def reader(self) -> "Reader":
        """Reads the records of that tree."""
        from sdd.records.project import Reader

        return Reader(self.repository.beginnings)

    @property
    def commit(self) -> str | None:
        """The commit to read, or that the work tree stands on; None where there is none yet."""
        return self.repository.commit(self.rev or "HEAD")

    @cached_property
    def state(self) -> "ChangeState":
        """The change in the work tree, seen from the command's folder."""
        from sdd.gate.preview import ChangeState

        tree = self.tree.oid if self.repository.work_tree and not self.rev else None
        state = replace(ChangeState.read(self.repository, self.folder, self.base, tree), only_committed=self.commits)
        named = state.work.unknown_pin
        why = f"no feature is meant by {shortened(named, 80)}" if named else "it has landed, and is not of this work"
        if named or state.work.is_pin_landed:
            self._remark_once(f"{paths.join(state.root, FEATURE_PIN)} is ignored: {why}")
        return state

    @cached_property
    def today(self) -> date:
        """The day on which the command runs."""
        return date.today()

    def ask(
        self,
        question: Callable[["Connection"], Answer],
        *,
        history: bool = False,
        committed: bool = False,
        again: bool = False,
    ) -> Answer:
        """What `question` makes of the index, which is brought up to date first (see sdd.index.database.answer), with
        `again` to what the work tree held at the last question: git is not asked anew.
        """
        from sdd.index.database import answer, answer_in_memory, wanted_at
        from sdd.index.state import standing_now

        with progress_bar("reading records") as progress:
            if self.rev is None:
                if not again:
                    self._standing = None if committed else standing_now(self.repository)
                return answer(
                    self.repository,
                    question,
                    self._remark_once,
                    progress,
                    history=history,
                    committed=committed,
                    standing=self._standing,
                )
            # The index of the worktree stays as it is.
            wanted = wanted_at(self.repository, self.tree.oid, history=history)
            return answer_in_memory(self.repository, wanted, question, progress)

    def _remark_once(self, text: str) -> None:
        """What is wrong with the index or the pin: a command that reads one twice finds that twice."""
        if text not in self._remarked:
            self._remarked.add(text)
            remark(text)

    @property
    def has_input(self) -> bool:
        """Whether `--input` gives the words of the command."""
        return self._ctx.default_map is not None

    @contextmanager
    def writing(self, *words: object) -> Iterator["Journal"]:
        """Locks the work tree as `lock` does, and opens the journal of this command with these words."""
        from sdd.repo.journal import Journal

        self.lock()
        with Journal(self.repository, self._ctx.command_path, self.folder, self.base, *words) as journal:
            yield journal
            flush()  # once the journal is gone, the command was heard to succeed
        self.unlock()

    def save(self, message: str, *files: str) -> str:
        """Commits files that were written, with `--commit`, else says which git ignores. Returns what was done."""
        if not (self.commits and files):
            from sdd.repo.uncommitted import hidden_by_rules

            for hidden in hidden_by_rules(self.repository, files):
                self._remark_once(hidden)
            return "wrote"
        from sdd.repo.porcelain import commit_files

        self.unlock()  # a hook of git's may take its time, or call sdd
        commit_files(self.repository, files, self.redact(self.commit_message or message), signoff=self.signoff)
        return "committed"

    @cached_property
    def redactor(self) -> "Redactor":
        """Takes secrets out of what a command was given, by the policy of its root."""
        from sdd.authoring.redaction import redactor

        assert self.top, "only a work tree is written to"
        return redactor(self.repository, self.root or "")

    def redact(self, given: Any) -> Any:
        """What a command was given, texts in lists too, without its secrets. Raises SddError where that fails."""
        if type(given) is str:
            return self.redactor(given)
        if type(given) is tuple:
            return tuple(map(self.redact, given))
        return given

    def tell_redacted(self) -> None:
        """Says on stderr how many secrets were taken out of what the command was given."""
        taken = self.redactor.taken if "redactor" in vars(self) else None
        if taken:
            rules = ", ".join(f"{number} {rule}" for rule, number in sorted(taken.items()))
            remark(f"redacted {counted(taken.total(), 'secret')} ({rules}): revoke what others may have seen")
            taken.clear()

    def print(self, document: Document, text: Text) -> None:
        """The result: `document` with `--json`, else `text`. Lines are made safe for a terminal; a whole text is."""
        if self.as_json:
            print_json(dict(document))
        else:
            print_text(text if isinstance(text, str) else "\n".join(map(printable, text)))

    def show(self, value: Value, document: Callable[[Value], Document], text: Callable[[Value], Text]) -> None:
        """A value as its document or its text, whichever is asked for."""
        self.print(document(value), "") if self.as_json else self.print({}, text(value))


_OPTIONS = {name: name for name in ("rev", "as_json", "commits", "commit_message", "signoff")} | {"change_base": "base"}
"""The parameters of commands that are a Session's -> what it calls them."""


def pass_session(function: Callable[..., Any], *, writes: bool = False) -> Callable[..., Any]:
    """Calls a command with its Session in place of the options `--rev`, `--json`, `--commit` and `base_option`.

    One that `writes` what it is given gets it without its secrets, before it makes anything of it.
    """

    @click.pass_context
    @wraps(function)
    def command(ctx: click.Context, /, *words: Any, **options: Any) -> Any:
        own = {_OPTIONS[name]: options.pop(name) for name in [*options] if name in _OPTIONS}
        session = Session(ctx, **own)
        if (session.commit_message or session.signoff) and "commits" in own and not session.commits:
            raise UsageError("--message and --signoff go with --commit", f"see: {ctx.command_path} --help")
        if session.commits:
            from sdd.repo.unfinished import require_resolved

            require_resolved(session.repository)
        try:
            if writes:
                session.commit_message = session.redact(session.commit_message)
                words, options = session.redact(words), {name: session.redact(each) for name, each in options.items()}
            return function(session, *words, **options)
        finally:
            session.unlock()
            session.tell_redacted()

    return command


def in_session(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a command that prints a document with `--json`."""
    return json_option(pass_session(function))


def writing_session(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a command that writes what it is given into a record."""
    return json_option(pass_session(function, writes=True))
