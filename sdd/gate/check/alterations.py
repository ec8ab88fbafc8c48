"""What a change alters beside work and its records: policy, CI, agents' texts, specs, waivers, landed records."""

from collections.abc import Collection, Iterator, Sequence

from sdd.base.paths import join
from sdd.base.wildcards import breadth
from sdd.gate.change import ChangeView
from sdd.gate.check.alteration_kinds import is_guide, is_run, is_test_setting
from sdd.gate.check.verdict import Alteration, Detail
from sdd.gate.cover.exemption import is_sdds_own
from sdd.gate.rules.change import is_test
from sdd.gate.rules.history import altered, amended, is_same
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.records.kinds.record import Record
from sdd.records.kinds.spec import Spec
from sdd.records.kinds.waiver import Waiver
from sdd.records.layout import MARK
from sdd.repo.changes import PathChange
from sdd.repo.folders import EXECUTABLE, SUBMODULE, SYMLINK
from sdd.repo.objects import Entry

_JUDGED_BY = (Policy, Constitution, Waiver, Agent)


def alterations_of(view: ChangeView, root: str) -> tuple[Alteration, ...]:
    """What a change alters in one root: what weighs the most first, last what sdd itself writes so."""
    records = [changed for _, changed in view.records_of_root.get(root, ())]
    files = [changed for changed in view.changed_of_root.get(root, ()) if changed.path not in view.records]
    come = {changed.after for changed in records if changed.status == "A" and changed.after}
    gone = {changed.landed for changed in files if changed.landed and not changed.after}
    made = [
        *(entry for changed in records if (entry := _of_record(view, root, changed, come))),
        *(entry for changed in files if (entry := _of_guide(view, root, changed))),
        *_lookalikes(view, files),
        *(entry for changed in files if not is_guide(changed.path) and (entry := _of_mode(view, changed, gone))),
    ]
    if any(entry.status == "D" for entry in made):
        from sdd.gate.check.moved_rules import with_moves  # few changes remove what others are led by

        removed = (changed for changed in (*records, *files) if not changed.after)
        made = with_moves(view, made, {each.path: each.landed for each in removed if each.landed})
    made.sort(key=lambda entry: (not entry.is_rule, entry.path))
    return tuple(sorted((*made, *_lost_tests(view, files)), key=lambda entry: entry.rank))


def _of_guide(view: ChangeView, root: str, changed: PathChange) -> Alteration | None:
    runs = is_run(changed.path)
    if not (runs or is_guide(changed.path)):
        return None
    from sdd.gate.check.guides import guides  # few changes touch them

    return guides(view, root, changed, runs=runs)


def _lost_tests(view: ChangeView, files: Sequence[PathChange]) -> Sequence[Alteration]:
    if not any(changed.landed and (is_test(changed.path) or is_test_setting(changed.path)) for changed in files):
        return ()
    from sdd.gate.check.lost_tests import lost_tests  # many changes only add tests

    return lost_tests(view, files)


def _lookalikes(view: ChangeView, files: Sequence[PathChange]) -> Iterator[Alteration]:
    """New files that are taken for another one by whoever reads their names."""
    if added := [each.path for each in files if each.status == "A" and not each.path.isascii()]:
        from sdd.gate.check.lookalikes import lookalikes  # few names need it

        for path, twin in lookalikes(view.head, added):
            yield Alteration(path, "A", (Detail(f"looks like {twin}", is_looser=False),), is_rule=True)


def _of_mode(view: ChangeView, changed: PathChange, gone: Collection[Entry]) -> Alteration | None:
    """A path of which a diff of lines says little: a link, a submodule, and a file that can be run now. None of those
    that only move from where others are `gone`, nor what was there before sdd.
    """
    after = changed.after
    if not after or after == changed.landed or after in gone or (view.own_rules and changed.status == "A"):
        return None
    before = changed.landed.mode if changed.landed else ""
    detail = None
    if after.mode == SYMLINK:
        detail = Detail(f"links to {view.reader.content(after).decode('utf-8', 'surrogateescape')}", is_looser=False)
    elif after.mode == SUBMODULE:
        was = changed.landed.oid if changed.landed and before == SUBMODULE else ""
        detail = Detail("submodule commit edited" if was else "a submodule", False, was, after.oid if was else "")
    elif after.mode == EXECUTABLE != before:
        detail = Detail("can be run now" if before else "can be run", is_looser=False)
    return Alteration(changed.path, changed.status, (detail,), is_rule=True) if detail else None


def _of_record(view: ChangeView, root: str, changed: PathChange, come: Collection[Entry]) -> Alteration | None:
    before, after = view.before(root).record(changed.path), view.after(root).record(changed.path)
    if view.own_rules and changed.status == "A":
        # Nobody is judged by what came before it.
        is_own = is_sdds_own(view, root, changed)
        return None if isinstance(after, Phr | Contract) else Alteration(changed.path, "A", is_stock=is_own)
    # Where a spec is now is told.
    if before and not after and not isinstance(before, (Spec, *_JUDGED_BY)) and _has_moved(view, changed, before, come):
        return None
    details = tuple(_details(view, root, changed, before, after))
    record = after or before
    # History may be below .specify/ too, and guides nobody there either.
    is_guide = changed.path.startswith(join(root, f"{MARK}/")) and not isinstance(record, Phr | Contract)
    is_rule = isinstance(record, _JUDGED_BY) or is_guide
    is_exchange = changed.path.endswith((".prompt.md", ".contract.md")) and not is_rule
    if is_exchange and not details and not (before and not after):
        return None
    is_stock = bool(changed.after) and not isinstance(after, Policy) and is_sdds_own(view, root, changed)
    if is_rule and not (is_stock or details or isinstance(after, Policy)) and changed.landed and changed.after:
        from sdd.gate.check.details import line_changes  # few changes edit what others are led by

        details = (*line_changes(*map(view.reader.content, (changed.landed, changed.after))),)
    return Alteration(changed.path, changed.status, details, is_rule, is_stock)


def _has_moved(view: ChangeView, changed: PathChange, record: Record, come: Collection[Entry]) -> bool:
    """Whether what a removed record says stands elsewhere now: its content is among what has `come`, or another record
    says the same.
    """
    has_twin = isinstance(record, Phr | Contract) and any(is_same(record, other) for other in view.added_records)
    return has_twin or changed.landed in come


def _details(
    view: ChangeView, root: str, changed: PathChange, before: Record | None, after: Record | None
) -> Iterator[Detail]:
    if changed.path == join(root, POLICY_PATH):
        from sdd.gate.check.policy_changes import as_below, policy_changes  # few changes touch it

        above = view.root_of(changed.path) if root in view.new_roots else None
        former = view.before(root).policy if above is None else as_below(view.policy(above), view.head, root)
        yield from policy_changes(former, view.after(root).policy)
    elif isinstance(after, Waiver) and not before:
        what = " ".join(item.text for item in after.rules) or f"landing {after.landing}"
        paths = sorted((item.text for item in after.paths), key=breadth)
        where = f" at {' '.join(paths)}" if paths else ""
        yield Detail(f"{what}{where}, approved by {after.approved_by or 'nobody'}", is_looser=True)
    elif before and after and isinstance(before, Phr | Contract | Waiver):
        yield from (Detail(part, is_looser=False) for part in altered(before, after))
        if amended(before, after) and isinstance(before, Contract) and isinstance(after, Contract):
            from sdd.gate.check.details import of_contract  # few changes amend one

            yield from of_contract(before, after)
    elif isinstance(before, Spec) and isinstance(after, Spec):
        from sdd.gate.check.details import of_spec

        yield from of_spec(before, after)
    elif isinstance(before, Constitution) and isinstance(after, Constitution):
        from sdd.gate.check.details import differences

        yield from differences(*({item.name: item.text for item in side.own_principles} for side in (before, after)))
