"""What a change takes from the tests that were there, by which work is judged: facts, as features edit tests too."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from posixpath import basename, dirname

from sdd.base.regex import regex
from sdd.gate.change import ChangeView
from sdd.gate.check.alteration_kinds import TEST_PARTS, is_test_setting
from sdd.gate.check.details import added, line_changes, lines_of
from sdd.gate.check.verdict import Alteration, Detail
from sdd.gate.rules.change import is_test
from sdd.repo.changes import PathChange
from sdd.repo.objects import Entry

# So many new files a removed test is looked for in: one that is as much alike is that test, as git has it.
_COMPARED, _ALIKE = 20, 0.5
# How much of a test that moved may say something else.
_FEW = 0.2
_TEST_NAME = regex(r"\A(?i:test_|conftest\.py\Z)|(?i:[._-](?:tests?|spec)\.)|\ATest|(?:Tests?|Spec)\.\w+\Z")
_SKIPS = regex(
    rb"mark\.(?:skip|xfail)|@(?:unittest\.)?skip|\bpytest\.(?:skip|xfail)\(|\.(?:skip|only|todo|Skip(?:Now|f)?|skipTest)\("
    rb"|\bx(?:it|describe|test)\(|@(?:Ignore|Disabled)\b|#\[ignore|\bcollect_ignore"
)
_RETURNS = regex(rb"(?m)^[ \t]*+(?:(?:async )?def test|(?:it|test)\().*[:{]\s*+return;?[ \t]*+$")


def lost_tests(view: ChangeView, files: Sequence[PathChange]) -> list[Alteration]:
    """The tests that are gone or say less, and their settings that are edited, by how many lines each loses. `files`
    are what the change holds of one root beside records.
    """
    tests = _Tests(view, files)
    told = [each for changed in files if (each := tests.told(changed))]
    return [alteration for _, alteration in sorted(told, key=lambda each: -each[0])]


class _Tests:
    """The files of a change, read one by one: all of them may not fit into memory."""

    def __init__(self, view: ChangeView, files: Sequence[PathChange]) -> None:
        self._added = [each for each in files if each.status == "A" and each.after and each.after.is_file]
        self._by_content = {each.after.oid: each for each in self._added if each.after}
        self._content = lru_cache(2 * _COMPARED)(lambda oid: view.repository.beginnings((oid,))[0])
        self._lines = lru_cache(2 * _COMPARED)(lines_of)

    def told(self, changed: PathChange) -> tuple[int, Alteration] | None:
        """How many lines a test or its settings lose, and what is said of that."""
        path, is_setting = changed.path, is_test_setting(changed.path)
        whole, before = self._whole(changed.landed), self._read(path, changed.landed)
        if not ((whole if changed.after else before).strip() and (is_setting or is_test(path))):
            return None
        now = changed if changed.after else self._moved(changed)
        after = self._read(path, now.after) if now else b""
        lost = (self._lines(before) - self._lines(after)).total()
        details = [*_weaker(before, after, whole, adds=is_setting)] if now else []
        if now and not changed.after:
            details = [*self._of_moved(path, now.path, before, after, details)]
        if now and not details and not (is_setting and changed.after and before != after):
            return None
        return lost, Alteration(path, changed.status, (*details,), is_rule=True)

    def _of_moved(
        self, path: str, now: str, before: bytes, after: bytes, details: Sequence[Detail]
    ) -> Iterator[Detail]:
        """What is said of a file that moved: nothing where a runner finds it and next to nothing is gone."""
        old, new = self._lines(before), self._lines(after)
        if not is_test_setting(path) and not _is_found(path, now):
            yield Detail(f"is {now} now, which is no test's name", is_looser=False)
        elif new.total() < old.total() or (old - new).total() > _FEW * old.total() or _skips(before, after):
            yield from (Detail(f"is {now} now", is_looser=False), *details)

    def _read(self, path: str, entry: Entry | None) -> bytes:
        """What of a file is for tests."""
        content, parts = self._whole(entry), TEST_PARTS.get(basename(path))
        return b"".join(parts.findall(content)) if parts else content

    def _whole(self, entry: Entry | None) -> bytes:
        return self._content(entry.oid) if entry and entry.is_file else b""

    def _moved(self, changed: PathChange) -> PathChange | None:
        """The new file that a removed one is now; settings keep their name."""
        assert changed.landed
        if exact := self._by_content.get(changed.landed.oid):
            return exact
        folder, name = dirname(changed.path), basename(changed.path)
        near = [each for each in self._added if basename(each.path) == name]
        if not near and not is_test_setting(changed.path):
            near = sorted(self._added, key=lambda each: dirname(each.path) != folder)[:_COMPARED]
        found = max(near, key=lambda each: self._likeness(changed, each), default=None)
        return found if found and self._likeness(changed, found) >= _ALIKE else None

    def _likeness(self, gone: PathChange, come: PathChange) -> float:
        old, new = (self._lines(self._read(gone.path, side)) for side in (gone.landed, come.after))
        return 2 * (old & new).total() / max(1, (old + new).total())


def _weaker(before: bytes, after: bytes, whole: bytes, *, adds: bool) -> Iterator[Detail]:
    """The new lines by which tests are left out or return at once, each told once, and what other lines say."""
    lines = [*line_changes(before, after, whole, adds=adds)]
    skips = _skips(before, after)
    if not any(detail.after in skips for detail in lines):
        yield from (skip for skip in map(added, zip(skips)) if skip not in lines)
    if len(_RETURNS.findall(after)) > len(_RETURNS.findall(before)):
        yield Detail("adds a return at the start of a test", is_looser=False)
    yield from lines


def _skips(before: bytes, after: bytes) -> list[str]:
    come = (line for line in lines_of(after) - lines_of(before) if _SKIPS.search(line))
    return [line.decode("utf-8", "replace") for line in come]


def _is_found(path: str, now: str) -> bool:
    """Whether a test is still one by its new name, as far as its name told it before."""
    return is_test(now) and bool(_TEST_NAME.search(basename(now)) or not _TEST_NAME.search(basename(path)))
