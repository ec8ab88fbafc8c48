"""A target without a root, beside one that has one, is no back door to it."""

from pathlib import Path

import pytest

from sdd.base.errors import SddError
from tests.pushes import RELEASES, Project, changed


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """`main` is adopted, and names release/* as targets; release/old was cut before that."""
    project = Project(tmp_path, RELEASES)
    project.here.git("switch", "-q", "-c", "old", "main~1")
    project.land("old:release/old")
    return project


def test_a_target_cut_before_adoption_is_there_already(project: Project) -> None:
    project.here.git("switch", "-q", "-c", "older", "main~1")
    assert project.one("older:release/older").change is None


def test_new_code_on_a_target_without_a_root_is_judged_by_the_other_targets_policy(project: Project) -> None:
    project.here.commit("evil", {"evil.py": "1\n"})
    target = project.one("old:release/old")
    assert changed(target) == {"evil.py": "A"}
    assert target.policy_revision == project.here.git("rev-parse", "main")
    assert not target.adopting
    assert not target.warn_only


def test_what_the_other_target_has_may_be_brought_along(project: Project) -> None:
    project.here.commit("evil", {"evil.py": "1\n"})
    project.here.git("merge", "-q", "--no-edit", "main")
    assert changed(project.one("old:release/old")) == {"evil.py": "A"}


def test_commits_of_a_target_without_a_root_are_judged_on_their_way_to_another(project: Project) -> None:
    project.here.commit("evil", {"evil.py": "1\n"})
    project.here.git("merge", "-q", "--no-edit", "main")
    project.land("old:release/old")
    assert changed(project.one("old:main")) == {"evil.py": "A"}
    ((_, _, paths, *_),) = project.receive("old:main")
    assert "evil.py" in paths


def test_an_orphan_may_not_become_a_target(project: Project) -> None:
    project.here.git("switch", "-q", "--orphan", "orphan")
    project.here.commit("evil", {"evil.py": "1\n"})
    with pytest.raises(SddError) as refused:
        project.push("orphan:release/1")
    assert "no history" in refused.value.message
    assert project.one("orphan:gh-pages").change is None


def test_a_target_whose_commits_stay_on_another_may_be_deleted(project: Project) -> None:
    assert project.one(":release/old").change is None
    project.here.commit("more", {"more.py": "1\n"})
    project.land("old:release/old")
    assert project.one(":release/old").change is not None
