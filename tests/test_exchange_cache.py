"""The cache of what landed PHRs say: the verdict is the same with and without it, whatever became of it."""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from sdd.gate import exchange_cache, originals
from sdd.gate.change import exchange_of
from sdd.gate.exchange_cache import ExchangeCache
from sdd.gate.originals import Place, exchange_in, possible_originals
from sdd.records.kinds.phr import parse
from sdd.records.project import Reader
from sdd.repo.folders import Folder
from sdd.repo.objects import Repository
from tests.attacks.ground import GOOD, PHR, Ground
from tests.attacks.test_rewritten import DISGUISES, copied
from tests.examples import examples
from tests.program import Ran
from tests.scratch import Scratch
from tests.written import Written

FOLDER = "history/prompts/001-vat"


@pytest.fixture(autouse=True)
def every_folder_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(originals, "_LARGE", 0)
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """A repository in which twenty PHRs have landed besides the first."""
    ground = Ground(tmp_path)
    ground.land(ground.commit({f"{FOLDER}/{number:04d}-x.green.prompt.md": said(number) for number in range(10, 30)}))
    return ground


def said(number: int) -> str:
    """A PHR that asks for something of its own."""
    text = str(GOOD[PHR]).replace('"0002"', f'"{number:04d}"').replace("Round half up.", f"Round {number} up.")
    assert f"Round {number} up." in text
    return text


def caches(folder: Path) -> list[Path]:
    """The files of the cache below a git folder."""
    return sorted((folder / "sdd" / "exchanges").glob("*"))


def judged(ground: Ground, **edits: str) -> Ran:
    """What CI says to the good change, or one whose PHR has these texts."""
    commit = ground.commit(copied(**edits) if edits else GOOD)
    return ground.push(commit, paths=["ci"]).ci


def read_blobs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the blobs that are read from now on."""
    asked: list[str] = []
    read = Repository.beginnings

    def beginnings(repository: Repository, oids: Sequence[str]) -> list[bytes]:
        asked.extend(oids)
        return read(repository, oids)

    monkeypatch.setattr(Repository, "beginnings", beginnings)
    return asked


def test_a_known_folder_is_not_read_again(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = read_blobs(monkeypatch)
    first = judged(ground)
    assert (first.status, len(asked) > 20, len(caches(ground.here.path / ".git"))) == (0, True, 1)
    asked.clear()
    assert judged(ground).out == first.out
    assert len(asked) < 10


def test_after_a_landing_only_what_is_new_is_read(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(ground)
    ground.land(ground.commit({f"{FOLDER}/0030-x.green.prompt.md": said(30)}))
    asked = read_blobs(monkeypatch)
    assert (judged(ground).status, len(asked) < 12) == (0, True)
    assert "phr-replayed" in judged(ground, prompt="Round 30 up.", response="It does.").out


def test_hook_server_and_ci_refuse_a_copy_by_the_cache_too(ground: Ground) -> None:
    for _ in range(2):
        ground.push(ground.commit(GOOD)).passed()
        ground.push(ground.commit(copied())).refused("phr-replayed")
    for kept in (ground.here.path / ".git", ground.remote.path):
        assert len(caches(kept)) == 1


@pytest.mark.parametrize(("many", "learned"), [(False, [7, 7, 7, 0]), (True, [21, 0, 0, 0])])
def test_a_few_runs_fill_the_cache(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, many: bool, learned: list[int]
) -> None:
    """Of many new PHRs all landed ones are parsed anyway."""
    monkeypatch.setattr(originals, "_LEARNED_AT_ONCE", 7)
    new = {f"{FOLDER}/{number:04d}-x.green.prompt.md": said(number) for number in range(30, 90 if many else 30)}
    commit = ground.commit(copied("Tell what is new in 4711.") | new)
    asked, counts = read_blobs(monkeypatch), []
    for _ in range(5):
        ground.push(commit, paths=["ci"]).passed()
        counts.append(len(set(asked)))
        asked.clear()
    assert [before - after for before, after in pairwise(counts)] == learned


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut off": lambda content: content[:-5],
    "cut off in its heading": lambda content: content[:9],
    "longer": lambda content: content + b"x",
    "of another version": lambda content: content.replace(b"exchanges 1", b"exchanges 0"),
    "with another bit": lambda content: content[:-200] + bytes([content[-200] ^ 1]) + content[-199:],
    "with counts beyond its end": lambda content: content[:-400] + b"\xff" * 400,
    "zeros": lambda content: bytes(len(content)),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_cache_is_none(ground: Ground, kind: str) -> None:
    judged(ground)
    (file,) = caches(ground.here.path / ".git")
    sound = file.read_bytes()
    file.write_bytes(BROKEN[kind](sound))
    assert file.read_bytes() != sound
    copy = judged(ground, prompt="Add the VAT rate.")
    assert (copy.status, copy.err, "phr-replayed" in copy.out) == (1, "", True)
    judged(ground)
    assert file.read_bytes() == sound


def _folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _pipe_instead(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def _link_instead(file: Path) -> None:
    other = file.parent.parent / "other"
    file.rename(other)
    file.symlink_to(other)


def _no_folder(file: Path) -> None:
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("no folder")


FOREIGN: dict[str, Callable[[Path], Any]] = {
    "a folder": _folder_instead,
    "a pipe": _pipe_instead,
    "a link": _link_instead,
    "no folder around it": _no_folder,
    "writable for others": lambda file: file.chmod(0o622),
    "unreadable": lambda file: file.chmod(0),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_no_cache_of_ones_own_is_none(ground: Ground, kind: str) -> None:
    first = judged(ground)
    (file,) = caches(ground.here.path / ".git")
    FOREIGN[kind](file)
    for _ in range(2):
        copy, good = judged(ground, prompt="Add the VAT rate."), judged(ground)
        assert (copy.status, copy.err, "phr-replayed" in copy.out) == (1, "", True)
        assert (good.out, good.err) == (first.out, "")


@pytest.mark.parametrize("call", ["open", "replace", "mkdir", "access", "listdir"])
def test_where_it_cannot_be_written_the_verdict_is_the_same(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    plain = getattr(os, call)

    def full(*arguments: Any, **named: Any) -> Any:
        if "exchanges" not in str(arguments):
            return plain(*arguments, **named)
        if call == "access":
            return False
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, call, full)
    for _ in range(2):
        copy = judged(ground, prompt="Add the VAT rate.")
        assert (copy.status, copy.err, "phr-replayed" in copy.out) == (1, "", True)


def test_nothing_but_the_cache_is_written(ground: Ground) -> None:
    top = ground.here.path
    before = {path: path.stat().st_mtime_ns for path in top.rglob("*") if path.is_file()}
    judged(ground)
    after = {path: path.stat().st_mtime_ns for path in top.rglob("*") if path.is_file()}
    (file,) = caches(top / ".git")
    assert after == before | {file: after[file]}
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_ci_and_small_folders_do_without(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    judged(ground)
    assert not caches(ground.here.path / ".git")
    monkeypatch.delenv("CI")
    monkeypatch.setattr(originals, "_LARGE", 16 * 1024)
    judged(ground)
    assert not caches(ground.here.path / ".git")


def holding(*numbers: int) -> Folder:
    """A folder of files whose ids are numbers."""
    return Folder(b"".join(b"100644 %d\0%b" % (number, number.to_bytes(20, "big")) for number in numbers), "1" * 40)


def test_it_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "sdd" / "exchanges" / "0"
    for number in range(100):
        cache = ExchangeCache(str(path.with_name(f"{number:x}")), 20, [])
        cache.learn(f"{number:040x}", ("a", "b"))
        assert cache.can_be_written
        cache.write("1" * 40, holding())
    assert len(caches(tmp_path)) == 64
    for number in range(3000):
        cache.learn(f"{number:040x}", ("a", str(number)))
    for number in range(50):
        cache.write(f"{number:040x}", holding(3, 4))
        cache = ExchangeCache(str(path.with_name("63")), 20, [("a", "3")])
    assert [cache.rules_out(f"{number:040x}") for number in (3, 4, 5)] == [False, True, False]
    assert [cache.rules_out_all_of(f"{number:040x}") for number in (33, 34, 49)] == [False] * 3
    other = ExchangeCache(str(path.with_name("63")), 20, [("a", "5")])
    assert [other.rules_out_all_of(f"{number:040x}") for number in (33, 34, 49)] == [False, True, True]


_PLAIN = {"prompt": "Add the VAT rate.", "response": "It is 19 percent now."}
TEXTS = sorted({text for texts in (_PLAIN, *DISGUISES.values()) for text in texts.values()})


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    scratch = Scratch(tmp_path_factory.mktemp("cached"))
    with Repository.discover(scratch.path) as repository:
        yield repository


_EXCHANGES = st.tuples(st.sampled_from(TEXTS), st.sampled_from(TEXTS))


@examples(100, [HealthCheck.function_scoped_fixture])
@given(st.lists(_EXCHANGES, min_size=1, max_size=6), st.lists(_EXCHANGES, min_size=1, max_size=2), st.data())
def test_with_and_without_the_cache_the_same_records_are_alike(
    repository: Repository, landed: list[tuple[str, str]], new: list[tuple[str, str]], data: st.DataObject
) -> None:
    def record(texts: tuple[str, str]) -> bytes:
        return str(GOOD[PHR]).replace("Round half up.", texts[0]).replace("It does.", texts[1]).encode()

    files = {f"p/{number}.md": ("100644", record(texts)) for number, texts in enumerate(landed)}
    some = data.draw(st.integers(0, len(files)))
    written = Written(repository.common_dir / "objects")
    states = [written.commit(dict(list(files.items())[:count])) for count in (some, len(files))]
    sought = [exchange_of(parse("p/x.md", record(texts), "")) for texts in new]
    alike = [{path for path, (_, content) in files.items() if exchange_of(parse(path, content, "")) in sought}]
    assert all(exchange_in(content) == exchange_of(parse(path, content, "")) for path, (_, content) in files.items())
    for state in (states[0], states[1], states[1]):
        trees = Place("p", "", repository.tree(state), repository.tree(states[1]))
        found = possible_originals(Reader(repository.beginnings), trees, sought, ())
        alike.append({phr.path for phr in found if exchange_of(phr) in sought})
    assert all(each == alike[0] for each in alike), alike


def test_the_version_counts_what_texts_have_in_common() -> None:
    keys = [exchange_of(parse("x.md", f"## Prompt\n\n{text}\n\n## Response\n\nY.\n".encode(), "")) for text in TEXTS]
    said = "\0".join("\0".join(key) for key in keys).encode()
    assert (exchange_cache.VERSION, crc32(said)) == (1, 0xE13AD5E6), "raise VERSION in sdd/gate/exchange_cache.py"
