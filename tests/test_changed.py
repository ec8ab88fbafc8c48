"""Which records are no longer what they landed as, and how little is read to tell."""

from collections.abc import Iterable

import pytest

from sdd.answers.trail.changed import changed_since_landing
from sdd.index.database import answer
from sdd.repo.objects import Entry, Repository
from sdd.repo.tree import Tree
from tests.scratch import Scratch
from tests.whole_index import none_expected

FOLDER = "history/prompts/general"
STEADY, EDITED, BACK, GONE, MOVED = (f"{FOLDER}/000{number}-a.general.prompt.md" for number in range(1, 6))
TO = f"{FOLDER}/0006-b.general.prompt.md"


def phr(said: str) -> str:
    return f"---\ntitle: A\nstage: general\n---\n\n## Prompt\n\n{said}\n\n## Response\n\nDone.\n"


def changed(scratch: Scratch, paths: Iterable[str]) -> list[str]:
    with Repository.discover(scratch.path) as repository:
        return answer(
            repository,
            lambda index: sorted(changed_since_landing(index, repository, list(paths))),
            none_expected,
            history=True,
        )


@pytest.fixture
def landed(scratch: Scratch) -> Scratch:
    """One record of each fate; main is checked out."""
    scratch.commit("feat: all", {path: phr(path) for path in (STEADY, EDITED, BACK, GONE, MOVED)})
    scratch.commit("docs: one says something else", {EDITED: phr("Other.")})
    scratch.commit("docs: and one for a while", {BACK: phr("Other.")})
    scratch.commit("docs: no longer", {BACK: phr(BACK), GONE: None})
    scratch.commit("docs: back and moved", {GONE: phr(GONE), MOVED: None, TO: phr(MOVED)})
    return scratch


ALL = (STEADY, EDITED, BACK, GONE, MOVED, TO)


def test_a_record_is_changed_whose_file_is_not_the_one_that_landed(landed: Scratch) -> None:
    assert changed(landed, ALL) == [EDITED]
    landed.write(STEADY, phr("Uncommitted."))
    landed.write(EDITED, phr(EDITED))
    assert changed(landed, ALL) == [STEADY]


def test_on_a_branch_a_record_is_compared_with_what_landed(landed: Scratch) -> None:
    landed.git("switch", "-q", "-c", "work")
    landed.commit("docs: say otherwise", {STEADY: phr("Other."), BACK: phr("Other."), EDITED: phr(EDITED)})
    assert changed(landed, ALL) == [STEADY, BACK]
    landed.git("switch", "-q", "--detach", "main~3")
    assert changed(landed, ALL) == [EDITED]


def test_a_tree_is_read_only_where_the_index_cannot_tell(landed: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    plain = Tree.file

    def file(tree: Tree, path: str) -> Entry | None:
        read.append(path)
        return plain(tree, path)

    changed(landed, ALL)
    monkeypatch.setattr(Tree, "file", file)
    assert changed(landed, [STEADY]) == read == []
    assert changed(landed, ALL) == [EDITED]
    assert set(read) == {EDITED, BACK, GONE, TO}
