"""Records that a change leaves as they are, while it takes away what they name."""

from collections.abc import Iterator

from sdd.gate.rules.common import removes_a_feature, renamed_of
from sdd.gate.rules.rule import ChangeContext
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.links import ids_of
from sdd.records.project import records_of

RULES_OF_NAMES = ("contract-unknown-requirement", "contract-unknown-task", "phr-unknown-feature")
"""What is found in such records: nothing else in them is the change's doing."""


def of_lost_parts(context: ChangeContext) -> Iterator[Contract]:
    """The contracts that name requirements or tasks which a change takes away."""
    lost: set[str] = set()
    for path, _ in context.view.records_of_root.get(context.root, ()):
        # A landed record may name what a whole feature took along.
        if left := context.after.record(path):
            lost |= ids_of(context.before.record(path)) - ids_of(left)
    for contract in records_of(context.after.tree, context.after.reader, Contract) if lost else ():
        named = {item.text for item in (*contract.requirements, *contract.tasks)}
        if named & lost and contract.path not in context.view.records:
            yield contract


def of_renamed_features(context: ChangeContext) -> Iterator[Phr | Contract]:
    """The PHRs and contracts that call a feature by a name whose folder a change has given another one."""
    if not removes_a_feature(context):
        return
    for record in records_of(context.after.tree, context.after.reader, Phr, Contract):
        assert isinstance(record, Phr | Contract)
        if record.path not in context.view.records and renamed_of(record, context, record.feature):
            yield record
