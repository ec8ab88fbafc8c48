"""Where the names of a record are resolved: in the tree that is judged, with the history below it."""

from sdd.gate.rules.rule import ChangeContext, TreeContext
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.links import Place, in_tree


def place_of(record: Phr | Contract, context: TreeContext) -> Place:
    """The place of a record that a rule is asked about."""
    return Place(
        context.after.tree,
        context.after.reader,
        record.root,
        record.path,
        record.feature,
        lambda path: _was_there(context, record.path, path),
    )


def _was_there(context: TreeContext, record: str, path: str) -> bool:
    """Whether a missing path is removed by this change, or was there once the record had landed."""
    for changed in context.view.change.paths if isinstance(context, ChangeContext) else ():
        if changed.path == path or (path.endswith("/") and changed.path.startswith(path)):
            return True
    if not context.revision:
        return False
    from sdd.records.lifetimes import was_there_since  # a missing file is rare

    committed = context.repository.tree(context.revision)
    return in_tree(committed, path) or was_there_since(context.repository, context.revision, record, path)
