"""Whether a PHR that is to be written says what another one says: the gate would refuse it (`phr-replayed`)."""

from sdd.base import paths
from sdd.gate.change import exchange_of
from sdd.gate.originals import Place, possible_originals
from sdd.gate.preview import ChangeState
from sdd.records.kinds.phr import parse
from sdd.records.layout import PROMPTS
from sdd.records.project import Project
from sdd.repo.objects import Tree


def repeats(state: ChangeState, path: str, text: str, head: Tree | None = None) -> str | None:
    """The path of the PHR of this folder, or of general/, that asks and answers the same; None without one.

    `path` and `text` are those of the new one. PHRs are looked for in what has landed, and in `head`.
    """
    wanted = exchange_of(parse(path, text.encode("utf-8", "surrogateescape"), state.root))
    change = state.target.change
    target = state.repository.tree(change.target) if change and change.target else head
    if not all(wanted) or not target:
        return None
    landed = Project(target, state.root, state.reader)
    general = paths.join(state.root, landed.placed(f"{PROMPTS}/general"))
    for folder in dict.fromkeys((path.rpartition("/")[0], general)):
        place = Place(folder, state.root, target, head or target)
        for other in possible_originals(state.reader, place, [wanted], ()):
            if exchange_of(other) == wanted:
                return other.path
    return None
