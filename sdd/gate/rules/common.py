"""What several rules find, or look up, in the same way."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.base.limits import PATTERN_LETTERS, PATTERN_WILDCARDS
from sdd.base.regex import regex
from sdd.base.wildcards import has_dots
from sdd.gate.rules.rule import ChangeContext, Findings, Remedy, Rule, RuleFinding, Severity, TreeContext, finding
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.checklist import Checklist
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.dates import DATE_IN_NAME
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.record import AnyKind, Item, Record
from sdd.records.kinds.spec import Requirement
from sdd.records.kinds.tasks import Task, Tasks
from sdd.records.layout import features_named, marks_a_feature
from sdd.records.links import How, Place, Relation, in_tree, resolve
from sdd.repo.folders import Folder
from sdd.repo.objects import Repository, Tree

if TYPE_CHECKING:
    from sdd.records.renamed import RenamedFeature

_DATE = regex(DATE_IN_NAME)
_NUMBERED = regex(r"(\d+)-[^/]*\.md\Z")
_FEW_TOKENS = 5

FEW = 20
"""Of more new files than these, to search a folder for the name of each takes longer than to list all names once."""

_PAGE = """A part of a record of the kind {name} cannot be read.

Why: what cannot be read means something else, or nothing, to the next reader. sdd still reads what it can.

Fix: correct the line, or save the file as UTF-8 text. Often a value with a colon or a brace needs quotes.

Bad example:
    -- {path} (bytes) --
    fffe41004200
    -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
       - "/src/**"
    +  - "/{path}"
    -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
       - src/round.py
    +  - {path}
"""


def fetching(repository: Repository) -> str:
    """What a command begins with that needs what has landed: a server judges before the author's clone knows that."""
    return "" if repository.work_tree else "git fetch && "


def as_landed(context: ChangeContext, path: str) -> str:
    """The command that gives a path back what the target holds there.

    A server's own branch is another one in a clone, or has moved on where what is judged has landed: its commit stays.
    """
    change = context.view.change
    target = change.target_name if context.repository.work_tree else (change.target or "")[:12]
    fetch = fetching(context.repository)
    return f"{fetch}git checkout {paths.shell_word(target)} -- {paths.shell_word(f':/{path}')}"


def faulty_lines(record: Record, severity: Severity | None = None) -> Findings:
    """The lines of a record that could not be read."""
    for problem in record.problems:
        yield finding(record, problem.line, problem.message, "correct this line", severity)


def unreadable(kind: AnyKind, severity: Severity, example: str) -> Rule:
    """The rule that each part of a record of a kind can be read; `example` is a path of the kind."""

    def problems(record: Record) -> Findings:
        is_note = isinstance(record, Phr) and record.is_note
        return faulty_lines(record, severity=Severity.WARNING if is_note else None)

    problems.__doc__ = _PAGE.format(name=kind.name, path=example)
    return Rule(f"{kind.name}-unreadable", severity, kind.record, None, ("record-too-large",), problems)


UNTOUCHED = "is the template, not filled in"


def template_text(
    record: Phr | Contract | Constitution | Plan | Tasks | Checklist | Adr,
    left: Sequence[Item],
    fix: str,
    severity: Severity | None = None,
) -> Findings:
    """What is left in a record of its template; one finding where that is all there is, or much."""
    if isinstance(record, Plan) and record.is_template:
        yield finding(record, left[0].line, UNTOUCHED, "fill it in, or remove the file", severity)
        return
    for token in _few_or_first(left):
        yield finding(record, token.line, f"still contains the template's {token.text}", fix, severity)


def _few_or_first(tokens: Sequence[Item]) -> Sequence[Item]:
    """Each of a few tokens; of more, as a template that nobody has filled in has them, the first with their number."""
    if len(tokens) <= _FEW_TOKENS:
        return tokens
    return (Item(f"{tokens[0].text} and {len(tokens) - 1} more: nobody has filled it in", tokens[0].line),)


def unmatched(pattern: str) -> tuple[str, str]:
    """What to say of a pattern that matches nothing, and its fix."""
    if has_dots(pattern):
        return f"the pattern {pattern[:40]} matches nothing: no path has a . or .. in it", 'write "/folder/**"'
    limits = f"{PATTERN_LETTERS} characters, {PATTERN_WILDCARDS} wildcards, or two * in a name that also has ? or []"
    message = f"the pattern {pattern[:40]} matches nothing: it has more than {limits} (limit)"
    return message, "write several shorter ones, or name a folder: /src/auth/**"


def repeated_ids(record: Record, items: Iterable[Task | Requirement]) -> Findings:
    """The items whose id an earlier one has already."""
    seen: set[str] = set()
    for item in items:
        if item.id and item.id in seen:
            yield finding(record, item.line, f"{item.id} occurs twice", "give this one the next free number")
        seen.add(item.id or "")


def number_taken(context: TreeContext, path: str, numbered: re.Pattern[str] = _NUMBERED) -> tuple[str, str] | None:
    """(name, number) of an older file in a record's folder that has its number, None where there is none.

    `numbered` matches the names that have a number; its first group is that number. A date is none, and numbers of
    another width (001, 0001) are another series.
    """
    folder, _, name = path.rpartition("/")
    number = numbered.match(name)
    is_date = number and _DATE.match(name, number.start(1))
    if not number or is_date:
        return None
    if len(context.paths) <= FEW and _has_own_number(context.after.tree.folder(folder), name, number[1]):
        return None
    for other in _by_number(context.after.tree, folder, numbered).get(number[1], ()):
        if other != name and context.came_first(f"{folder}/{other}", path):
            return other, number[1]
    return None


def renumbering(path: str) -> str:
    """What to do about a record whose number another has: other pairs are no part of the change."""
    return f"give the newer one the next number: sdd repair --ids --write {paths.path_word(path)}"


def _has_own_number(folder: Folder, name: str, number: str) -> bool:
    """Whether a name is certainly the only one in a folder that holds its number: a quick check that most pass."""
    digits = os.fsencode(number)
    return folder.count(digits) <= os.fsencode(name).count(digits)


# A change may add very many records to one folder.
@lru_cache(maxsize=16)
def _by_number(tree: Tree, folder: str, numbered: re.Pattern[str]) -> Mapping[str, tuple[str, ...]]:
    """Number -> the names in a folder that have it."""
    matches = ((match[1], name) for name in tree.folder(folder) if (match := numbered.match(name)))
    return grouped(matches)


def place_of(record: Phr | Contract | Tasks, context: TreeContext) -> Place:
    """The place of a record that a rule is asked about."""
    project = context.after.at(record.root)
    return Place(
        project,
        record.path,
        record.feature,
        was_there=lambda path: _was_there(context, record, path),
        was_removed=lambda path: _was_removed(context, record, path),
    )


def _was_there(context: TreeContext, record: Record, path: str) -> bool:
    """Whether a missing path is removed by this change, or was there once the record had landed: for a task, ever. One
    that moved before may be what the record's branch knew.
    """
    if isinstance(context, ChangeContext) and {path, path.rstrip("/")} & context.view.touched:
        return True
    if not context.revision:
        return False
    from sdd.records.lifetimes import moved_to, was_there, was_there_since  # a missing file is rare

    if in_tree(context.repository.tree(context.revision), path):
        return True
    if isinstance(record, Tasks):
        return was_there(context.repository, context.revision, path)
    place = context.repository, context.revision
    return was_there_since(*place, record.path, path) or bool(moved_to(*place, path))


def _was_removed(context: TreeContext, record: Record, path: str) -> bool:
    """Whether a landing has removed another record after this one had landed. A change is judged by what it leaves."""
    if isinstance(context, ChangeContext) or not context.revision:
        return False
    from sdd.records.lifetimes import was_removed_since  # a missing record is rare

    return was_removed_since(context.repository, context.revision, record.path, path)


def renamed_of(record: Phr | Contract, context: TreeContext, stated: str | None) -> "RenamedFeature | None":
    """The feature that a record calls by a name which git says its folder has no more; None for any other name."""
    meant = resolve(Relation.FEATURE, stated or "", Place(context.after.at(record.root), record.path))
    if not stated or meant.how == How.STATED:
        return None
    revision = context.revision
    if isinstance(context, ChangeContext):
        if not ((not meant and _keeps_number(stated, context)) or removes_a_feature(context)):
            return None  # an audit asks of each landing, each time another history
        revision = revision or context.view.change.target or ""
    from sdd.records.renamed import renamed_feature  # a feature that is gone is rare

    return renamed_feature(context.after, record, stated, revision)


def former_name(record: Record, where: str, message: str) -> RuleFinding:
    """The finding that a record calls a feature by the name that it had."""
    return finding(record, where, message, "sdd repair --commit")._replace(remedy=Remedy.RENAME)


def _keeps_number(stated: str, context: ChangeContext) -> bool:
    """Whether a feature has the number, or what else a name begins with, of one that is stated."""
    number = stated.rpartition("/")[2].partition("-")[0]
    return bool(number and features_named(context.after.features, number))


def removes_a_feature(context: ChangeContext) -> bool:
    """Whether a change takes a spec, a plan or a task list from its place."""
    changed = context.view.records_of_root.get(context.root, ())
    return any(marks_a_feature(path) and not change.after for path, change in changed)


def advice_on_path(context: TreeContext, advice: str) -> str:
    """What to do about a path that never existed, as far as this clone can tell."""
    if context.revision and context.repository.is_shallow:
        return f"{advice}, or fetch the history that this shallow clone lacks: git fetch --unshallow"
    return advice
