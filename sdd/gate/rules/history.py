"""The rule that landed records stay as they are."""

from sdd.gate.rules.meaning import altered, is_same
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, change_rule, firm
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr


@change_rule(Severity.ERROR)
def history_rewritten(context: ChangeContext) -> Findings:
    """A landed record is removed, or its meaning changed.

    Why: history is evidence. A landed PHR keeps its prompt, response, stage, date and files; a done contract its
    criteria, limits, scope and checks; an ADR everything but its status. Repairs of form, id and place that keep the
    meaning pass.

    Fix: git checkout TARGET -- PATH, and write a new record that corrects the old one.

    Bad example:
        -- history/prompts/001-vat/0001-vat-rate.green.prompt.md (edited) --
        -Add the VAT rate.
        +Add the VAT rate, as agreed with nobody.
    """
    if not context.view.policy(context.root).append_only:
        return
    moved = tuple(record for record in context.view.added_records if isinstance(record, Phr | Adr | Contract))
    for changed in context.view.change.paths:
        path = changed.path
        landed = context.before.record(path) if context.view.answering_root(path) == context.root else None
        if not isinstance(landed, Phr | Adr | Contract):
            continue
        fix = f"git checkout {context.view.change.target_name} -- {path}"
        if not changed.after or not changed.after.is_file:
            if not any(is_same(landed, other) for other in moved):
                yield firm(path, "a landed record is removed", fix)
            continue
        parts = altered(landed, context.after.record(path))
        if parts:
            yield firm(path, f"a landed record was changed: {', '.join(parts)}", fix)
