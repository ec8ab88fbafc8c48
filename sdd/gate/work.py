"""Which feature some work is for: what its author names, the environment, the branch and its records say."""

import json
import os
from functools import cached_property
from pathlib import Path

from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.grouping import grouped
from sdd.base.listing import listed
from sdd.base.nearest import nearest
from sdd.gate.change import ChangeView
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.layout import FEATURE_PIN, feature_of_branch, features_named, is_branch_of, roots_of
from sdd.records.project import Project
from sdd.repo.objects import Repository, Tree
from sdd.repo.refs import HEADS, first_target, head_branch, remote_here
from sdd.repo.uncommitted import uncommitted_paths

NO_FEATURE = ("general", "none")
"""What somebody names in place of a feature where the work is for none."""


class WorkFeature:
    """The features of one root as work in the tree finds them, and the one that it is for.

    `view` is the change so far, None where there is nothing to judge.
    """

    def __init__(self, repository: Repository, project: Project, tree: Tree, view: ChangeView | None) -> None:
        self._repository = repository
        self._project = project
        self._tree = tree
        self._view = view

    @cached_property
    def features(self) -> dict[str, str]:
        """The features that a record of this root may name, each with its root: this one or one above it. What the
        target has removed since is none, unless this change works on it.
        """
        above = (self._project, *map(self._project.at, roots_of(self._tree, self._project.root)))
        return {
            name: project.root
            for project in reversed(above)
            for name in project.features
            if not self._is_gone(project.feature_folder(name))
        }

    def _is_gone(self, path: str) -> bool:
        target = self._view.target if self._view else None
        return bool(target and path not in target and self._view and path not in self._view.touched)

    def require_kept(self, contract: Contract) -> None:
        """Raises UsageError for a contract that the target has moved or removed since: no PHR of it would count."""
        if self._is_gone(contract.path):
            raise self._gone(f"has no {contract.path} any more")

    def _gone(self, what: str) -> UsageError:
        assert self._view, "only a target takes away"
        target = self._view.change.target_name
        return UsageError(f"{target} {what}", f"take that over: git merge {paths.shell_word(target)}")

    def of_feature(self, feature: str | None) -> Project:
        """The root that has a feature, this one where none has."""
        return self._project.at(self.features.get(feature or "", self._project.root))

    @cached_property
    def branch(self) -> str | None:
        """The branch that is checked out, None for a detached HEAD."""
        ref = head_branch(self._repository)
        return ref.removeprefix(HEADS) if ref else None

    def feature(self, wanted: str | None, *, required: bool, is_feature_work: bool = False) -> str | None:
        """The feature of this work: `wanted` (one of NO_FEATURE for none), else what the environment,
        `.specify/feature.json`, the branch's name or the records this branch adds say. Never "the newest".

        Where several do, it is the one that the branch is named like; where all are uncommitted and another branch's,
        they count for `is_feature_work` (as what is `required` is) alone. Raises UsageError for an unknown feature and,
        with `required`, where nothing names one; it lists the candidates.
        """
        if wanted and (wanted not in NO_FEATURE or features_named(self.features, wanted)):
            return self._known(wanted)
        if not wanted and (implied := self._implied(is_feature_work=is_feature_work or required)):
            return implied
        if required:
            known = ", ".join(self.features) or "none yet: sdd feature new TITLE"
            message = "nothing here says which feature this is for"
            raise UsageError(message, f"name it with --feature; features: {known}")
        return None

    def _implied(self, *, is_feature_work: bool) -> str | None:
        for named in (os.environ.get("SPECIFY_FEATURE_DIRECTORY"), os.environ.get("SPECIFY_FEATURE")):
            if named:
                return self._known(named.replace("\\", "/"))
        if (pinned := self._meant(self._pinned)) and not self.is_pin_landed:
            return pinned
        if branched := feature_of_branch(self.features, self.branch or ""):
            return branched
        here = self.begun_here
        own = [name for name in here if is_branch_of(name, self.branch or "")]
        choices = (own, here, [*self._begun] if is_feature_work else [])
        return next((names[0] for names in choices if len(names) == 1), None)

    @property
    def unknown_pin(self) -> str | None:
        """What `.specify/feature.json` names where that is no feature: who commits that file stops nobody."""
        return None if self._meant(self._pinned) else self._pinned

    @cached_property
    def is_pin_landed(self) -> bool:
        """Whether `.specify/feature.json` is tracked, and this change leaves it as it was."""
        path = paths.join(self._project.root, FEATURE_PIN)
        if self._view:
            target, forks = self._view.target, self._view.change.forks
            landed = [target, *map(self._repository.tree, forks)] if target and path in target else []
        else:
            head = self._repository.commit("HEAD")
            landed = [self._repository.tree(head)] if head else []
        entry = self._tree.get(path)
        return bool(entry) and any(entry == tree.get(path) for tree in landed)

    def _meant(self, name: str | None) -> str | None:
        matching = features_named(self.features, name) if name else ()
        return matching[0] if len(matching) == 1 else None

    def _known(self, name: str) -> str:
        matching = features_named(self.features, name)
        if len(matching) == 1:
            return matching[0]
        known = f"features: {listed(matching or [*self.features], 10) or 'none yet'}"
        if matching:
            raise UsageError(f"more than one feature {name}", known)
        gone = features_named((each for each in self._project.features if each not in self.features), name)
        if len(gone) == 1 and self._view and self._view.target:
            from sdd.records.renamed import renamed_since  # a feature that is gone is rare

            forks = map(self._repository.tree, self._view.change.forks)
            new = renamed_since(self._project, gone[0], forks, self._view.target)
            raise self._gone(f"calls the feature {gone[0]} {new} now" if new else f"has no feature {gone[0]} any more")
        raise UsageError(f"unknown feature {name}", nearest(name, self.features, known))

    @cached_property
    def _pinned(self) -> str | None:
        """What `.specify/feature.json` names. spec-kit writes that file; sdd only reads it."""
        path = paths.join(self._project.root, FEATURE_PIN)
        # The tree lacks it where git ignores it, as sdd init asks for.
        entry, file = self._tree.file(path), (self._repository.work_tree or Path()) / path
        try:
            content = self._project.reader.content(entry) if entry else b"" if file.is_symlink() else file.read_bytes()
        except OSError:
            return None
        return pinned_feature(content)

    @cached_property
    def _begun(self) -> dict[str, tuple[str, ...]]:
        """The features whose spec or contract this change adds -> these records' paths."""
        added = (record for record in (self._view.added_records if self._view else ()) if not isinstance(record, Phr))
        named = ((self._meant(getattr(record, "feature", None)), record.path) for record in added)
        return grouped((feature, path) for feature, path in named if feature)

    @cached_property
    def begun_here(self) -> list[str]:
        """The begun features whose work is this branch's."""
        return [name for name in self._begun if self._is_begun_here(name)]

    def _is_begun_here(self, feature: str) -> bool:
        """Whether a begun feature's records are committed on this branch, or its spec is this branch's: it says so, or
        the branch is named like it, or nothing says that it is another's. What the target's local branch holds, and no
        push has brought yet, is none of this one's.
        """
        own = {path for path in self._begun[feature] if not self._local_target or path not in self._local_target}
        if own.difference(self.uncommitted_paths):
            return True
        spec = self.of_feature(feature).spec(feature)
        if not spec or not self.branch or is_branch_of(feature, self.branch):
            return bool(spec and self.branch)
        if spec.feature_branch:
            return spec.feature_branch == self.branch
        branches = (ref.removeprefix(HEADS) for ref in self._repository.refs.tips if ref.startswith(HEADS))
        return spec.path in own and not any(is_branch_of(feature, branch) for branch in branches)

    @cached_property
    def uncommitted_paths(self) -> tuple[str, ...]:
        """Whatever the index or the work tree holds otherwise than HEAD, ignored files not."""
        return uncommitted_paths(self._repository)

    @cached_property
    def _local_target(self) -> Tree | None:
        """The target's branch as it is here, where another one is checked out."""
        refs = self._repository.refs
        target = first_target(self._repository, refs, remote_here(self._repository)).branch
        tip = refs.tips.get(HEADS + target.branch) if target and self.branch not in (None, target.branch) else None
        return self._repository.tree(tip) if tip else None


def pinned_feature(content: bytes) -> str | None:
    """The feature that a `feature.json` names; None for one that names none, or is no such file."""
    try:
        pinned = json.loads(content)
    except (ValueError, RecursionError):
        return None
    named = pinned.get("feature_directory") or pinned.get("feature") if isinstance(pinned, dict) else None
    return named.replace("\\", "/") if isinstance(named, str) else None
