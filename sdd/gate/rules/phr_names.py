"""Rules about what a Prompt History Record names: its feature, its links and its files."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import inf

from sdd.base import paths
from sdd.gate.cover import is_vague, is_waiver
from sdd.gate.cover.naming import Named
from sdd.gate.rules.common import advice_on_path, former_name, place_of, removes_a_feature, renamed_of
from sdd.gate.rules.phr import ROUTES, feature_of_folder
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, TreeContext, finding, record_rule
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import LINKS_TO_RECORDS, Phr
from sdd.records.layout import feature_in, features_named
from sdd.records.links import Relation, path_from_top, resolve
from sdd.records.project import records_of
from sdd.repo.history import last_changes

RULES_OF_NAMES = ("contract-unknown-requirement", "contract-unknown-task", "phr-unknown-feature")
"""What is found in records that a change leaves as they are, while it takes away what they name."""


@record_rule(Severity.ERROR, Phr)
def phr_unknown_feature(phr: Phr, context: TreeContext) -> Findings:
    """A PHR names a feature that does not exist, or that may be several.

    Why: nobody can follow it to the requirement behind it.

    Fix: correct `feature`, create it with `sdd feature new`, or leave it out. Where its folder was renamed:
    `sdd repair --commit`.

    Bad example:
        -- history/prompts/002-rounding/0001-rounding.green.prompt.md (copy) --
        history/prompts/001-vat/0002-rounding.green.prompt.md
        -id: "0002"
        +id: "0001"
        -feature: 001-vat
        -links:
        -  spec: specs/001-vat/spec.md
        -  contract: history/contracts/001-vat/0003-rounding.contract.md
        +feature: 002-rounding
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (deleted) --
        -- history/contracts/001-vat/0003-rounding.contract.md (deleted) --
        -- src/round.py (deleted) --
    """
    for key, name in _stated(phr):
        if renamed := renamed_of(phr, context, name):
            yield former_name(phr, key, f"the feature {renamed.old} is called {renamed.new} now")
            return
    place = place_of(phr, context)
    if not phr.feature or phr.feature in ROUTES or resolve(Relation.FEATURE, phr.feature, place):
        return
    if feature := feature_of_folder(phr, place):
        yield finding(phr, "feature", f"unknown feature {phr.feature}", f"write feature: {feature}")
        return
    known = sorted({name for root in place.roots for name in place.project.at(root).features})
    meant = features_named(known, phr.feature)
    message = f"{phr.feature} may mean {', '.join(meant)}" if meant else f"unknown feature {phr.feature}"
    fix = "write the feature's whole path" if meant else "correct it, or make it: sdd feature new"
    yield finding(phr, "feature", message, fix)


def _stated(record: Phr | Contract) -> Iterator[tuple[str, str]]:
    """(key, name) of each feature that a record names, by itself or by a follow-up that it closes."""
    names = [("feature", record.feature or "")]
    if isinstance(record, Phr) and record.closes:
        from sdd.records.followups import features_closed  # few records close any

        names += [("closes", name) for name in features_closed(record)]
    return (each for each in names if each[1] not in ("", *ROUTES))


def of_renamed_features(context: ChangeContext) -> Iterator[Phr | Contract]:
    """The PHRs and contracts, untouched by a change, whose feature has another name by it."""
    if not removes_a_feature(context):
        return
    for record in records_of(context.after.tree, context.after.reader, Phr, Contract):
        assert isinstance(record, Phr | Contract)
        is_untouched = record.path not in context.view.records
        if is_untouched and any(renamed_of(record, context, name) for _, name in _stated(record)):
            yield record


@record_rule(Severity.ERROR, Phr)
def phr_broken_link(phr: Phr, context: TreeContext) -> Findings:
    """A PHR links a spec, contract or ADR that does not exist.

    Why: a broken link breaks the trail from a line to its requirement.

    Fix: correct the path (it is relative to the root; with a leading slash to the top of the repository).

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  spec: specs/001-vat/spec.md
        +  spec: specs/001-vta/spec.md
    """
    # Whoever moves a record corrects the links to it: only one that a later landing removed may be gone.
    place = place_of(phr, context)
    place = place._replace(was_there=place.was_removed)
    for name, written in ((link, target) for link in LINKS_TO_RECORDS for target in phr.linked(link)):
        if "://" not in written and not resolve(Relation.FILE, written.partition("#")[0], place):
            renamed = renamed_of(phr, context, feature_in(written))
            if renamed and renamed == renamed_of(phr, context, phr.feature):
                continue  # told by phr-unknown-feature
            message = f"links.{name} names {written}, which does not exist"
            told = former_name(phr, "links", message)
            yield told if renamed else finding(phr, "links", message, "correct the path")


@record_rule(Severity.WARNING, Phr)
def phr_unknown_file(phr: Phr, context: TreeContext) -> Findings:
    """A PHR names a file that does not exist, and never did since the PHR landed.

    A path that is found from the top, from the feature's folder, by its end or among ignored files is no finding, nor
    one that has moved, nor a waiver, which ends with the record that it put off; only a path from the root covers a
    change.

    Why: half of the paths in hand-written records do not exist. `sdd phr new` takes them from git.

    Fix: correct the path.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
           - src/round.py
        +  - src/rounding.py
    """
    place = place_of(phr, context)
    told_already = {target for link in LINKS_TO_RECORDS for target in phr.linked(link)}  # by phr-broken-link
    for entry in phr.files:
        for path in (entry.path, entry.moved_to):
            if (
                path
                and path not in told_already
                and not is_waiver(phr.root, path)
                and not (is_vague(phr.root, path) or resolve(Relation.FILE, path, place))
            ):
                message = f"names {path}, which does not exist"
                yield finding(phr, entry.line, message, advice_on_path(context, "correct the path"))


@record_rule(Severity.WARNING, Phr)
def phr_vague_files(phr: Phr, context: TreeContext) -> Findings:
    """A PHR names a wildcard, its root or a whole folder at the first level below that.

    Why: a record about everything is about nothing. Such an entry covers no file.

    Fix: name the files, or a folder below the first level with a slash at the end.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
           - src/round.py
        +  - src/
    """
    for entry in phr.files:
        path = path_from_top(phr.root, entry.path)
        if is_vague(phr.root, entry.path) and not entry.moved_to and not (path and context.after.tree.file(path)):
            message = f"{entry.path} names too much to name a file" if entry.path else f"{entry.written} names no file"
            yield finding(phr, entry.line, message, "name the files")


@record_rule(Severity.OFF, Phr)
def phr_stale(phr: Phr, context: TreeContext) -> Findings:
    """A file has changed after the last PHR that names it.

    Why: no record describes the new change. Off by default: soon after adoption this is true of nearly every file.

    Fix: sdd why PATH shows what came later.

    Bad example:
        -- tests/test_vat.py (edited) --
        +LATER = True
    """
    if not context.revision:
        return
    age = last_changes(context.repository, context.revision)
    recorded = age.get(phr.path, 0)
    for entry in phr.files:
        path = path_from_top(phr.root, entry.path)
        if path and age.get(path, recorded) < recorded and _last_named(context, path) >= recorded:
            yield finding(phr, entry.line, f"{path} has changed since", "record what changed it")


def _last_named(context: TreeContext, path: str) -> float:
    """How long ago the last PHR changed that names a path."""
    files, folders = _ages_of_named(context)
    path = paths.composed(path)
    above = (folders.get(f"{folder}/", inf) for folder in paths.folders_above(path))
    return min(files.get(path, inf), *above, inf)


@lru_cache(maxsize=1)
def _ages_of_named(context: TreeContext) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """How long ago the last PHR changed that names a path, and one that names a folder."""
    age = last_changes(context.repository, context.revision)
    ages: tuple[dict[str, int], dict[str, int]] = {}, {}
    for phr in context.records:
        if isinstance(phr, Phr) and phr.path in age:
            named = Named(phr)
            for known, own in zip(ages, (named.paths, named.folders), strict=True):
                known.update((path, min(age[phr.path], known.get(path, age[phr.path]))) for path in own)
    return ages
