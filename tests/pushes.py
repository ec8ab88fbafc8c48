"""A project with a real bare remote, and what git really tells its hooks there."""

import os
import subprocess
import sys
from pathlib import Path

from sdd.gate.target import target_of_revision, target_of_work_tree
from sdd.gate.target.judgement import JudgementTarget
from sdd.gate.target.push import targets_of_push
from sdd.repo.objects import Repository
from sdd.repo.pushed import read_pre_push
from tests.landing import landed
from tests.scratch import Scratch

ROOT: dict[str, str | bytes | None] = {".specify/sdd.toml": "[gate]\n"}
RELEASES: dict[str, str | bytes | None] = {
    ".specify/sdd.toml": '[gate]\ntargets = ["release/*", "main"]\ndraft = ["wip/**"]\n'
}

_RECEIVE = f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(Path(__file__).parent.parent)!r})
from pathlib import Path
from sdd.base.errors import SddError
from sdd.repo.pushed import read_pre_receive
from sdd.repo.objects import Repository
from sdd.gate.target.push import targets_of_receive
with Repository.discover(Path(".")) as repository:
    try:
        for target in targets_of_receive(repository, read_pre_receive(sys.stdin.buffer.read())):
            paths = [path.path for path in target.change.paths] if target.change else None
            print("TARGET", target.ref, paths, target.warn_only, target.first_push, target.remark, sep="|")
    except SddError as error:
        print("ERROR", error.message, sep="|")
sys.exit(1)
"""


class Project:
    """A clone with an adopted `main` that its remote has too, and every question that a push can ask of it."""

    def __init__(self, folder: Path, files: dict[str, str | bytes | None] | None = None, *options: str) -> None:
        self.folder = folder
        self.remote = Scratch(folder / "remote.git", "--bare", *options)
        self.here = Scratch(folder / "here", *options)
        self.here.git("remote", "add", "origin", str(self.remote.path))
        self.here.commit("code before sdd", {"old.py": "1\n"})
        if files is not None:
            self.here.commit("adopt sdd", files)
        self.land("main")

    def land(self, *refspecs: str) -> None:
        """Pushes, and tracks what was pushed."""
        if all(landed(self.here.path, self.remote.path, refspec) for refspec in refspecs):
            (self.here.path / ".git/refs/remotes/origin/HEAD").write_text("ref: refs/remotes/origin/main\n")
            return
        self.here.git("push", "-q", "--no-verify", "origin", *refspecs)
        self.here.git("fetch", "-q", "--prune", "origin")
        self.here.git("remote", "set-head", "origin", "main")

    def lines(self, *arguments: str) -> bytes:
        """What git tells a pre-push hook about a push, without pushing."""
        hooks = self.folder / "hooks"
        hooks.mkdir(exist_ok=True)
        (hooks / "pre-push").write_text(f"#!/bin/sh\ncat >{self.folder}/told\n")
        (hooks / "pre-push").chmod(0o755)
        (self.folder / "told").write_bytes(b"")
        self.here.run("git", "-c", f"core.hooksPath={hooks}", "push", "--dry-run", *arguments)
        return (self.folder / "told").read_bytes()

    def push(self, *refspecs: str, remote: str = "origin", url: str = "") -> tuple[JudgementTarget, ...]:
        """What a push of these refspecs is judged against, for each line that git writes."""
        pushed = read_pre_push(self.lines(remote, *refspecs))
        with Repository.discover(self.here.path) as repository:
            return targets_of_push(
                repository, pushed, remote, url or (str(self.remote.path) if remote == "origin" else remote)
            )

    def one(self, refspec: str, remote: str = "origin") -> JudgementTarget:
        """What a push of one refspec is judged against."""
        (target,) = self.push(refspec, remote=remote)
        return target

    def receive(self, *refspecs: str) -> list[list[str]]:
        """What the remote's pre-receive hook finds for a push, word by word, from within git's quarantine."""
        hook = self.remote.path / "hooks" / "pre-receive"
        hook.write_text(_RECEIVE)
        hook.chmod(0o755)
        done = self.here.run("git", "push", "origin", *refspecs)
        hook.unlink()
        said = (line.removeprefix("remote: ").strip() for line in done.stderr.splitlines())
        return [line.split("|") for line in said if line.startswith(("TARGET|", "ERROR|"))]

    def gate(self, base: str | None = None, head: str | None = None) -> JudgementTarget:
        """What `sdd gate` judges."""
        return revision(self.here, base, head)

    def status(self) -> JudgementTarget:
        """What `sdd status` judges."""
        return work_tree(self.here)


def revision(scratch: Scratch, base: str | None = None, head: str | None = None) -> JudgementTarget:
    """What `sdd gate` judges in a repository."""
    with Repository.discover(scratch.path) as repository:
        return target_of_revision(repository, base, head)


def work_tree(scratch: Scratch) -> JudgementTarget:
    """What `sdd status` judges in a repository."""
    with Repository.discover(scratch.path) as repository:
        return target_of_work_tree(repository, repository.snapshot())


def changed(target: JudgementTarget) -> dict[str, str]:
    """path -> status of everything that is judged."""
    assert target.change is not None, target.remark
    return {path.path: path.status for path in target.change.paths}


def fill(folder: Path, source: Scratch) -> None:
    """Lets a submodule be added from a folder, which git refuses by default."""
    subprocess.run(
        ["git", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(source.path), "module"],
        cwd=folder,
        check=True,
        capture_output=True,
        env=os.environ,
    )
