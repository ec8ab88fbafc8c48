"""Whether a PHR that is to be written says what another one says: the gate would refuse it (`phr-replayed`)."""

from sdd.base import paths
from sdd.gate.preview import ChangeState
from sdd.gate.rules.replay import exchange_of, may_hold, rarest_first
from sdd.records.kinds.phr import Phr, parse
from sdd.records.layout import PROMPTS


def repeats(state: ChangeState, path: str, text: str) -> str | None:
    """The path of the PHR of the same folder, or of general/, that asks and answers the same; None where none does.

    `path` and `text` are those of the new one.
    """
    wanted = exchange_of(parse(path, text.encode("utf-8", "surrogateescape"), state.root))
    if not all(wanted):
        return None
    words = [rarest_first(wanted)]
    general = paths.join(state.root, state.project.placed(f"{PROMPTS}/general"))
    for folder in dict.fromkeys((path.rpartition("/")[0], general)):
        files = [(name, entry) for name, entry in state.tree.folder(folder).items() if entry.is_file]
        contents = state.reader.contents([entry for _, entry in files])
        for (name, _), content in zip(files, contents, strict=True):
            other = state.project.get(Phr, f"{folder}/{name}") if may_hold(content, words) else None
            if other and exchange_of(other) == wanted:
                return other.path
    return None
