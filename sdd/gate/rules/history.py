"""What a landed record means apart from its form, and the rule that it stays so."""

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.document.visible import exact_key
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, change_rule, firm
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.contract_body import own_part
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import Item, Record

Meaning = dict[str, object]
_BESIDE = "a section beside the one that counts"


def meaning(record: Record) -> Meaning | None:
    """The parts of a landed record that no later change may alter, by name; None for what may change.

    An open contract may still change (with a PHR), an ADR's status moves on by design.
    """
    if isinstance(record, Phr):
        return {
            "prompt": exact_key(record.prompt),
            "response": exact_key(record.response),
            "stage": record.stage,
            "date": record.date,
            "user": exact_key(record.user),
            "model": exact_key(record.model),
            "surface": exact_key(record.surface),
            "files": frozenset((entry.path, entry.moved_to) for entry in record.files),
            "kind": record.kind,
            "contract": tuple(sorted((meaning(record.contract) or {}).items())) if record.contract else None,
            _BESIDE: tuple((title, exact_key(text)) for title, text in record.further_sections),
        }
    if isinstance(record, Adr):
        return {"text": exact_key(record.body)}
    if isinstance(record, Contract) and record.status == ContractStatus.DONE:
        return promise(record) | {
            "checks": tuple((exact_key(check.text), check.done) for check in record.checks),
            "non-goals": _texts(record.non_goals),
            "status": record.status,
            _BESIDE: _repeated_parts(record),
        }
    return None


def promise(contract: Contract) -> Meaning:
    """What a contract promises: its criteria, constraints and scope, and the kind that says what it needs."""
    return {
        "kind": contract.kind,
        "criteria": exact_key(contract.criteria),
        "constraints": _texts(contract.constraints),
        "scope": _texts(contract.scope),
    }


def agreement(contract: Contract) -> Meaning:
    """What an open contract may change only with a PHR: its promise, and the words of its checks. Ticks come and go."""
    return promise(contract) | {"checks": tuple(exact_key(check.text) for check in contract.checks)}


def altered(before: Record, after: Record | None) -> tuple[str, ...]:
    """The parts whose meaning `after` alters. A part that was empty or unreadable may be filled in: that repairs it."""
    then, now = meaning(before), (meaning(after) if after else None) or {}
    parts = (then or {}).items()
    return tuple(part for part, value in parts if value != now.get(part) and (value or part == _BESIDE))


def is_same(landed: Record, other: Record) -> bool:
    """Whether `other`, at another path, is the record `landed`: nothing that was said is lost."""
    if isinstance(landed, Contract) and landed.status != ContractStatus.DONE:
        return isinstance(other, Contract) and promise(landed) == promise(other)
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
    return type(record), exact_key(record.body if isinstance(record, Adr) else record.criteria)


def _texts(items: tuple[Item, ...]) -> tuple[str, ...]:
    return tuple(exact_key(item.text) for item in items)


@change_rule(Severity.ERROR)
def history_rewritten(context: ChangeContext) -> Findings:
    """A landed record is removed, or its meaning changed.

    Why: history is evidence. A landed PHR keeps its prompt, response, stage, date, files, user, model and surface; a
    done contract its criteria, limits, scope and checks; an ADR all but its status. Neither gets a second section of a
    name that counts. What was empty may be filled in once, and repairs of form, id and place pass.

    Fix: git checkout TARGET -- PATH, and write a new record that corrects the old one.

    Bad example:
        -- history/prompts/001-vat/0001-vat-rate.green.prompt.md (edited) --
        -Add the VAT rate.
        +Add the VAT rate, as agreed with nobody.
    """
    if not context.view.policy(context.root).append_only:
        return
    added = tuple(record for record in context.view.added_records if isinstance(record, Phr | Adr | Contract))
    by_likeness = grouped((_likeness(record), record) for record in added)
    for changed in context.view.change.paths:
        path = changed.path
        landed = context.before.record(path) if context.view.answering_root(path) == context.root else None
        if not isinstance(landed, Phr | Adr | Contract):
            continue
        fix = f"git checkout {context.view.change.target_name} -- {paths.shell_word(path)}"
        if not changed.after or not changed.after.is_file:
            alike = by_likeness.get(_likeness(landed), ()) if all(_likeness(landed)) else added
            if not any(is_same(landed, other) for other in alike):
                yield firm(path, "a landed record is removed", fix)
            continue
        parts = altered(landed, context.after.record(path))
        if parts:
            yield firm(path, f"a landed record was changed: {', '.join(parts)}", fix)
