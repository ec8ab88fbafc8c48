"""What a landed record means apart from its form, and the rule that it stays so."""

from collections.abc import Iterator

from sdd.base.grouping import grouped
from sdd.base.paths import shell_word
from sdd.document.visible import exact_key
from sdd.gate.rules.common import as_landed, fetching, place_of
from sdd.gate.rules.rule import ChangeContext, Findings, Remedy, Severity, change_rule, firm
from sdd.records.kinds.adr import Adr, is_filled_in, is_numbered_as_named, unnumbered
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.contract_body import own_part
from sdd.records.kinds.phr import LINKS_TO_RECORDS, Phr
from sdd.records.kinds.record import Item, Record
from sdd.records.kinds.waiver import Waiver
from sdd.records.links import Relation, resolve
from sdd.repo.changes import PathChange
from sdd.repo.history import made_apart

Meaning = dict[str, object]
_BESIDE = "what is said beside the prompt and the sections that count"
_LAST_DAY = "a later last day"
KEEP_BOTH = "sdd repair --ids --commit"
"""Gives what has not landed another number."""
EXTENDED = frozenset({"files", "contract's scope"})
"""The parts of a PHR that a further file alters, as by `sdd phr add`: the scope of its own contract is its files."""
# What another record, or a later change, goes by: added later, it would be a decision without a record.
_NOT_LATER = ("kind", "closes", _BESIDE, f"contract's {_BESIDE}")


def meaning(record: Record) -> Meaning | None:
    """The parts of a landed record that no later change may alter, by name; None for what may change.

    An open contract may still change (with a PHR), an ADR's status moves on by design.
    """
    if isinstance(record, Phr):
        return {
            "title": exact_key(record.title),
            "prompt": exact_key(record.prompt),
            "response": exact_key(record.response),
            "stage": record.stage,
            "date": record.date,
            "user": exact_key(record.user),
            "model": exact_key(record.model),
            "surface": exact_key(record.surface),
            "files": frozenset((entry.path, entry.moved_to) for entry in record.files),
            "kind": record.kind,
            "closes": _closed(record),
            **{name: exact_key(getattr(record, name)) for name in ("branch", "command")},
            **{name: frozenset(getattr(record, name)) for name in ("labels", "tests")},
            **{f"contract's {part}": value for part, value in _embedded(record).items()},
            _BESIDE: tuple(exact_key(told.text.lstrip("#")) for told in record.beside if not told.may_follow),
        }
    if isinstance(record, Adr):
        return {"text": exact_key(record.body)}
    if isinstance(record, Waiver):
        lists = (record.rules, record.paths, record.secrets)
        return {
            "what it waives": (*(frozenset(_texts(items)) for items in lists), record.landing),
            "reason": exact_key(record.reason),
            "approver": exact_key(record.approved_by),
            "surface": exact_key(record.surface),
        }
    if isinstance(record, Contract) and record.status == ContractStatus.DONE:
        return _of_contract(record)
    return None


def _closed(phr: Phr) -> tuple[str, ...]:
    """What a PHR closes, as far as no renamed feature alters it; the rest is a link."""
    if not phr.closes:
        return ()
    from sdd.records.followups import without_folder  # few records close any

    return tuple(sorted(map(without_folder, phr.closes)))


def _of_contract(contract: Contract) -> Meaning:
    return promise(contract) | {
        "title": None if contract.embedded else exact_key(contract.title),
        "checks": tuple((exact_key(check.text), check.done) for check in contract.checks),
        "non-goals": _texts(contract.non_goals),
        "status": contract.status,
        _BESIDE: _repeated_parts(contract),
    }


def _embedded(phr: Phr) -> Meaning:
    """What the contract in a PHR says, part by part: what it leaves out may be filled in."""
    return (meaning(phr.contract) if phr.contract else None) or {}


def promise(contract: Contract) -> Meaning:
    """What a contract promises: its criteria, constraints and scope, and the kind that says what it needs."""
    return {
        "kind": contract.kind,
        "criteria": exact_key(contract.criteria),
        "constraints": _texts(contract.constraints),
        "scope": _texts(contract.scope),
    }


def amended(before: Record | None, after: Record | None) -> tuple[str, ...]:
    """The parts of an open contract that may change only with a PHR, and have: all that it says but ticks, evidence and
    what is left to do.
    """
    if not (isinstance(before, Contract) and isinstance(after, Contract)) or before.status != ContractStatus.OPEN:
        return ()
    return edited(before, after)


def edited(before: Contract, after: Contract) -> tuple[str, ...]:
    """The parts of what a contract agrees on that differ."""
    then, now = _agreement(before), _agreement(after)
    return tuple(part for part, value in then.items() if value != now[part])


def _agreement(contract: Contract) -> Meaning:
    return promise(contract) | {
        "title": exact_key(contract.title),
        "checks": tuple(exact_key(check.text) for check in contract.checks),
        "non-goals": _texts(contract.non_goals),
        "requirements": frozenset(_texts(contract.requirements)),
    }


def altered(before: Record, after: Record | None) -> tuple[str, ...]:
    """The parts whose meaning `after` alters. A part that was empty or unreadable may be filled in: that repairs it."""
    if isinstance(before, Adr) and isinstance(after, Adr) and is_filled_in(before, after):
        return ()
    # A done contract that is opened again says what it says.
    now = _of_contract(after) if isinstance(after, Contract) else (meaning(after) if after else None) or {}
    then = meaning(before)
    parts = (then or {}).items()
    changed = tuple(part for part, value in parts if value != now.get(part) and (value or part in _NOT_LATER))
    return (*changed, _LAST_DAY) if _is_longer(before, after) else changed


def only_extends(before: Record, after: Record) -> bool:
    """Whether a record says what it said but for what is put into one before it lands: by `sdd phr add` further files,
    and with a contract the kind that this is of; by capture what its exchanges went on with; by `sdd contract verify`
    the ticks of checks that it ran.
    """
    later = EXTENDED
    if isinstance(before, Phr) and isinstance(after, Phr):
        later |= {"kind"} if after.contract and not before.contract else set()
        later |= {"contract's checks"} if _were_run(before.contract, after.contract) else set()
        from sdd.records.kinds.captured import goes_on  # most changes alter no record

        later |= {"prompt", "response", "tests"} if goes_on(before, after) else set()
    return later.issuperset(altered(before, after))


def _were_run(before: Contract | None, after: Contract | None) -> bool:
    """Whether the checks of a contract differ only by ticks that came with evidence."""
    if not before or not after or len(before.checks) != len(after.checks):
        return False
    ran = {run.command for run in after.evidence if run.status == 0}
    return all(
        exact_key(old.text) == exact_key(new.text) and (old.done == new.done or (new.done and new.command in ran))
        for old, new in zip(before.checks, after.checks, strict=True)
    )


def _is_longer(before: Record, after: Record | None) -> bool:
    """Whether a waiver holds for longer than it did. It may end earlier."""
    if not isinstance(before, Waiver) or not isinstance(after, Waiver):
        return False
    return bool(before.expires and after.expires and after.expires > before.expires)


def _lost_links(landed: Record, after: Record, context: ChangeContext) -> tuple[str, ...]:
    """The links of a landed PHR that lead elsewhere now, or nowhere. One to a record that is gone may be replaced."""
    if not isinstance(landed, Phr) or not isinstance(after, Phr):
        return ()
    kept, told = set(_links(after, context)), dict(after.links)
    lost = tuple(
        f"links.{name}"
        for name, target, is_gone in _links(landed, context)
        if (name, target, is_gone) not in kept and not (is_gone and name in told)
    )
    if not (closed := set(landed.closes).difference(after.closes)):
        return lost
    from sdd.records.followups import is_there  # these stay as they are

    return (*lost, "closes") if any(is_there(entry, context.after.tree) for entry in closed) else lost


def _links(phr: Phr, context: ChangeContext) -> Iterator[tuple[str, str, bool]]:
    """(name, where it leads at head, whether that is gone) of each link; any but those to records as it is written."""
    place = place_of(phr, context)._replace(was_there=lambda _: False)
    for name, written in phr.links:
        for target in phr.linked(name) if name in LINKS_TO_RECORDS else (written,):
            link = resolve(Relation.FILE, target.partition("#")[0], place)
            is_gone = name in LINKS_TO_RECORDS and "://" not in target and not link
            yield name, link.target if link and name in LINKS_TO_RECORDS else target, is_gone


def is_same(landed: Record, other: Record) -> bool:
    """Whether `other`, at another path, is the record `landed`: nothing that was said is lost."""
    if isinstance(landed, Contract) and landed.status != ContractStatus.DONE:
        return isinstance(other, Contract) and promise(landed) == promise(other)
    if isinstance(landed, Adr) and isinstance(other, Adr):
        return not altered(landed, other) or (
            unnumbered(landed.body) == unnumbered(other.body) and all(map(is_numbered_as_named, (landed, other)))
        )
    return type(other) is type(landed) and not altered(landed, other)


def _repeated_parts(contract: Contract) -> tuple[tuple[str, str], ...]:
    """(part, text) of the headings and bold leads for a part that an earlier one is there for already."""
    seen: set[str] = set()
    repeated = []
    for section in contract.sections:
        if part := own_part(section.title):
            repeated += [(part, exact_key(section.text))] if part in seen else []
            seen.add(part)
    return tuple(repeated)


def _likeness(record: Phr | Adr | Contract) -> tuple[type[Record], str]:
    """Equal for records of which one may be the other at another path, so that few of many are compared wholly.

    The text is empty where it may have been filled in since.
    """
    if isinstance(record, Phr):
        return Phr, exact_key(record.prompt)
    return type(record), unnumbered(record.body) if isinstance(record, Adr) else exact_key(record.criteria)


def _title_of(record: Record) -> str:
    """What a PHR or an ADR is called by, empty for other records."""
    if isinstance(record, Adr):
        return unnumbered(f"# {record.title}") if record.title else ""
    return f"{exact_key(record.title)}\0{exact_key(record.prompt)}" if isinstance(record, Phr) else ""


def _texts(items: tuple[Item, ...]) -> tuple[str, ...]:
    return tuple(exact_key(item.text) for item in items)


@change_rule(Severity.ERROR)
def history_rewritten(context: ChangeContext) -> Findings:
    """A landed record is removed, or its meaning changed.

    Why: history is evidence. A landed PHR keeps its title, prompt, response, stage, date, files, links, user, model,
    surface, kind, branch, command, labels, tests, what it closes, and its contract; a done contract its title,
    criteria, limits, scope and checks; an ADR all but its status. A waiver may end earlier or be removed, and keeps
    the rest. What was empty may be filled in once, but for a PHR's `kind` and `closes`, which other records and later
    changes go by. An outcome, an evaluation, a contract and keys that sdd does not know may be added, and nothing else:
    no text above the prompt, no second section of a name that counts. A link, or a name in `closes`, of what
    is gone may be replaced, and repairs of form, id and place pass.

    Fix: git checkout TARGET -- PATH, and write a new record that corrects the old one. Where another branch has landed
    a record of the same name meanwhile, `sdd repair --ids --commit` gives yours another number.

    Bad example:
        -- history/prompts/001-vat/0001-vat-rate.green.prompt.md (edited) --
        -Add the VAT rate.
        +Add the VAT rate, as agreed with nobody.
    """
    if not context.view.policy(context.root).append_only:
        return
    change = context.view.change
    added = tuple(record for record in context.view.added_records if isinstance(record, Phr | Adr | Contract))
    by_likeness = grouped((_likeness(record), record) for record in added)
    for changed in context.view.changed_of_root.get(context.root, ()):
        path = changed.path
        landed = context.before.record(path)
        if not isinstance(landed, Phr | Adr | Contract | Waiver):
            continue
        fix = as_landed(context, path)
        if not changed.after or not changed.after.is_file:
            if isinstance(landed, Waiver):
                continue
            alike = by_likeness.get(_likeness(landed), ()) if all(_likeness(landed)) else added
            if not any(is_same(landed, other) and not _lost_links(landed, other, context) for other in alike):
                # Beside an altered copy the landed record would stand twice.
                copy = next((other for other in added if _title_of(landed) == _title_of(other) != ""), None)
                first = f"git rm -q -- {shell_word(f':/{copy.path}')} && " if copy else ""
                yield firm(path, "a landed record is removed", first + fix)
            continue
        after = context.after.record(path)
        parts = dict.fromkeys((*altered(landed, after), *(_lost_links(landed, after, context) if after else ())))
        if parts and _is_namesake(changed, context):
            message = f"{change.target_name} has another record of this name meanwhile"
            yield firm(path, message, fetching(context.repository) + KEEP_BOTH, remedy=Remedy.RENUMBER)
        elif parts:
            yield firm(path, f"a landed record was changed: {', '.join(parts)}", fix)


def _is_namesake(changed: PathChange, context: ChangeContext) -> bool:
    """Whether the change made a record of its own at the path of one that has landed, and altered no landed one."""
    change = context.view.change
    assert change.target, "only what has landed is compared"
    tip = change.commits[-1] if change.commits else ""
    if tip and made_apart(context.repository, change.target, tip, [changed.path]):
        return True
    # What is not committed yet stands on what the forks have.
    return not changed.before and (not tip or changed.path not in context.repository.tree(tip))
