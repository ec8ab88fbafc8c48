"""The index says the same whether it is made now or was kept up to date through any number of edits."""

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from sdd.index.database import answer, answer_in_memory, index_path, wanted_now
from sdd.records.kinds import locate
from sdd.repo.objects import Repository
from tests.examples import examples
from tests.record_texts import records
from tests.scratch import Scratch
from tests.whole_index import assert_same, every_list, none_expected, sound_and_whole

QUERIES = ("decimals", "round half up", "FR-001", "vat", "東京", "Baz", "src/vat.py", "x -vat", "change oil")


def everything(connection: Any) -> Any:
    """All that an index is asked for: its whole content, every list, and some searches."""
    return sound_and_whole(connection), every_list(connection, QUERIES)


def assert_up_to_date(folder: Path) -> None:
    """That the file, an index made now and the readers of the tree say the same of a work tree."""
    with Repository.discover(folder) as repository:
        kept, lists = answer(repository, everything, none_expected, history=True)
        anew, new_lists = answer_in_memory(repository, wanted_now(repository, history=True), everything)
        assert_same(kept, anew)
        assert lists == new_lists
        tree = repository.tree(repository.snapshot())
        there = {path: entry.oid for path, entry in tree.walk() if entry.is_file and locate(path)}
    assert {path: blob for _, path, _, blob, _ in kept["records"]} == there


class Edits(RuleBasedStateMachine):
    """A repository that somebody works in, in all the ways that git knows."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="sdd-test-"))
        self.here = Scratch(self.folder / "here")
        self.branches = ["main"]

    def teardown(self) -> None:
        assert_up_to_date(self.here.path)
        shutil.rmtree(self.folder)

    @property
    def files(self) -> list[str]:
        return sorted(self.here.git("ls-files", "-z", "--cached", "--others").split("\0")[:-1])

    def chosen(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.files or ["history/adr/0001-use-decimals.md"]))

    def remove(self, path: str) -> None:
        place = self.here.path / path
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            with contextlib.suppress(NotADirectoryError):
                place.unlink(missing_ok=True)

    def put(self, path: str, content: bytes) -> None:
        place = self.here.path / path
        for above in reversed(place.relative_to(self.here.path).parents[:-1]):
            if (self.here.path / above).is_symlink() or (self.here.path / above).is_file():
                (self.here.path / above).unlink()
        self.remove(path)
        self.here.write(path, content)

    def try_git(self, *arguments: str) -> None:
        """A git command that may find nothing to do, or refuse."""
        self.here.run("git", *arguments)

    @initialize(written=st.lists(records(), max_size=8))
    def begin(self, written: list[tuple[str, bytes]]) -> None:
        for path, content in written:
            self.put(path, content)
        self.here.commit("first")

    @rule(written=st.lists(records(), min_size=1, max_size=4))
    def write(self, written: list[tuple[str, bytes]]) -> None:
        for path, content in written:
            self.put(path, content)

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        self.remove(self.chosen(data))

    @rule(data=st.data(), written=records())
    def rename(self, data: st.DataObject, written: tuple[str, bytes]) -> None:
        old, new = self.chosen(data), written[0]
        if (self.here.path / old).is_file() and old != new:
            content = (self.here.path / old).read_bytes()
            self.remove(old)
            self.put(new, content)

    @rule(data=st.data(), how=st.sampled_from(["link", "dangling", "folder", "program"]))
    def become(self, data: st.DataObject, how: str) -> None:
        path = self.chosen(data)
        if how == "program":
            with contextlib.suppress(OSError):
                (self.here.path / path).chmod(0o755)
            return
        self.put(path, b"")
        self.remove(path)
        if how == "folder":
            self.here.write(f"{path}/history/adr/0001-inner.md", "# ADR-0001: Inner\n")
        else:
            (self.here.path / path).symlink_to(".gitattributes" if how == "link" else "nowhere")

    @rule(
        path=st.sampled_from([".gitignore", ".git/info/exclude"]),
        lines=st.sampled_from(["", "history/adr/\n", "*.prompt.md\n", "!*\n"]),
    )
    def ignore(self, path: str, lines: str) -> None:
        self.put(path, lines.encode())

    @rule(data=st.data(), how=st.sampled_from(["all", "one", "intent", "none", "forget"]))
    def stage(self, data: st.DataObject, how: str) -> None:
        if how == "all":
            self.here.git("add", "--all")
        elif how == "none":
            self.here.git("reset", "-q")
        else:
            options = {"one": ("add",), "intent": ("add", "-N"), "forget": ("rm", "-q", "--cached", "-r")}[how]
            self.try_git(*options, "--", self.chosen(data))

    @rule(how=st.sampled_from(["all", "staged", "amend", "stash", "unstash"]))
    def commit(self, how: str) -> None:
        if how == "all":
            self.here.git("add", "--all")
        options = {
            "all": ("commit", "-q", "--allow-empty", "-m", "all"),
            "staged": ("commit", "-q", "-m", "staged"),
            "amend": ("commit", "-q", "-a", "--amend", "--allow-empty", "-m", "amended"),
            "stash": ("stash", "push", "-q", "-u"),
            "unstash": ("stash", "pop", "-q"),
        }
        self.try_git(*options[how])

    @rule(data=st.data(), how=st.sampled_from(["new", "switch", "orphan", "detach", "merge", "abort", "pick"]))
    def branch(self, data: st.DataObject, how: str) -> None:
        other = data.draw(st.sampled_from(self.branches))
        if how in ("new", "orphan"):
            name = f"b{len(self.branches)}"
            self.try_git("switch", "-q", "-c" if how == "new" else "--orphan", name)
            self.branches.append(name)
        options = {
            "switch": ("switch", "-q", "-f", other),
            "detach": ("switch", "-q", "-f", "--detach", other),
            "merge": ("merge", "-q", "--allow-unrelated-histories", "-m", "merge", other),
            "abort": ("merge", "--abort"),
            "pick": ("cherry-pick", other),
        }
        if how in options:
            self.try_git(*options[how])

    @rule(how=st.sampled_from(["--soft", "--mixed", "--hard"]))
    def reset(self, how: str) -> None:
        self.try_git("reset", "-q", how, "HEAD~1")

    @rule()
    def collect_garbage(self) -> None:
        self.try_git("stash", "clear")
        self.here.git("reflog", "expire", "--expire=now", "--all")
        self.here.git("gc", "-q", "--prune=now")

    @rule()
    def lose(self) -> None:
        (self.here.path / ".git" / "sdd" / "index.db").unlink(missing_ok=True)

    @rule()
    def ask(self) -> None:
        assert_up_to_date(self.here.path)

    @rule(data=st.data())
    def ask_elsewhere(self, data: st.DataObject) -> None:
        """Another work tree asks in between: the file says afterwards what that one holds."""
        other = self.folder / "other"
        if not other.exists():
            self.try_git("worktree", "add", "-q", "-f", "--detach", str(other))
        if other.exists():
            with contextlib.suppress(FileNotFoundError):
                (other / data.draw(st.sampled_from(["AGENTS.md", "docs/adr/0009-other.md"]))).write_text("# Other\n")
            assert_up_to_date(other)


TestEdits = Edits.TestCase
TestEdits.settings = examples(6, HealthCheck, stateful_step_count=25)


def test_the_path_is_in_the_common_folder(scratch: Scratch) -> None:
    with Repository.discover(scratch.path) as repository:
        assert index_path(repository) == scratch.path.resolve() / ".git" / "sdd" / "index.db"
