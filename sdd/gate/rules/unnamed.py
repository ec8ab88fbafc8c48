"""Files that no PHR of a change names: what is said of each, and where a record misses it closely, why."""

from collections.abc import Sequence

from sdd.base import paths
from sdd.document.text import text_key
from sdd.gate.cover import Coverage, CoveredFile, Named, NamingPhrs, Need, Steps, is_trivial, is_vague
from sdd.gate.rules.common import fetching, place_of
from sdd.gate.rules.rule import ChangeContext, Findings, Remedy, firm
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.records.links import How, Relation, path_from_top, resolve
from sdd.repo.changes import differences


def unnamed(context: ChangeContext, files: Sequence[CoveredFile]) -> Findings:
    """The findings about files of one root that lack a PHR."""
    meant, landed = _only_meant(context), context.view.reader.once(_landed_phrs, context.coverage)
    left_behind = context.coverage.left_behind(files)
    for file in files:
        if file.path in meant:
            yield firm(file.path, *meant[file.path])
        elif left := left_behind.get(file.path):
            message = "needs a PHR: the one that it landed with on another target is not here"
            yield firm(file.path, message, fetching(context.repository) + left.command, remedy=Remedy.BRING)
        else:
            yield firm(file.path, _without_phr(context, file, landed), 'record what was asked: sdd phr new "TITLE"')


def _only_meant(context: ChangeContext) -> dict[str, tuple[str, str]]:
    """Path -> what to say of a file that a new PHR names only by its end, or as it is seen from another folder."""
    found = {}
    for phr in (record for record in context.records if isinstance(record, Phr) and context.view.is_added(record.path)):
        place = place_of(phr, context)
        for entry in phr.files:
            if not entry.path or is_vague(phr.root, entry.path):
                continue
            link = resolve(Relation.FILE, entry.path, place)
            if link.how == How.RESOLVED and link.target != path_from_top(phr.root, entry.path):
                message = f"needs a PHR that names it from its root: {phr.path} says {entry.path}"
                found[link.target] = message, f"write {paths.seen_from(phr.root, link.target)} there"
    return found


def _landed_phrs(coverage: Coverage) -> NamingPhrs:
    """The PHRs that have landed, of those that the change touches or that somebody else landed meanwhile."""
    view = coverage.view
    target = view.target
    known = {path: root for path, (root, changed) in view.records.items() if changed.after and not view.is_added(path)}
    brought = (path for fork in view.change.forks for path in differences(view.repository, fork, view.change.head))
    for path in brought:
        if target and path in target and path not in known and (root := view.root_as_record(path)) is not None:
            known[path] = root
    phrs = (phr for path, root in known.items() if (phr := view.after(root).get(Phr, path)))
    return NamingPhrs([(phr, Named(phr)) for phr in phrs], Steps())


def _without_phr(context: ChangeContext, file: CoveredFile, landed_phrs: NamingPhrs) -> str:
    """What a file without a PHR needs; where a landed record names it, why that does not count."""
    if other := context.coverage.other_edit(file.changed):
        near = "lines within three of it differ" if other.is_near else "it changes other lines"
        return (
            f"needs a PHR of its own: {other.path} landed on {other.target}, and the edit here is not the one it "
            f"covered ({near})"
        )
    for landed in landed_phrs.naming(file.path):
        if landed.path in context.before.tree:
            return f"{landed.path} has landed already: a change needs a PHR of its own"
        return (
            f"{landed.path} has landed on another target, without this: "
            "a change needs a PHR of its own (if it is yours, give it another name: git mv)"
        )
    for phr in context.coverage.naming(file.path):
        if is_trivial(phr):
            return f'needs a PHR: the prompt of {phr.path}, "{text_key(phr.prompt)}", asks for nothing'
    if Need.CONTRACT not in file.lacks or file.out_of_scope:
        return "needs a PHR that names it"
    also_spec = Need.SPEC in file.needs
    if any(Need.CONTRACT in context.policy.require.get(kind, ()) for kind in (ChangeKind.CHORE, ChangeKind.REVERT)):
        return "needs a PHR and a contract" + (" (as a feature also a spec)" if also_spec else "")
    return "needs a PHR (as a fix also a contract" + (", as a feature a spec too)" if also_spec else ")")
