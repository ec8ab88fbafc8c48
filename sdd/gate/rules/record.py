"""Rules about records as files: their mode and size, and the PHR that a change to them needs."""

from collections.abc import Iterator, Mapping

from sdd.base import paths
from sdd.base.limits import RECORD_BYTES
from sdd.document import decode
from sdd.document.visible import exact_key
from sdd.gate.change import ChangeView
from sdd.gate.cover.exemption import is_sdds_own
from sdd.gate.rules.history import amended
from sdd.gate.rules.rule import (
    ChangeContext,
    Findings,
    RuleFinding,
    Severity,
    TreeContext,
    change_rule,
    firm,
    path_rule,
)
from sdd.records.agents import demands, find_agent
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.reading import is_demand
from sdd.records.kinds.record import Record
from sdd.records.kinds.spec import Spec
from sdd.records.kinds.tasks import Tasks
from sdd.records.layout import find_roots
from sdd.repo.objects import EXECUTABLE, SUBMODULE, SYMLINK, Entry
from sdd.secrets import Secret, fingerprint, scan

_Secrets = tuple[tuple[tuple[str, str], Secret], ...]
"""(rule, value) and place of each secret in a record and its name."""


@change_rule(Severity.WARNING)
def record_no_phr(context: ChangeContext) -> Findings:
    """A spec, plan, task list or agent file is changed, but no PHR of this change names it.

    Why: agents write these files too, and they steer all later work. None is needed for one that moves unaltered. A
    warning, but an error where
    - the constitution changes,
    - a landed open contract promises something else: another title, criteria, limits, scope, requirements or checks,
    - a landed spec is removed and not moved, or says nothing of its requirements or its criteria any more,
    - an agent file that the target's `[gate.agents]` binds is removed or demands something else, or another file of
      its name is added.

    Fix: `sdd phr new "TITLE"`, or add the path to the `files` of a PHR of this branch.

    Bad example:
        -- AGENTS.md --
        Be brief.
    """
    if context.view.adopting:
        return
    sides = {
        changed: (
            context.before.record(path) if changed.target else None,
            context.after.record(path) if changed.after else None,
        )
        for path, changed in context.view.records_of_root.get(context.root, ())
    }
    agents = {changed.path: pair for changed, pair in sides.items() if any(isinstance(each, Agent) for each in pair)}
    bound = frozenset(_altered_bindings(context, agents)) if agents else frozenset()
    moved = {each.landed for each in sides if not each.after} & {each.after for each in sides if not each.landed}
    for changed, (before, after) in sides.items():
        path = changed.path
        severity = Severity.ERROR if path in bound or _is_lost(before, after, context) else _weight(before, after)
        if path in agents and path not in bound and is_sdds_own(context.view, context.root, changed):
            continue
        has_moved_as_it_is = not (changed.landed and changed.after) and (changed.landed or changed.after) in moved
        if severity == Severity.WARNING and has_moved_as_it_is and path not in agents:
            continue
        if severity and not context.coverage.naming(path):
            message, fix = "no PHR of this change names this record", "name it in the files of a PHR"
            yield RuleFinding(path, 1, message, fix, severity)


def _weight(before: Record | None, after: Record | None) -> Severity | None:
    """How severe a record's change without a PHR is, None where it needs none."""
    subject = after or before
    if isinstance(subject, Constitution):
        return Severity.ERROR
    if isinstance(subject, Spec | Plan | Tasks | Agent):
        return Severity.WARNING
    return Severity.ERROR if amended(before, after) else None


def _is_lost(before: Record | None, after: Record | None, context: ChangeContext) -> bool:
    """Whether a landed spec is gone, or one that had visible requirements or criteria has none left."""
    if not isinstance(before, Spec):
        return False
    if isinstance(after, Spec):
        return any(has and not keeps for has, keeps in zip(_shows(before), _shows(after), strict=True))
    return not _has_moved(before, context.view)


def _has_moved(spec: Spec, view: ChangeView) -> bool:
    """Whether a spec that a change adds asks for just what one asks for that it removes."""
    return any(isinstance(other, Spec) and _asked(other) == _asked(spec) for other in view.added_records)


def _shows(spec: Spec) -> tuple[bool, bool]:
    """Whether a reader sees a requirement, and whether a criterion."""
    has_requirement, has_criterion = (
        any(is_demand(item.text) for item in items) for items in (spec.requirements, spec.criteria)
    )
    return has_requirement, has_criterion


def _asked(spec: Spec) -> tuple[tuple[str, str], ...]:
    return tuple((item.id, exact_key(item.text)) for item in (*spec.requirements, *spec.criteria))


def _altered_bindings(
    context: ChangeContext, agents: Mapping[str, tuple[Record | None, Record | None]]
) -> Iterator[str]:
    """The paths of changed agent files by which a name that a policy of the target binds demands something else, or has
    a second file. Agent files count for all roots below.
    """
    for root in find_roots(context.before.tree):
        if root != context.root and not paths.is_below(root, context.root):
            continue
        for name in dict.fromkeys(binding.agent for binding in context.view.policy(root).agents):
            old, new = (find_agent(side.at(root), name) for side in (context.before, context.after))
            if not old:
                continue
            if not new or demands(old) != demands(new):
                yield from {old.path, new.path if new else old.path}
            kept = context.after.at(old.root).record(old.path)
            if isinstance(kept, Agent) and kept.known_as == name:
                for path, (before, after) in agents.items():
                    had_name = isinstance(before, Agent) and before.known_as == name
                    if isinstance(after, Agent) and after.known_as == name and not had_name:
                        yield path


@change_rule(Severity.ERROR)
def record_mode(context: ChangeContext) -> Findings:
    """A record is marked as executable.

    Why: a record is text, and needs no record of its own because nobody runs it. The mark is usually an accident of a
    file system. A warning where the target has it already.

    Fix: git update-index --chmod=-x PATH

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (mode 100755) --
    """
    for path, changed in context.view.records_of_root.get(context.root, ()):
        if changed.after and changed.after.mode == EXECUTABLE:
            had = changed.target and changed.target.mode == EXECUTABLE
            fix = f"git update-index --chmod=-x {paths.path_word(path)}"
            yield RuleFinding(path, 1, "is marked as executable", fix, Severity.WARNING if had else None)


@path_rule(Severity.ERROR)
def record_symlink(path: str, context: TreeContext) -> Findings:
    """A symbolic link or a submodule is in the place of a record.

    Why: what it points to can change without a change here, and is not reviewed. An agent file may link to another
    one of the same tree, as CLAUDE.md to AGENTS.md.

    Fix: replace it with the text itself.

    Bad example:
        -- history/adr/0002-elsewhere.md (mode 120000) --
        0001-use-decimals.md
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
           - "/src/**"
        +  - "/history/adr/0002-elsewhere.md"
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
           - src/round.py
        +  - history/adr/0002-elsewhere.md
    """
    entry = context.after.tree.get(path)
    kind = context.after.kind_of(path) if entry and entry.mode in (SYMLINK, SUBMODULE) else None
    if kind and not context.after.shows_agent_file(path):
        yield firm(path, "is a link where a record should be", "replace it with the text itself")


@path_rule(Severity.ERROR)
def record_too_large(path: str, context: TreeContext) -> Findings:
    """A record is larger than sdd reads.

    Why: nobody reads it either, and sdd cannot judge what follows after the limit (1 MiB).

    Fix: keep the words that matter, and put logs and data elsewhere.

    Bad example:
        -- history/adr/0002-log.md (60000 lines) --
        A line of a log that was pasted whole into a record.
    """
    # A tree is asked about what sdd parses; a change also about the texts beside that.
    is_record = context.after.kind_of(path) or (isinstance(context, ChangeContext) and context.looks_at(path))
    entry = context.after.tree.file(path) if is_record else None
    if entry and len(context.after.reader.content(entry)) > RECORD_BYTES:
        yield firm(path, "is larger than 1 MiB", "keep the words that matter")


@path_rule(Severity.ERROR)
def record_secret(path: str, context: TreeContext) -> Findings:
    """A record, or its name, holds a secret: a token, a key, a password.

    Why: what lands stays, and everybody who can read the repository can use it. `[secrets] personal` in the policy adds
    e-mail addresses and home directories. A warning where the target's copy has the same secret already.

    Fix: revoke it, since whoever saw the commit has it, and run `sdd secret redact FILE`. A false alarm is waived by
    the fingerprint that `sdd secret scan FILE` prints: `sdd waiver new record-secret --secret FINGERPRINT`. A token
    whose checksum is right is never waived.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
         Round half up.
        +The database password is tulip-anchor-velvet-copper.
    """
    entry = context.after.tree.file(path) if context.looks_at(path) or context.after.kind_of(path) else None
    if entry is None:
        return
    personal, fix = context.policy.personal, f"revoke it, then: sdd secret redact {paths.path_word(path)}"
    held = _secrets(context, path, entry, personal)
    landed = {value for value, _ in _landed_secrets(context, path, personal)} if held else set()
    for value, secret in held:
        own = Severity.WARNING if value in landed else None
        mark = "" if secret.proven else fingerprint(*value)
        yield RuleFinding(path, secret.line, f"holds a secret ({secret.rule})", fix, own, True, mark)


def _secrets(context: TreeContext, path: str, entry: Entry, personal: tuple[str, ...]) -> _Secrets:
    reader = context.after.reader
    return reader.once(_secrets_of, reader.content(entry), path, personal)


def _secrets_of(content: bytes, path: str, personal: tuple[str, ...]) -> _Secrets:
    texts = (decode(content)[0], path)
    return tuple(((each.rule, text[each.start : each.end]), each) for text in texts for each in scan(text, personal))


def _landed_secrets(context: TreeContext, path: str, personal: tuple[str, ...]) -> _Secrets:
    """The secrets of the target's copy of a record, which may lie at another path."""
    entry = context.before.tree.file(path)
    if entry is None and isinstance(context, ChangeContext) and (moved := context.view.moved_phrs.get(path)):
        path, entry = moved.path, context.before.tree.file(moved.path)
    return _secrets(context, path, entry, personal) if entry else ()
