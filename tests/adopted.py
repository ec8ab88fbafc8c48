"""An adopted project with a real bare remote: made once by `sdd` itself, copied for each test."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sdd.setup.hooks.script import PRE_PUSH, hook_script
from tests.forked import FORKED_PYTHON, forked_bin, forked_python
from tests.good import TARGET
from tests.landing import landed
from tests.program import Ran as Ran
from tests.program import sdd as sdd
from tests.scratch import Scratch
from tests.shared import copy_folder
from tests.written import Written

FEATURE = "001-vat"
SPEC = f"specs/{FEATURE}/spec.md"
CONSTITUTION = ".specify/memory/constitution.md"
POLICY = ".specify/sdd.toml"
OPEN = f"history/contracts/{FEATURE}/0001-reverse-charge.contract.md"
LANDED = f"history/prompts/{FEATURE}/0001-reverse-charge.green.prompt.md"
_GIT_LOCAL = {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"}


class Adopted:
    """A clone (`here`) and its remote: `main` is adopted and landed, its pre-push hook is sdd's own.

    What the hook runs is forked (tests/test_hooks.py starts it).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.here = Scratch.at(folder / "here")
        self.remote = Scratch.at(folder / "remote.git")

    def sdd(self, *arguments: str, stdin: str | bytes = b"", **environment: str) -> Ran:
        """One `sdd` command at the top of the clone."""
        return sdd(self.here.path, *arguments, stdin=stdin, **environment)

    def done(self, *arguments: str) -> Ran:
        """One `sdd` command that must succeed."""
        ran = self.sdd(*arguments)
        assert ran.status == 0, ran
        return ran

    def judged(self, files: dict[str, Any], branch: str = "work") -> dict[str, Any]:
        """The verdict over a branch with these files; main is checked out again."""
        self.branch(branch)
        self.write(files)
        document = self.gate()
        self.here.git("switch", "-q", "main")
        return document

    def each_judged(self, cases: Mapping[str, Mapping[str, str | bytes | None]]) -> dict[str, dict[str, Any]]:
        """`judged` for each case, as one push of them all; each document has the changes of its own case alone."""
        heads = dict(zip(cases, self.commits(*cases.values()), strict=True))
        told = "".join(f"refs/heads/x {head} refs/heads/{head} {'0' * 40}\n" for head in heads.values())
        ran = self.sdd("gate", "--pre-push", "origin", str(self.remote.path), "--json", stdin=told)
        changes = {head: [one for one in ran.document["changes"] if one["head"] == head] for head in heads.values()}
        assert all(changes.values()), ran
        return {case: {"changes": changes[head]} for case, head in heads.items()}

    def commits(self, *cases: Mapping[str, str | bytes | None], parent: str = "main") -> list[str]:
        """Writes a commit for each case, on no branch: the files that are checked out, and those of the case."""
        above = self.here.git("rev-parse", parent)
        listed = (line.split("\t") for line in self.here.git("ls-files", "-z", "--stage").split("\0") if line)
        held = {path: (told.split()[0], (self.here.path / path).read_bytes()) for told, path in listed}
        written, made = Written(self.here.path / ".git" / "objects"), []
        for case in cases:
            files = {path: content.encode() if isinstance(content, str) else content for path, content in case.items()}
            kept = {path: file for path, file in held.items() if path not in files}
            new = {path: ("100644", content) for path, content in files.items() if content is not None}
            made.append(written.commit(kept | new, above))
        return made

    def gate(self, *arguments: str) -> dict[str, Any]:
        """The verdict of `sdd gate` as a document; its exit status is compared with what it says."""
        ran = self.sdd("gate", "--json", *arguments)
        document = ran.document
        if document["verdict"] == "error":
            assert ran.status == 3, ran
        else:
            assert ran.status == int(document["refused"]), ran
        return document

    def branch(self, name: str = "work", start: str = "main") -> None:
        """A new branch, checked out."""
        self.here.git("switch", "-q", "-c", name, start)

    def write(self, files: dict[str, str | bytes | None], message: str = "change") -> str:
        """Commits files on the branch that is checked out."""
        return self.here.commit(message, files)

    def push(self, *refspecs: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """A real push through the installed hook."""
        wanted = ["git", "push", "origin", *refspecs]
        environment = {name: value for name, value in os.environ.items() if name not in _GIT_LOCAL}
        return subprocess.run(
            wanted, cwd=cwd or self.here.path, capture_output=True, check=False, env=environment, text=True
        )

    def land(self, *refspecs: str) -> None:
        """Pushes without asking anybody: what is there is there."""
        wanted = refspecs or ("HEAD:main",)
        if not all(landed(self.here.path, self.remote.path, refspec) for refspec in wanted):
            self.here.git("push", "-q", "--no-verify", "origin", *wanted)

    def land_change(self, files: dict[str, str | bytes | None], message: str = "landed") -> None:
        """Commits files on main and lands them, unasked."""
        self.here.git("switch", "-q", "main")
        self.write(files, message)
        self.land("main")


def copied(source: Path, folder: Path) -> Adopted:
    """A copy of an adopted project."""
    forked_bin()
    copy_folder(source, folder)
    config = folder / "here" / ".git" / "config"
    config.write_text(config.read_text().replace(str(source), str(folder)))
    return Adopted(folder)


def adopt(folder: Path) -> Adopted:
    """Makes the project with real commands only: init, a constitution, a feature, an open contract, landed records.

    The sdd of its hook is forked, not started.
    """
    forked_bin()
    Scratch(folder / "remote.git", "--bare")
    here = Scratch(folder / "here")
    here.git("remote", "add", "origin", str(folder / "remote.git"))
    here.commit("code before sdd", {"src/old.py": "OLD = 1\n", "src/vat.py": TARGET["src/vat.py"]})
    here.git("push", "-q", "origin", "main")
    here.git("remote", "set-head", "origin", "main")
    adopted = Adopted(folder)
    adopted.done("init")
    (here.path / ".git" / "hooks" / PRE_PUSH).write_bytes(hook_script(str(FORKED_PYTHON)))
    adopted.write({CONSTITUTION: TARGET[CONSTITUTION]}, "Adopt sdd")
    pushed = adopted.push("main")
    assert pushed.returncode == 0, pushed.stderr
    adopted.done("feature", "new", "VAT", "--slug", FEATURE)
    adopted.write({SPEC: TARGET["specs/001-vat/spec.md"], "src/reverse/charge.py": "CHARGED = False\n"}, "Specify VAT")
    words = ["--requirement", "FR-001", "--success", "Invoices abroad carry no VAT.", "--constraint", "Decimals stay."]
    words += ["--non-goal", "No look-up of numbers.", "--check", "true", "--scope", "/src/reverse/**"]
    adopted.done("contract", "new", "Reverse charge", "--feature", FEATURE, *words, "--commit")
    adopted.done("phr", "new", "Reverse charge", "--feature", FEATURE, "--commit")
    assert {OPEN, LANDED} <= set(here.git("ls-files").splitlines())
    pushed = adopted.push("main")
    assert pushed.returncode == 0, pushed.stderr
    for repository in (here, adopted.remote):
        repository.git("repack", "-a", "-d", "-q")  # one file to copy instead of forty
    return adopted


def side_by_side(folder: Path) -> Adopted:
    """A project with two roots, apps/a and apps/b, and none above them: landed, with its hook."""
    Scratch(folder / "remote.git", "--bare")
    here = Scratch(folder / "here")
    here.git("remote", "add", "origin", str(folder / "remote.git"))
    adopted = Adopted(folder)
    roots = ("apps/a", "apps/b")
    adopted.write(
        {
            f"{root}/{path}": text
            for root in roots
            for path, text in ((POLICY, ""), (CONSTITUTION, TARGET[CONSTITUTION]))
        }
    )
    adopted.land("main")
    here.git("remote", "set-head", "origin", "main")
    with forked_python():
        adopted.done("hook", "install")
    return adopted


def phr(
    files: Sequence[str] = (),
    *,
    id: str = "0001",
    stage: str = "green",
    kind: str = "",
    feature: str = "",
    contract: str = "",
    prompt: str = "Round half up.",
    response: str = "It does.",
    embedded: str = "",
    **fields: str,
) -> str:
    """The text of a PHR. `contract` is linked, `embedded` is the body of its own contract."""
    lines = ["---", f'id: "{id}"', "title: Rounding", f"stage: {stage}", "date: 2026-03-01"]
    lines += [f"{name}: {value}" for name, value in {"kind": kind, "feature": feature, **fields}.items() if value]
    lines += ["links:", f"  contract: {contract}"] if contract else []
    lines += ["files:", *(f'  - "{path}"' for path in files)] if files else []
    lines += ["---", "", "## Prompt", "", prompt, "", "## Response snapshot", "", response, ""]
    lines += ["## Execution contract", "", embedded] if embedded else []
    return "\n".join(lines)


PROMISE = "### Success criteria\n\nAmounts are rounded half up.\n\n### Acceptance checks\n\n- [x] `true`\n"


def contract(
    scope: Sequence[str], *, id: str = "0009", kind: str = "fix", feature: str = "", status: str = "done", **fields: str
) -> str:
    """The text of an execution contract."""
    lines = ["---", f'id: "{id}"', "title: Rounding", f"kind: {kind}"]
    lines += [f"{name}: {value}" for name, value in {"feature": feature, **fields}.items() if value]
    lines += ["scope:", *(f'  - "{pattern}"' for pattern in scope)] if scope else []
    lines += [f"status: {status}", "---", "", "## Success criteria", "", "Amounts are rounded half up.", ""]
    lines += ["## Constraints", "", "- Amounts stay decimals.", "", "## Non-goals", "", "- No other way.", ""]
    lines += ["## Acceptance checks", "", f"- [{'x' if status == 'done' else ' '}] `true`", ""]
    lines += ["## Discovery", "", "- 1:2:src/vat.py", ""]
    return "\n".join(lines)


def rules_of(document: dict[str, Any], severity: str = "error") -> set[str]:
    """The names of the rules that a verdict's findings of one severity break."""
    findings = [finding for change in document["changes"] for finding in change["findings"]]
    return {finding["rule"] for finding in findings if finding["severity"] == severity}


def rows_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The cover table of a verdict: path -> row."""
    return {row["path"]: row for change in document["changes"] for row in change["files"]}
