"""Rules about a change: what its governed files need, and what it may not do."""

import re
from collections import Counter
from collections.abc import Iterator

from sdd.base import paths
from sdd.base.checkout import is_refused_by_git
from sdd.base.limits import NAME_BYTES, PATH_BYTES
from sdd.base.listing import listed
from sdd.base.regex import regex
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.rules.common import FEW, fetching
from sdd.gate.rules.rule import ChangeContext, Findings, Remedy, RuleFinding, Severity, change_rule, firm
from sdd.records.kinds.record import ChangeKind
from sdd.repo.changes import PathChange
from sdd.repo.folders import SYMLINK
from sdd.repo.history import last_landing

_TEST_PATH = regex(
    r"(^|/)(tests?|__tests__|spec)/|(^|/)(test_|conftest\.py\Z)|[._-](test|tests|spec)\.[^/]+\Z", re.IGNORECASE
)


def is_test(path: str) -> bool:
    """Whether a file seems to be a test, by its path."""
    return bool(_TEST_PATH.search(path))


@change_rule(Severity.ERROR)
def change_no_phr(context: ChangeContext) -> Findings:
    """A governed file is changed, but no Prompt History Record of this change names it.

    Why: weeks later nobody knows what was asked for. The record must be new in this change, or picked from
    another target with the same edit, lines around it included. It names the file or a folder below the first level,
    and asks for more than "continue".

    Fix: `sdd phr new "TITLE" --commit`, or add the file to the `files` of a record of this branch. Where that cannot
    wait, `sdd waiver new` lets it pass for some days.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - src/vat.py
    """
    if lacking := _lacking(context, Need.PHR):
        from sdd.gate.rules.unnamed import unnamed  # what passes has no need of it

        yield from unnamed(context, lacking)


@change_rule(Severity.ERROR)
def change_no_contract(context: ChangeContext) -> Findings:
    """A governed file is changed, but no execution contract covers it.

    Why: it settles before the work what will be done, and how that is checked. Kinds chore and revert need none.

    Fix: `sdd contract new "TITLE" --feature F`, or for small work a contract inside the record:
    `sdd phr new "TITLE" --kind fix --success "ONE SENTENCE" --check "COMMAND"`.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (deleted) --
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  contract: history/contracts/001-vat/0003-rounding.contract.md
    """
    lacking = [file for file in _lacking(context, Need.CONTRACT) if not file.out_of_scope]
    picked = [file for file in lacking if any(phr.path in context.view.brought for phr in file.phrs)]
    left_behind = context.coverage.left_behind(picked) if picked else {}
    for file in lacking:
        if left := left_behind.get(file.path):
            message = "needs a contract: the one that it landed with on another target is not here"
            yield firm(file.path, message, fetching(context.repository) + left.command, remedy=Remedy.BRING)
        else:
            message = "needs a contract: none of this change covers it, and no open one that its PHR links"
            yield firm(file.path, _closed(context, file) or message, 'agree on the work: sdd contract new "TITLE"')


def _closed(context: ChangeContext, file: CoveredFile) -> str:
    """Which landing closed the contract that a file's PHR links; nothing where none did."""
    target = context.view.change.target
    closed = next((contract for phr in file.phrs for contract in context.coverage.standing(phr)), None)
    if not closed or not target:
        return ""
    landing = last_landing(context.repository, target, closed.path)
    return f"needs a contract of its own: {landing} closed {closed.path}, which its PHR links"


@change_rule(Severity.ERROR)
def change_out_of_scope(context: ChangeContext) -> Findings:
    """A changed file is outside the scope of its contract.

    Why: the scope promises what will be touched. An edit beyond it is unrelated, or the promise was too small.

    Fix: remove the edit, or add the path to the contract's `scope` if it belongs to the work and the contract has not
    landed.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -  - "/src/**"
        +  - "/lib/**"
    """
    for file in _lacking(context, Need.CONTRACT):
        if file.out_of_scope:
            near = listed([contract.path for contract in file.out_of_scope])
            yield firm(file.path, f"is outside the scope of {near}", "add the path to the scope, or undo the edit")


@change_rule(Severity.ERROR)
def change_no_spec(context: ChangeContext) -> Findings:
    """A governed file is changed for a feature that has no specification that can be read and says something.

    Why: a contract of kind feature implements a specification: the `spec.md` of the feature that it and its PHR name,
    with at least one requirement and one criterion.

    Fix: write the spec with `sdd feature new "TITLE"`, or correct `feature` in the contract and the record. Work that
    needs no spec is of kind fix, refactor or chore.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -feature: 001-vat
        -spec: specs/001-vat/spec.md
        -requirements: [FR-001]
        -tasks: [T001]
        +feature: 002-rounding
    """
    named, begun = 'name it: sdd contract new "TITLE" --feature FEATURE', 'sdd feature new "TITLE"'
    for file in _lacking(context, Need.SPEC):
        for fault in file.spec_faults:
            if fault.rule == "change-no-spec":
                unnamed = f"{named}; where there is none yet: {begun}" if not file.feature else ""
                fix = fault.fix or unnamed or (f"write that in {file.spec}, commit it" if file.spec else begun)
                yield firm(file.path, f"needs a spec: {fault.message}", fix)


@change_rule(Severity.ERROR)
def change_not_a_revert(context: ChangeContext) -> Findings:
    """A file of a change of kind revert is new work.

    Why: a revert needs no contract, since somebody agreed to the old state: it restores what stood on the target,
    undoes a landing, or removes a file that a landing added. What only the middle of a push or a merged branch ever
    held was agreed to by nobody.

    Fix: name a commit of that landing in the record ("This reverts commit ..."). Text of a conflict that you resolved
    is new work: give it a PHR of kind refactor or fix, with a contract.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -kind: feature
        +kind: revert
    """
    files = [file for file in context.files if ChangeKind.REVERT in file.kinds]
    if not files:
        return
    from sdd.gate.rules.revert import new_work  # few changes revert one

    for file, why, fix in new_work(context, files):
        yield firm(file.path, f"is not a revert: {why}", fix)


@change_rule(Severity.ERROR)
def change_path_twin(context: ChangeContext) -> Findings:
    """A new path differs from another only in case or Unicode form.

    Why: a file system that ignores the difference loses one of the two at checkout.

    Fix: rename one of them.

    Bad example:
        -- docs/Guide.md --
        One.
        -- docs/guide.md --
        Two.
    """
    counts: dict[str, Counter[str]] = {}
    new = tuple(_new_paths(context))
    for changed in new:
        for path in filter(None, (changed.path, *paths.folders_above(changed.path))):
            folder, _, name = path.rpartition("/")
            held = context.view.head.folder(folder)
            if len(new) <= FEW and held.is_alone(name):
                continue
            if folder not in counts:
                counts[folder] = Counter(paths.twin_keys(held))
            if counts[folder][paths.twin_key(name)] > 1:
                message = f"{path} has a twin that differs only in case or Unicode form"
                yield RuleFinding(changed.path, 1, message, "rename one of them")
                break


@change_rule(Severity.ERROR)
def change_long_path(context: ChangeContext) -> Findings:
    """A new file has a name of more than 255 bytes, or a path of more than 4,096.

    Why: no usual file system can check it out, and comparing such names costs every later change. Nothing exempts it.

    Fix: git mv it to a shorter name.

    Bad example:
        -- docs/𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞.md --
        Music.
    """
    for changed in _new_paths(context):
        if paths.is_too_long(changed.path):
            message = f"the path has a name of more than {NAME_BYTES} bytes, or more than {PATH_BYTES} in all (limit)"
            yield firm(changed.path, message, "give it a shorter name: git mv")


@change_rule(Severity.ERROR)
def change_invalid_path(context: ChangeContext) -> Findings:
    """A new path holds a name that git refuses to check out: `.`, `..`, `.git`, or what a file system takes for it.

    Why: every clone of the repository fails with "invalid path", or a checkout writes into git's own folder. Such names
    are `.GIT`, `.git` with blanks, dots or a colon behind it or unseen characters in it, `git~1`, and a link that is
    called `.gitmodules`. Nothing exempts them.

    Fix: take the path out of the commits that hold it: commit the other files anew.

    Bad example:
        -- docs/.GIT/config.md --
        Text.
    """
    for changed in _new_paths(context):
        is_link = changed.after is not None and changed.after.mode == SYMLINK
        if is_refused_by_git(changed.path, is_link=is_link):
            yield firm(changed.path, "git refuses to check out this path", "commit the other files anew, without it")


@change_rule(Severity.OFF)
def change_no_test(context: ChangeContext) -> Findings:
    """A feature or a fix changes code, but no test.

    Why: a check that nobody can run again proves nothing later. Off by default: every project keeps tests elsewhere.

    Fix: add or change a test in the same change.

    Bad example:
        -- src/round.py (edited) --
        +HALF = 0.5
    """
    built = [file for file in context.files if not file.exempt and {ChangeKind.FEATURE, ChangeKind.FIX} & {*file.kinds}]
    if built and not any(is_test(file.path) for file in built):
        yield RuleFinding(built[0].path, 1, "code is changed, but no test", "add a test of what is new")


def _new_paths(context: ChangeContext) -> Iterator[PathChange]:
    """The paths that the target does not hold yet and that this root answers for."""
    return (changed for changed in context.view.changed_of_root.get(context.root, ()) if changed.status == "A")


def _lacking(context: ChangeContext, need: Need) -> list[CoveredFile]:
    return [file for file in context.files if need in file.lacks]
