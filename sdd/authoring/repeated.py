"""Whether a PHR that is to be written says what a landed one says: the gate would refuse it (`phr-replayed`)."""

from sdd.base import paths
from sdd.gate.change import exchange_of
from sdd.gate.preview import ChangeState
from sdd.gate.rules.replay import may_hold, rarest_first
from sdd.records.kinds.phr import Phr, parse
from sdd.records.layout import PROMPTS
from sdd.records.project import Project


def repeats(state: ChangeState, path: str, text: str) -> str | None:
    """The path of the landed PHR of this folder, or of general/, that asks and answers the same; None without one.

    `path` and `text` are those of the new one.
    """
    wanted = exchange_of(parse(path, text.encode("utf-8", "surrogateescape"), state.root))
    change = state.target.change
    if not all(wanted) or not change or not change.target:
        return None
    landed = Project(state.repository.tree(change.target), state.root, state.reader)
    words = [rarest_first(wanted)]
    general = paths.join(state.root, landed.placed(f"{PROMPTS}/general"))
    for folder in dict.fromkeys((path.rpartition("/")[0], general)):
        files = [(name, entry) for name, entry in landed.tree.folder(folder).items() if entry.is_file]
        contents = state.reader.contents([entry for _, entry in files])
        for (name, _), content in zip(files, contents, strict=True):
            other = landed.get(Phr, f"{folder}/{name}") if may_hold(content, words) else None
            if other and exchange_of(other) == wanted:
                return other.path
    return None
