"""An adopted repository with a remote, and what hook, server and CI say to a push.

Commits and refs are written without a process, and the three paths run in this one; tests/test_ci.py and
tests/test_gate_push.py show that git, the hook scripts and the CI files ask the same. All grounds of a process keep
their objects in one folder.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sdd.base.errors import SddError
from sdd.gate.check.change import judge
from sdd.gate.target.judgement import JudgedHead, against_nearest
from sdd.render.documents.verdict import error_text, verdict_text
from sdd.repo.objects import Repository
from sdd.repo.refs import Branch
from tests.adopted import rows_of, rules_of
from tests.good import CHANGE, TARGET, File
from tests.program import Ran, hold_to_schema, sdd
from tests.scratch import Scratch
from tests.written import Written

GONE = "0" * 40
GOOD: Mapping[str, "Content"] = CHANGE
"""A change that passes: code, its contract and its PHR."""
CONTRACT = "history/contracts/001-vat/0003-rounding.contract.md"
PHR = "history/prompts/001-vat/0002-rounding.green.prompt.md"
SPEC = "specs/001-vat/spec.md"
POLICY = ".specify/sdd.toml"
PATHS = ("hook", "server", "ci")

Content = str | bytes | File | None
"""A file's text, its bytes, its (mode, bytes), or None where it is removed."""


def numbered(number: int, path: str = "", old: str = "", new: str = "") -> dict[str, Content]:
    """The good change, to be made beside others like it: its names and its response are its own. One of its records
    says `new` in place of `old`.
    """
    names = {"0003-rounding": f"{number:04}-rounding", "0002-rounding": f"{number:04}-rounding"}
    names |= {
        'id: "0003"': f'id: "{number:04}"',
        'id: "0002"': f'id: "{number:04}"',
        "src/round.py": f"src/{number}.py",
    }
    names |= {'"/src/**"': f'"/src/{number}.py"', "  - specs/001-vat/\n": "", "It does.": f"It does so {number}."}
    assert old in str(GOOD.get(path, "")), path
    edits: dict[str, Content] = {}
    for name, content in GOOD.items():
        text = str(content).replace(old, new) if name == path else str(content)
        for before, after in names.items():
            name, text = name.replace(before, after), text.replace(before, after)
        edits[name] = text
    return edits


class Answers:
    """What each path that was asked says to one push."""

    def __init__(self, **by_path: Ran) -> None:
        self._by_path = by_path

    def __iter__(self) -> Iterator[Ran]:
        return iter(self._by_path.values())

    def __repr__(self) -> str:
        return repr(self._by_path)

    @property
    def hook(self) -> Ran:
        """What the hook says, where it was asked."""
        return self._by_path["hook"]

    @property
    def server(self) -> Ran:
        """What the server says, where it was asked."""
        return self._by_path["server"]

    @property
    def ci(self) -> Ran:
        """What CI says. It is always asked."""
        return self._by_path["ci"]

    @property
    def statuses(self) -> dict[str, int]:
        """The exit status of each path that was asked."""
        return {path: ran.status for path, ran in self._by_path.items()}

    @property
    def rules(self) -> set[str]:
        """The names of the rules that errors break, the same on all paths."""
        each = {path: rules_of(ran.document) for path, ran in self._by_path.items()}
        assert all(rules == each["ci"] for rules in each.values()), each
        return each["ci"]

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The cover table of CI's verdict: path -> row."""
        return rows_of(self.ci.document)

    def paths_of(self, rule: str) -> set[str]:
        """The files at which errors break a rule, the same on all paths."""
        each = {path: _at(rule, ran.document) for path, ran in self._by_path.items()}
        assert all(found == each["ci"] for found in each.values()), each
        return each["ci"]

    def refused(self, *rules: str, hook: int = 1) -> None:
        """All paths refuse, and these rules are among those that errors break.

        `hook=0` where the gate's documentation says that the hook only warns.
        """
        expected = {"hook": hook, "server": 1, "ci": 1}
        assert self.statuses == {path: expected[path] for path in self._by_path}, self
        assert rules, "name the rules that are to refuse it"
        assert set(rules) <= self.rules, self.rules

    def passed(self) -> None:
        """All paths let it through, without an error that only warns."""
        assert set(self.statuses.values()) == {0}, self
        assert not self.rules, self

    def unjudged(self, text: str) -> None:
        """All paths say that they cannot judge, for a reason that holds `text`, with something to do next."""
        assert set(self.statuses.values()) == {3}, self
        for ran in self:
            error = ran.document["error"]
            assert text in error["message"], error
            assert error["fix"], error


class Court:
    """The judgement that all paths share, over any ground without another target than main."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def judge(self, commit: str, main: str) -> Ran:
        """The verdict over a commit against a tip of main as `sdd gate --json` says it, but for what to do next."""
        target = Branch("refs/remotes/origin/main", "origin/main", "main", main)
        try:
            head = JudgedHead(commit, commit, has_base=True)
            subject = against_nearest(self._repository, head, [target], ())
            verdict = judge(self._repository, [subject], date.today())
        except SddError as error:
            return Ran(error.exit_code, error_text(error.message, error.fix, error.exit_code), "")
        ran = Ran(int(verdict.refused), verdict_text(verdict, {}), "")
        hold_to_schema(ran.document)
        return ran


class Ground:
    """A clone (`here`), a bare remote that has `main`, and commits that are written as the attack needs them.

    `attempts` are the paths that `attempt` asks, or the court that it asks instead.
    """

    def __init__(
        self, folder: Path, target: Mapping[str, Content] = TARGET, attempts: Sequence[str] | Court = PATHS
    ) -> None:
        self._attempts = attempts
        self.here = Scratch(folder / "here")
        self.remote = Scratch(folder / "remote.git", "--bare")
        self._written = Written(Path(_objects().name))
        # What is pushed must be held on the other side too, as git's quarantine has it while the server's hook runs.
        own = folder / "here" / ".git" / "objects"
        for objects, beside in ((own, _objects().name), (folder / "remote.git" / "objects", own)):
            (objects / "info" / "alternates").write_text(f"{beside}\n")
        with (folder / "here" / ".git" / "config").open("a") as config:
            config.write(
                f'[remote "origin"]\n\turl = {self.remote.path}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n'
            )
        self._files: dict[str, dict[str, File]] = {}
        self._has_main_alone = True
        self.before = self.commit({"src/old.py": "OLD = 1\n"}, after=None)
        """The commit before sdd was adopted."""
        self.main = self.commit(target, after=self.before)
        """The adopted target's tip."""
        self.land(self.main)
        self._write_ref(self.here.path / ".git", "refs/remotes/origin/HEAD", "ref: refs/remotes/origin/main")
        self.check_out(self.main)
        self._has_main_alone = True

    @property
    def paths(self) -> Sequence[str]:
        """Whom `push` is to ask where the parameters of a test differ in the content of files alone: CI alone, but all
        for the first.
        """
        return ("ci",) if isinstance(self._attempts, Court) else self._attempts

    def commit(
        self, edits: Mapping[str, Content], after: str | None = "", *merged: str, message: str = "x", who: str = ""
    ) -> str:
        """The id of a new commit: `after` ("" is main's tip, None an orphan) with edits; `merged` are more parents."""
        parent = self.main if after == "" else after
        files = dict(self._files[parent]) if parent else {}
        for path, content in edits.items():
            if content is None:
                del files[path]
            elif isinstance(content, tuple):
                files[path] = content
            else:
                mode = files[path][0] if path in files else "100644"
                files[path] = (mode, content.encode() if isinstance(content, str) else content)
        parents = ([parent] if parent else []) + list(merged)
        oid = self._written.commit(files, *parents, message=message, **({"who": who} if who else {}))
        self._files[oid] = files
        return oid

    def tip(self, ref: str) -> str:
        """The commit that a ref of the remote is on."""
        return self._read_ref(self.remote.path, ref)

    def files(self) -> dict[str, File]:
        """path -> (mode, content) of main's tip."""
        return dict(self._files[self.main])

    def file(self, path: str) -> bytes:
        """What a file of main's tip holds."""
        return self._files[self.main][path][1]

    def tag(self, commit: str, name: str = "v1") -> str:
        """The id of a new annotated tag of a commit."""
        lines = (
            f"object {commit}",
            "type commit",
            f"tag {name}",
            "tagger Ada <ada@example.com> 1772366400 +0000",
            "",
            "x\n",
        )
        return self._written.store("tag", "\n".join(lines).encode())

    def land(self, commit: str, ref: str = "refs/heads/main") -> str:
        """Puts a ref of the remote on a commit, unasked, and tracks it here."""
        self._write_ref(self.remote.path, ref, commit)
        if ref.startswith("refs/heads/"):
            name = ref.removeprefix("refs/heads/")
            self._write_ref(self.here.path / ".git", f"refs/remotes/origin/{name}", commit)
        if ref == "refs/heads/main":
            self.main = commit
        return commit

    def name(self, ref: str, value: str, *, there: bool = False) -> None:
        """Puts a ref of the clone, or of the remote (`there`), on a commit, or on `ref: refs/heads/main`."""
        self._write_ref(self.remote.path if there else self.here.path / ".git", ref, value)

    def check_out(self, commit: str, branch: str = "main") -> None:
        """Puts a branch of the clone on a commit and lets HEAD be that branch. The work tree stays empty."""
        self._write_ref(self.here.path / ".git", f"refs/heads/{branch}", commit)
        self._write_ref(self.here.path / ".git", "HEAD", f"ref: refs/heads/{branch}")

    def push(
        self,
        commit: str,
        ref: str = "refs/heads/work",
        *,
        base: str = "",
        old: str = "",
        paths: Sequence[str] = PATHS,
    ) -> Answers:
        """What each path says where `commit` (GONE deletes) is pushed to `ref`.

        CI judges a push to a branch that the remote has against its old tip, as what a merge queue lands, and anything
        else as a request into `base` (main where it is empty); nobody asks it about a deletion, and the server answers
        for it. `old` is what git tells of the remote's ref, if it is not what is tracked.
        """
        old = old or self._read_ref(self.remote.path, ref)
        line = f"{ref if commit != GONE else '(delete)'} {commit} {ref} {old}\n"
        told = {"hook": line, "server": f"{old} {commit} {ref}\n"}
        answers = {path: self._told(path, told[path]) for path in paths if path in told}
        if commit == GONE:
            return Answers(**answers, ci=answers["server"])
        lands = not base and old != GONE
        base = base or (old if lands else "refs/remotes/origin/main")
        words = ["gate", "--json", "--base", base, "--head", commit, *(["--queue"] if lands else [])]
        return Answers(**answers, ci=sdd(self.here.path, *words))

    def _told(self, path: str, lines: str) -> Ran:
        """What the hook or the server says to the lines that git tells it."""
        if path == "hook":
            return sdd(self.here.path, "gate", "--json", "--pre-push", "origin", str(self.remote.path), stdin=lines)
        return sdd(self.remote.path, "gate", "--json", "--pre-receive", stdin=lines)

    def push_all(self, commits: Mapping[str, str]) -> tuple[Ran, Ran]:
        """What hook and server say where several refs are pushed at once: ref -> commit. CI judges one at a time."""
        lines = [(commit, ref, self._read_ref(self.remote.path, ref)) for ref, commit in commits.items()]
        told = "".join(f"{ref} {commit} {ref} {old}\n" for commit, ref, old in lines)
        hook = self._told("hook", told)
        return hook, self._told("server", "".join(f"{old} {commit} {ref}\n" for commit, ref, old in lines))

    def attempt(self, edits: Mapping[str, Content]) -> Answers:
        """What the paths of `attempts` say to one commit on main with these edits, pushed to a branch."""
        commit = self.commit(edits)
        if not isinstance(self._attempts, Court):
            return self.push(commit, paths=self._attempts)
        if not self._has_main_alone:
            return self.push(commit, paths=["ci"])
        return Answers(ci=self._attempts.judge(commit, self.main))

    def _write_ref(self, kept: Path, ref: str, value: str) -> None:
        self._has_main_alone &= ref in ("refs/heads/main", "refs/remotes/origin/main", "HEAD")
        file = kept / ref
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{value}\n")

    @staticmethod
    def _read_ref(kept: Path, ref: str) -> str:
        try:
            held = (kept / ref).read_text().strip()
            # git tells a hook where a symbolic ref leads.
            return Ground._read_ref(kept, held.removeprefix("ref: ")) if held.startswith("ref: ") else held
        except OSError:
            return GONE


def _at(rule: str, document: dict[str, Any]) -> set[str]:
    found = (finding for change in document["changes"] for finding in change["findings"])
    return {one["path"] for one in found if (one["rule"], one["severity"]) == (rule, "error")}


@cache
def _objects() -> TemporaryDirectory[str]:
    """The objects of all grounds."""
    return TemporaryDirectory(prefix="sdd-objects-")
