"""The index in every sort of repository: bare, shallow, partial, of another hash, rewritten, collected."""

import shutil
from pathlib import Path

import pytest

from sdd.index.database import answer
from sdd.repo.objects import Repository
from tests.adopted import Ran, sdd
from tests.good import CHANGE, TARGET, good_repository
from tests.scratch import Scratch
from tests.test_index_same import assert_up_to_date
from tests.whole_index import none_expected, sound_and_whole

ADR = "history/adr/0001-use-decimals.md"
NEW = "history/adr/0002-new.md"
LISTED = "0001  Accepted  ----------  history/adr/0001-use-decimals.md  ADR-0001: Use decimals\n"


def records(folder: Path) -> dict[str, str]:
    """path -> blob, of a sound index that was brought up to date without a remark."""
    with Repository.discover(folder) as repository:
        return {path: blob for _, path, _, blob, _ in answer(repository, sound_and_whole, none_expected)["records"]}


def test_a_bare_repository_holds_what_its_head_holds(tmp_path: Path) -> None:
    here = good_repository(tmp_path / "good")
    bare = Scratch.clone(here.path, tmp_path / "bare.git", "--bare")
    assert records(bare.path) == records(here.path)
    assert (bare.path / "sdd" / "index.db").is_file()
    bare.git("symbolic-ref", "HEAD", "refs/heads/main")
    here.git("switch", "-q", "main")
    assert records(bare.path) == records(here.path)
    bare.git("symbolic-ref", "HEAD", "refs/heads/nothing")
    assert records(bare.path) == {}
    assert sdd(bare.path, "adr", "list").out.startswith("no ADR yet")
    assert sdd(bare.path, "search", "decimals", "--file", "src/vat.py") == Ran(0, "nothing found\n", "")


def test_an_empty_repository_holds_nothing(scratch: Scratch) -> None:
    for noun in ("requirement", "task", "contract", "phr", "adr", "waiver"):
        ran = sdd(scratch.path, noun, "list")
        assert (ran.status, ran.out.split()[0], ran.err) == (0, "no", "")
        assert sdd(scratch.path, noun, "list", "--json").document["items"] == []
    assert sdd(scratch.path, "followup", "list").out == "no open follow-up\n"
    assert sdd(scratch.path, "search", "x") == Ran(0, "nothing found\n", "")
    assert sdd(scratch.path, "index") == Ran(0, "index     up to date\n", "")
    scratch.write(ADR, TARGET[ADR])
    assert sdd(scratch.path, "adr", "list") == Ran(0, LISTED, "")
    assert_up_to_date(scratch.path)
    scratch.commit("first")
    assert sdd(scratch.path, "adr", "list") == Ran(0, LISTED, "")
    scratch.git("update-ref", "-d", "HEAD")
    assert sdd(scratch.path, "adr", "list") == Ran(0, LISTED, "")
    assert_up_to_date(scratch.path)


def test_outside_of_a_repository_there_is_no_index(tmp_path: Path) -> None:
    for command in (("index",), ("index", "--path"), ("adr", "list"), ("search", "x")):
        ran = sdd(tmp_path, *command)
        assert (ran.status, ran.out, len(ran.err.splitlines())) == (3, "", 2)


def test_a_detached_head_is_a_head(tmp_path: Path) -> None:
    here = good_repository(tmp_path / "good")
    on_branch = records(here.path)
    here.git("switch", "-q", "--detach", "main")
    assert len(records(here.path)) < len(on_branch)
    here.git("switch", "-q", "--detach", "001-vat")
    assert records(here.path) == on_branch


def test_ids_may_be_of_another_hash(tmp_path: Path) -> None:
    here = Scratch(tmp_path / "wide", "--object-format=sha256")
    here.commit("target", dict(TARGET))
    assert {len(blob) for blob in records(here.path).values()} == {64}
    here.commit("change", dict(CHANGE))
    here.write(NEW, TARGET[ADR])
    assert_up_to_date(here.path)


def test_a_shallow_clone_holds_its_tree(tmp_path: Path) -> None:
    here = good_repository(tmp_path / "good")
    for number in range(3):
        here.commit("more", {NEW: f"# ADR-0002: {number}\n"})
    shallow = Scratch.clone(f"file://{here.path}", tmp_path / "shallow", "--depth=1")
    assert records(shallow.path) == records(here.path)
    here.commit("later", {NEW: None})
    shallow.git("fetch", "-q", "--depth=1", "origin")
    shallow.git("reset", "-q", "--hard", "FETCH_HEAD")
    shallow.git("reflog", "expire", "--expire=now", "--all")
    shallow.git("gc", "-q", "--prune=now")
    assert records(shallow.path) == records(here.path)
    assert_up_to_date(shallow.path)


def test_a_partial_clone_without_its_origin_says_what_is_missing(tmp_path: Path) -> None:
    here = good_repository(tmp_path / "good")
    here.git("config", "uploadpack.allowFilter", "true")
    partial = Scratch.clone(f"file://{here.path}", tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    partial.git("config", "core.sparseCheckout", "true")
    partial.write(".git/info/sparse-checkout", "/src/\n")
    partial.git("checkout", "-q", "001-vat")
    here.path.rename(tmp_path / "gone")
    for command in (("adr", "list"), ("search", "decimals"), ("index",)):
        ran = sdd(partial.path, *command)
        assert (ran.status, ran.out) == (3, "")
        assert "git fetch --refetch" in ran.err
        assert len(ran.err.splitlines()) == 2
    (tmp_path / "gone").rename(here.path)
    assert records(partial.path) == records(here.path)


def test_history_may_be_rewritten_and_collected(tmp_path: Path) -> None:
    here = good_repository(tmp_path / "good")
    records(here.path)
    here.write(NEW, "# ADR-0002: Uncommitted\n")
    assert_up_to_date(here.path)
    here.git("checkout", "-q", "--orphan", "rewritten")
    here.commit("all anew", {"history/prompts/001-vat/0001-vat-rate.green.prompt.md": None, ADR: "# ADR-0001: Anew\n"})
    for branch in ("main", "001-vat"):
        here.git("branch", "-q", "-D", branch)
    here.git("reflog", "expire", "--expire=now", "--all")
    here.git("gc", "-q", "--prune=now")
    ran = sdd(here.path, "adr", "list")
    assert (ran.status, ran.err) == (0, "")
    assert "Anew" in ran.out
    assert "Uncommitted" in ran.out
    assert_up_to_date(here.path)


def test_a_tree_that_is_held_only_in_part_is_compared_as_a_whole(tmp_path: Path) -> None:
    here = good_repository(tmp_path / "good")
    records(here.path)
    folder = here.git("rev-parse", "HEAD:history/prompts")
    here.commit("later", {NEW: "# ADR-0002: New\n", "history/prompts/general/0001-x.misc.prompt.md": "# X\n"})
    shutil.move(here.path / ".git/objects" / folder[:2] / folder[2:], tmp_path / "lost")
    assert NEW in records(here.path)
    assert sdd(here.path, "phr", "list").status == 0


def test_a_record_that_git_has_lost_is_told_and_nothing_is_kept_of_the_try(tmp_path: Path) -> None:
    here = good_repository(tmp_path / "good")
    before = records(here.path)
    here.commit("later", {NEW: "# ADR-0002: New\n", ADR: "# ADR-0001: Changed\n"})
    blob = here.git("rev-parse", f"HEAD:{NEW}")
    lost = here.path / ".git/objects" / blob[:2] / blob[2:]
    shutil.move(lost, tmp_path / "lost")
    for command in (("adr", "list"), ("search", "new"), ("index",), ("index", "--rebuild")):
        ran = sdd(here.path, *command)
        assert (ran.status, ran.out) == (3, "")
        assert ran.err.splitlines()[0] == f"sdd: blob {blob} is not held in this repository"
    shutil.move(tmp_path / "lost", lost)
    assert records(here.path).keys() - before.keys() == {NEW}
    assert_up_to_date(here.path)


@pytest.mark.parametrize("where", ["src", "src/deep/er"])
def test_a_folder_within_asks_the_same(tmp_path: Path, where: str) -> None:
    here = good_repository(tmp_path / "good")
    (here.path / where).mkdir(parents=True, exist_ok=True)
    for command in (("phr", "list"), ("phr", "list", "--json"), ("search", "decimals"), ("index", "--path")):
        assert sdd(here.path / where, *command) == sdd(here.path, *command)
    named = sdd(here.path, "phr", "list", "--file", "src/vat.py")
    assert named.out.count("\n") == 1
    up = "../" * where.count("/")
    assert sdd(here.path / where, "phr", "list", "--file", f"{up}vat.py") == named
    assert sdd(tmp_path, "-C", "good", "phr", "list", "--file", "src/vat.py") == named
    (tmp_path / "link").symlink_to("good")
    assert sdd(tmp_path, "-C", "link", "phr", "list", "--file", "src/vat.py") == named
    assert sdd(tmp_path, "phr", "list", "--file", "src/vat.py").status == 3


def test_a_repository_in_a_folder_with_any_name(tmp_path: Path) -> None:
    here = good_repository(tmp_path / "a b'?%#&;c:d")
    assert records(here.path)
    assert sdd(here.path, "adr", "list") == Ran(0, LISTED, "")
    assert len(sdd(here.path, "index", "--path").out.splitlines()) == 1
