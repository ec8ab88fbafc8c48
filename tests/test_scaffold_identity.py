"""Slugs, ids that nobody shares, and files that are written whole or not at all."""

import multiprocessing
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.authoring.identity import next_id, slug, write_record
from sdd.base.errors import SddError, UsageError
from sdd.repo.journal import Journal
from sdd.repo.objects import Repository
from sdd.repo.worktree import rewrite, write_new, write_whole
from tests.scratch import Scratch

GENERAL = "history/prompts/general"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Round VAT per line", "round-vat-per-line"),
        ("  Don't -- panic!  ", "dont-panic"),
        ("../../etc/passwd", "etc-passwd"),
        ("أضف تصدير الفواتير", "أضف-تصدير-الفواتير"),
        ("添加 CSV 导出", "添加-csv-导出"),
        ("Добавить экспорт", "добавить-экспорт"),
        ("हिन्दी शीर्षक", "हिन्दी-शीर्षक"),
        ("Cafe\u0301 rouge", "café-rouge"),
        ("a\u202egnp.exe\x00b\nc", "agnp-exe-b-c"),
        ("v1.2_final 😀", "v1-2-final"),
        (
            "one two three four five six seven eight nine ten eleven twelve",
            "one-two-three-four-five-six-seven-eight-nine-ten",
        ),
        ("x" * 80, "x" * 50),
    ],
)
def test_a_slug_keeps_words_of_every_script(title: str, name: str) -> None:
    assert slug(title) == name


@pytest.mark.parametrize("title", ["", "...", "!?", "😀", "\u200b", "../"])
def test_a_title_without_a_word_is_refused(title: str) -> None:
    with pytest.raises(UsageError) as refused:
        slug(title)
    assert "letter or digit" in refused.value.fix


@given(st.text(max_size=200))
def test_a_slug_is_a_name_for_every_file_system(title: str) -> None:
    try:
        name = slug(title)
    except UsageError:
        return
    assert 0 < len(name) <= 50
    assert re.fullmatch(r"[^-/\\.\s]+(-[^-/\\.\s]+)*", name)
    assert unicodedata.is_normalized("NFC", name)
    assert not any(unicodedata.category(character)[0] == "C" for character in name)
    assert slug(name) == name
    assert len(f"0001-{name}.constitution.prompt.md".encode()) < 256


def test_the_next_id_is_one_more_than_the_highest(scratch: Scratch) -> None:
    with Repository.discover(scratch.path) as repository:
        assert next_id(repository, "", GENERAL) == "0001"
    for name in (
        "0010-x.green.prompt.md",
        "7-y.prompt.md",
        "PHR-0008-z.md",
        "20260301-z.md",
        "2026-03-01-note.md",
        "words.md",
    ):
        scratch.write(f"{GENERAL}/{name}", "x")
    with Repository.discover(scratch.path) as repository:
        assert next_id(repository, "", GENERAL) == "0011"
        assert next_id(repository, "", GENERAL, taken=["0011"]) == "0012"
        assert next_id(repository, "", "history/prompts/001-x") == "0001"
        assert next_id(repository, "packages/a", GENERAL) == "0001"
        assert next_id(repository, "", "specs", digits=3) == "001"


def test_every_branch_is_looked_at(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("start", {"a.txt": "a"})
    scratch.git("checkout", "-qb", "other")
    scratch.commit("other", {f"{GENERAL}/0041-x.green.prompt.md": "x", "specs/007-x/spec.md": "x"})
    scratch.git("checkout", "-q", "main")
    with Repository.discover(scratch.path) as repository:
        assert next_id(repository, "", GENERAL) == "0042"
        assert next_id(repository, "", "specs", digits=3) == "008"
    clone = Scratch.clone(scratch.path, tmp_path / "clone")
    with Repository.discover(clone.path) as repository:
        assert next_id(repository, "", GENERAL) == "0042", "remote-tracking branches too"
    bare = Scratch.clone(scratch.path, tmp_path / "bare", "--bare")
    with Repository.discover(bare.path) as repository:
        assert next_id(repository, "", GENERAL) == "0042"


def test_a_detached_head_is_looked_at(scratch: Scratch) -> None:
    scratch.commit("start", {"a.txt": "a"})
    scratch.git("checkout", "-q", "--detach")
    scratch.commit("lost", {f"{GENERAL}/0005-x.green.prompt.md": "x"})
    (scratch.path / GENERAL / "0005-x.green.prompt.md").unlink()
    with Repository.discover(scratch.path) as repository:
        assert next_id(repository, "", GENERAL) == "0006"


def test_sixteen_processes_in_two_work_trees_never_share_an_id(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("start", {f"{GENERAL}/0003-x.green.prompt.md": "x"})
    scratch.git("worktree", "add", "-q", "-b", "second", str(tmp_path / "second"))
    places = [scratch.path, tmp_path / "second"] * 8
    forking = multiprocessing.get_context("fork")
    ready, written_ids = forking.Barrier(len(places)), forking.SimpleQueue()

    def write(place: Path) -> None:
        ready.wait(60)
        with Repository.discover(place) as repository, Journal(repository) as journal:
            name, text = "x.prompt.md", lambda number, path: number
            written_ids.put(write_record(repository, "", GENERAL, name, text, journal)[0])

    running = [forking.Process(target=write, args=(place,)) for place in places]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * len(places)
    numbers = sorted(written_ids.get() for _ in places)
    assert numbers == [f"{number:04}" for number in range(4, 20)]
    written = [file.read_text() for place in places[:2] for file in (place / GENERAL).glob("*-x.prompt.md")]
    assert sorted(written) == numbers


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "x.md"
    write_new(path, "é\n")
    assert path.read_bytes() == "é\n".encode()
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("mine")
    with pytest.raises(SddError, match="there already"):
        write_new(path, "new")
    assert path.read_text() == "mine"
    dangling = tmp_path / "y.md"
    dangling.symlink_to("nowhere")
    with pytest.raises(SddError):
        write_new(dangling, "new")
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".sdd-")] == []


def test_what_appears_in_the_last_moment_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.md"
    monkeypatch.setattr(os, "fsync", lambda handle: path.write_text("theirs"))
    with pytest.raises(SddError, match="there already"):
        write_new(path, "mine")
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("unnamed", [True, False], ids=["unnamed", "named"])
@pytest.mark.parametrize("replace", [True, False], ids=["replace", "new"])
def test_nobody_sees_a_file_before_it_is_whole(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch, unnamed: bool, replace: bool
) -> None:
    path = scratch.path / "x.md"
    if replace:
        path.write_text("before")
    if not unnamed:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    fsync, seen = os.fsync, []

    def look(handle: int) -> None:
        seen.append((sorted(file.name for file in scratch.path.iterdir()), path.exists() and path.read_text()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", look)
    write_whole(path, b"after", 0o666, replace=replace)
    names = [".git", "x.md"] if replace else [".git"]
    # The file first, and then the folder that holds its name.
    assert seen == [(names, "before" if replace else False), ([".git", "x.md"], "after")]
    assert list((scratch.path / ".git" / "sdd").rglob(".sdd-*")) == []


def test_what_a_killed_process_left_is_swept(scratch: Scratch) -> None:
    path = scratch.path / "x.md"
    path.write_text("before")
    unfinished = scratch.path / ".git" / "sdd" / "unfinished"
    old, young = (unfinished / f".sdd-{digit * 16}" for digit in "01")
    for left in (old, young):
        left.mkdir(parents=True)
        (left / "page.html").write_text("half")
    os.utime(old, (0, 0))
    rewrite(path, b"before", b"after")
    assert [*unfinished.iterdir()] == [young]


def test_an_unfinished_file_of_a_linked_work_tree_is_in_its_folder_of_git(
    scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch.commit("start", {"a.md": "before"})
    second = tmp_path / "second"
    scratch.git("worktree", "add", "-q", "-b", "second", str(second))
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    rewrite(second / "a.md", b"before", b"after")
    assert (scratch.path / ".git/worktrees/second/sdd/unfinished").is_dir()
    assert sorted(file.name for file in second.iterdir()) == [".git", "a.md"]


def test_a_file_system_without_links_does_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*names: object, **options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_new(tmp_path / "x.md", "x")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("x.md", "x")]


def test_nothing_is_written_through_a_symlink(scratch: Scratch, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (scratch.path / "history").symlink_to(tmp_path / "outside")
    with pytest.raises(SddError, match="symlink"):
        write_new(scratch.path / GENERAL / "0001-x.md", "x")
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_file_in_the_way_is_told(scratch: Scratch) -> None:
    scratch.write("history", "a file")
    with pytest.raises(SddError, match="is a file where a folder is needed"):
        write_new(scratch.path / GENERAL / "0001-x.md", "x")


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from sdd.base.errors import SddError; from sdd.repo.worktree import write_new\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_new(Path(sys.argv[1]), 'x' * 5000)\n"
        "except SddError as error: print(error.message)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "x.md"], capture_output=True, text=True, check=True
    )
    assert "cannot be written" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(SddError, match="cannot be written"):
            write_new(tmp_path / "x.md", "x")
    finally:
        tmp_path.chmod(0o755)
